"""The voice detector on spoken files and on sounds that are no speech."""

from __future__ import annotations

import random
import wave
from array import array
from pathlib import Path

import numpy as np
import pytest

from audio.segmenter import PRE_ROLL
from audio.vad import FRAME_BYTES, FRAME_SAMPLES, FRAME_SECONDS, SpeechModel, VoiceDetector, silero
from tests.bench.unrelated import sounds

WAVS = Path(__file__).parent / "wav"
SPOKEN = sorted(f.stem for f in WAVS.glob("*.wav") if f.stem not in {"oov_noise", "oov_hum", "oov_clicks", "oov_music"})


class Counted:
    """The real model, counting how often it is asked."""

    def __init__(self) -> None:
        self.model: SpeechModel = silero()
        self.asked = 0

    def process_chunk(self, audio: bytes) -> float:
        self.asked += 1
        return self.model.process_chunk(audio)

    def reset(self) -> None:
        self.model.reset()


class Deaf:
    """Takes everything for noise."""

    def process_chunk(self, audio: bytes) -> float:
        return 0.0

    def reset(self) -> None:
        pass


def samples(name: str) -> bytes:
    with wave.open(str(WAVS / f"{name}.wav")) as file:
        return bytes(file.readframes(file.getnframes()))


def noise(seconds: float, level: float, seed: int = 1) -> bytes:
    source = random.Random(seed)
    return array("h", (int(source.gauss(0, level)) for _ in range(int(seconds * 16_000)))).tobytes()


def mixed(one: bytes, other: bytes) -> bytes:
    pairs = zip(array("h", one), array("h", other), strict=False)
    return array("h", (max(-32768, min(32767, a + b)) for a, b in pairs)).tobytes()


def decisions(detector: VoiceDetector, pcm: bytes) -> list[bool]:
    whole = len(pcm) // FRAME_BYTES * FRAME_BYTES
    return list(detector.speech(pcm[:whole]))


def frames_above(pcm: bytes, level: int) -> list[int]:
    sound = array("h", pcm)
    loud = range(0, len(sound) - FRAME_SAMPLES, FRAME_SAMPLES)
    return [at // FRAME_SAMPLES for at in loud if max(map(abs, sound[at : at + FRAME_SAMPLES])) > level]


@pytest.mark.spoken
@pytest.mark.parametrize("name", SPOKEN)
def test_speech_is_found_before_the_pre_roll_is_over_and_to_its_end(name: str) -> None:
    pcm = noise(1.0, 3) + samples(name) + noise(1.0, 3)
    found = [n for n, speech in enumerate(decisions(VoiceDetector(), pcm)) if speech]
    loud = frames_above(pcm, 700)
    assert found[0] - loud[0] <= PRE_ROLL / FRAME_SECONDS
    assert abs(found[-1] - loud[-1]) <= 0.2 / FRAME_SECONDS


@pytest.mark.spoken
@pytest.mark.parametrize("name", SPOKEN)
def test_speech_is_found_in_a_noisy_room(name: str) -> None:
    pcm = samples(name)
    hiss = noise(2.0 + len(pcm) / 32_000, 150, seed=2)
    found = decisions(VoiceDetector(), hiss[:64_000] + mixed(pcm, hiss[64_000:]))
    assert any(found)
    assert not any(found[: int(1.9 / FRAME_SECONDS)])


@pytest.mark.spoken
@pytest.mark.parametrize("name", ["oov_noise", "oov_hum", "oov_clicks"])
def test_noise_hum_and_clicks_are_no_speech(name: str) -> None:
    assert not any(decisions(VoiceDetector(), noise(0.5, 3) + samples(name) * 3))


def test_silence_never_asks_the_model() -> None:
    counted = Counted()
    assert not any(decisions(VoiceDetector(counted), bytes(32_000) + noise(5.0, 2)))
    assert counted.asked <= 5


def test_steady_noise_soon_stops_asking_the_model() -> None:
    counted = Counted()
    detector = VoiceDetector(counted)
    decisions(detector, noise(5.0, 400))
    counted.asked = 0
    assert not any(decisions(detector, noise(10.0, 400, seed=3)))
    assert counted.asked * FRAME_SECONDS < 1.0


@pytest.mark.spoken
def test_the_model_judges_every_frame_of_speech_and_few_others() -> None:
    counted = Counted()
    pcm = noise(5.0, 3) + samples("what did we appreciate this week") + noise(5.0, 3)
    found = decisions(VoiceDetector(counted), pcm)
    assert sum(found) <= counted.asked < sum(found) + 1.5 / FRAME_SECONDS


def test_music_is_no_speech() -> None:
    sound = sounds.at_level(sounds.music(30.0, np.random.default_rng(7)), -28)
    pcm = (sound * 32_767).clip(-32_768, 32_767).astype("<i2").tobytes()
    found = decisions(VoiceDetector(), pcm)
    assert sum(found) / len(found) < 0.01


@pytest.mark.spoken
def test_noise_that_follows_speech_without_a_pause_ends_it() -> None:
    pcm = noise(1.0, 3) + samples("stop") + noise(6.0, 2500)
    found = decisions(VoiceDetector(), pcm)
    assert any(found)
    assert not any(found[-int(2.0 / FRAME_SECONDS) :])


def test_loud_sound_is_nothing_to_a_model_that_hears_no_speech() -> None:
    assert not any(decisions(VoiceDetector(Deaf()), samples("help")))


def test_frames_at_once_are_judged_like_frames_one_by_one() -> None:
    pcm = samples("help")
    detector = VoiceDetector()
    one_by_one = [
        next(detector.speech(pcm[at : at + FRAME_BYTES])) for at in range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES)
    ]
    assert any(one_by_one)
    assert decisions(VoiceDetector(), pcm)[: len(one_by_one)] == one_by_one
    assert list(detector.speech(b"")) == []
