"""Who speaks, and when: our gate with Silero behind it, beside Silero alone, WebRTC's detector and plain energy.

`python -m tests.bench vad` prints the rows; WebRTC's detector takes part where webrtcvad-wheels is installed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import Any

import numpy as np

from audio.types import EAR_RATE
from audio.vad import FRAME_SAMPLES, FRAME_SECONDS, Gate, GateSettings, VoiceDetector, silero
from tests.bench.figure import Row
from tests.bench.unrelated import sounds, texts
from tests.bench.unrelated.voices import Sound, say, speaker

RATIOS = (20, 10, 5, 0)
"""dB of speech over noise."""
SENTENCES = 24
LEVEL = -26.0
PAUSE = 1.2
SILENCES = 60.0
"""Seconds of each sound without speech."""
WITHIN = 0.4
"""Seconds around speech in which a decision is neither right nor wrong."""
Detector = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Talk:
    """Sentences with pauses, and where they are."""

    sound: Sound
    spoken: tuple[tuple[float, float], ...]
    """Seconds at which each begins and ends."""


def figures() -> list[Row]:
    """The rows for the table of measurements."""
    talk, random = conversation(), np.random.default_rng(5)
    quiet = {
        "kitchen": sounds.kitchen(SILENCES, random),
        "music": sounds.at_level(sounds.music(SILENCES, random), -28),
        "hiss": sounds.hiss(SILENCES, -40, random),
    }
    rows: list[Row] = []
    for name, make in detectors().items():
        for ratio in RATIOS:
            noise = sounds.hiss(len(talk.sound) / EAR_RATE, LEVEL - ratio, np.random.default_rng(ratio))
            rows += judged(name, make(), talk, talk.sound + noise, ratio)
        rows += [row(f"vad_{name}_false_in_{kind}", *alarms(make(), sound)) for kind, sound in quiet.items()]
    return rows


def detectors() -> dict[str, Callable[[], Detector]]:
    """Each by name; a detector remembers, so a new one is made for each sound."""
    found: dict[str, Callable[[], Detector]] = {"ours": _ours, "silero": _silero}
    try:
        import webrtcvad
    except ImportError:
        pass
    else:
        found["webrtc"] = lambda: _webrtc(webrtcvad)
    return found | {"energy": _energy}


def _ours() -> Detector:
    detector = VoiceDetector()
    return lambda frame: next(detector.speech(frame))


def _silero() -> Detector:
    model = silero()
    return lambda frame: model.process_chunk(frame) >= 0.5


def _webrtc(module: Any) -> Detector:
    vad = module.Vad(2)
    return lambda frame: bool(vad.is_speech(frame[:960], EAR_RATE))


def _energy() -> Detector:
    gate = Gate(GateSettings())

    def loud(frame: bytes) -> bool:
        found = gate.excess(gate.levels(frame)[0]) > GateSettings().open
        gate.learn(GateSettings().creep if found else GateSettings().follow)
        return found

    return loud


def conversation() -> Talk:
    """The same one every time."""
    random, parts, spoken, at = Random(3), [np.zeros(2 * EAR_RATE, np.float32)], [], 2.0
    for line in texts.conversation(SENTENCES, random):
        part = sounds.at_level(say(line, speaker(random)), LEVEL)
        spoken.append((at, at + len(part) / EAR_RATE))
        parts += [part, np.zeros(int(PAUSE * EAR_RATE), np.float32)]
        at = spoken[-1][1] + PAUSE
    return Talk(np.concatenate(parts), tuple(spoken))


def decisions(detector: Detector, sound: Sound) -> tuple[list[bool], float]:
    """For each frame, and the processor time over the time of the sound."""
    pcm = np.clip(np.rint(sound * 32_767), -32_768, 32_767).astype("<i2")
    frames = [pcm[at : at + FRAME_SAMPLES].tobytes() for at in range(0, len(pcm) - FRAME_SAMPLES + 1, FRAME_SAMPLES)]
    began = time.process_time()
    found = [detector(frame) for frame in frames]
    return found, (time.process_time() - began) / (len(frames) * FRAME_SECONDS)


def judged(name: str, detector: Detector, talk: Talk, sound: Sound, ratio: int) -> list[Row]:
    """What it makes of speech in noise."""
    found, share = decisions(detector, sound)
    at = np.arange(len(found)) * FRAME_SECONDS
    marks = np.array(found)
    onsets, offsets, missed = [], [], 0
    near = np.zeros(len(found), bool)
    for begin, end in talk.spoken:
        near |= (at > begin - WITHIN) & (at < end + WITHIN)
        within = at[marks & (at > begin - FRAME_SECONDS) & (at < end + WITHIN)]
        missed += len(within) == 0
        if len(within):
            onsets.append(within[0] + FRAME_SECONDS - begin)
            offsets.append(within[-1] + FRAME_SECONDS - end)
    how = f"{len(talk.spoken)} sentences in steady noise, {ratio} dB"
    rest = float(np.mean(marks[~near]))
    return [
        row(f"vad_{name}_missed_{ratio}db", missed / len(talk.spoken), how, "of sentences"),
        row(f"vad_{name}_false_{ratio}db", rest, f"{how}; frames between them", "of frames"),
        row(f"vad_{name}_onset_ms_{ratio}db", 1_000 * median(onsets or [9.999]), f"{how}; median", "ms"),
        row(f"vad_{name}_offset_ms_{ratio}db", 1_000 * median(offsets or [9.999]), f"{how}; median", "ms"),
        row(f"vad_{name}_cpu_{ratio}db", share, how, "of one core"),
    ]


def alarms(detector: Detector, sound: Sound) -> tuple[float, str, str]:
    """Share of frames that it takes for speech where there is none."""
    found, _ = decisions(detector, sound)
    return sum(found) / len(found), f"{len(found) * FRAME_SECONDS:.0f} s without a word", "of frames"


def row(name: str, value: float, how: str, unit: str) -> Row:
    """One figure."""
    return {"name": name, "value": round(value, 4), "unit": unit, "baseline": None, "how": how}
