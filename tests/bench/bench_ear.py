"""What the ear costs: processor time of the whole pipeline against raw Vosk, and in silence.

`python -m tests.bench.bench_ear` prints the rows. Both ways decode the same sound with the same phrase graph, in the
same process; raw Vosk is fed with everything and told where the utterances end.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
import wave
from array import array
from collections.abc import Callable
from pathlib import Path

from audio.ear import VoskEar
from audio.model_folder import assemble
from audio.recognizer import STEP
from audio.types import EAR_RATE, AudioChunk, Heard, Hearing
from tests.bench.figure import Row, peak_memory

WAVS = Path(__file__).parent.parent / "wav"
CONTROLS = ("skip", "repeat", "pause", "go on", "stop", "scrap that", "yes", "no", "help")
PROGRAM = "tests.bench.bench_ear"
ROUNDS = 5
"""Repetitions; medians of ratios taken side by side are reported, since other processes share the cores."""


def figures() -> list[Row]:
    """The rows for the table of measurements."""
    with tempfile.TemporaryDirectory() as folder:
        ear = VoskEar(None, phrases(), CONTROLS, Path(folder))
        ear.warm()
        rows: list[Row] = [
            row("pipeline_over_vosk", ratio(ear, conversation(1.5, 4.0)), "×", "pauses of 1.5 to 4 s"),
            row("pipeline_over_vosk_speech_alone", ratio(ear, conversation(0.75, 0.8)), "×", "pauses of 0.8 s"),
            {
                "name": "ear_silence_cpu_share",
                "value": silence(ear),
                "unit": "of one core",
                "baseline": 0.03,
                "how": "60 s of quiet room noise in chunks of 20 ms, processor time over audio time",
            },
            {
                "name": "endpoint_decode_ms_max",
                "value": endpoint(ear),
                "unit": "ms",
                "baseline": None,
                "how": "slowest chunk of a conversation that ends with Heard: decoding left at the endpoint",
            },
            memory(Path(folder)),
        ]
        ear.close()
    return rows


def row(name: str, value: float, unit: str, pauses: str) -> Row:
    """One ratio against raw Vosk."""
    how = f"{pauses}; raw Vosk fed with everything, same phrase graph and endpoints; median of {ROUNDS}"
    return {"name": name, "value": value, "unit": unit, "baseline": 1.0, "how": how}


def phrases() -> list[str]:
    """What is said in the spoken files, and enough beside it for a graph of usual size."""
    said = [f.stem for f in WAVS.glob("*.wav") if not f.stem.startswith("oov_")]
    times = [f"remind {who} at {hour}" for who in ("me", "us", "sam") for hour in ("six", "seven", "eight", "nine")]
    periods = ("today", "yesterday", "this week", "last week", "this month", "this year")
    return [*said, *times, *(f"what did {who} appreciate {p}" for who in ("i", "we", "sam") for p in periods)]


def quiet(seconds: float, seed: int) -> bytes:
    """A quiet room."""
    source = random.Random(seed)
    return array("h", (int(source.gauss(0, 4)) for _ in range(int(EAR_RATE * seconds)))).tobytes()


def conversation(shortest: float, longest: float) -> bytes:
    """All spoken phrases with pauses between them."""
    source, sound = random.Random(3), bytearray()
    for file in sorted(f for f in WAVS.glob("*.wav") if not f.stem.startswith("oov_")):
        with wave.open(str(file)) as reader:
            sound += quiet(source.uniform(shortest, longest), len(sound)) + reader.readframes(reader.getnframes())
    return bytes(sound + quiet(1.5, 1))


def ratio(ear: VoskEar, sound: bytes) -> float:
    """Processor time of the pipeline over that of raw Vosk; the first round only warms up."""
    from vosk import KaldiRecognizer, Model

    ends = endpoints(ear, sound)
    model = Model(str(assemble(ear.model, ear.cache, (*phrases(), *CONTROLS)).path))
    recognizer = KaldiRecognizer(model, EAR_RATE)
    recognizer.SetWords(True)

    def raw() -> None:
        for start, end in zip([0, *ends], [*ends, len(sound)], strict=True):
            for at in range(start, end, STEP):
                recognizer.AcceptWaveform(sound[at : min(at + STEP, end)])
            recognizer.FinalResult()

    raw()
    return statistics.median(cpu(lambda: play(ear, sound)) / cpu(raw) for _ in range(ROUNDS))


def endpoints(ear: VoskEar, sound: bytes) -> list[int]:
    """Byte offsets at which the ear ends utterances."""
    ear.listen_for(Hearing.COMMANDS, 0.6)
    return [at for at, _ in heard(ear, sound)]


def heard(ear: VoskEar, sound: bytes, step: int = 640) -> list[tuple[int, float]]:
    """For each utterance the offset after the chunk that ended it, and the seconds that this chunk took."""
    found = []
    for at in range(0, len(sound), step):
        began = time.perf_counter()
        news = ear.hear(AudioChunk(sound[at : at + step]))
        if any(isinstance(event, Heard) for event in news):
            found.append((min(at + step, len(sound)), time.perf_counter() - began))
    return found


def play(ear: VoskEar, sound: bytes) -> None:
    """Let the ear hear the sound in chunks of 20 ms."""
    heard(ear, sound)


def cpu(work: Callable[[], None]) -> float:
    """Processor seconds, of all threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


def silence(ear: VoskEar) -> float:
    """Share of a core in a quiet room."""
    sound = quiet(60.0, 5)
    play(ear, sound[: 32_000 * 5])
    return statistics.median(cpu(lambda: play(ear, sound)) / 60.0 for _ in range(3))


def endpoint(ear: VoskEar) -> float:
    """Milliseconds of the slowest endpoint."""
    return max(seconds for _, seconds in heard(ear, conversation(1.0, 1.5))) * 1000


def memory(folder: Path) -> Row:
    """The most that a process takes whose ear, with all its hearings, hears the same conversation in each."""
    how = "largest resident set of a process with an ear alone, all hearings loaded, that hears a minute in each"
    peak = peak_memory([sys.executable, "-m", PROGRAM, str(folder)])
    return {"name": "ear_peak_rss_mb", "value": peak, "unit": "MB", "baseline": None, "how": how}


def hear_in_every_way(folder: Path) -> None:
    """What `memory` measures."""
    ear, sound = VoskEar(None, phrases(), CONTROLS, folder), conversation(1.5, 4.0)
    ear.warm()
    for hearing in Hearing:
        ear.listen_for(hearing, 0.6)
        play(ear, sound)
    ear.close()


if __name__ == "__main__" and len(sys.argv) > 1:
    hear_in_every_way(Path(sys.argv[1]))
elif __name__ == "__main__":
    for figure in figures():
        print(json.dumps(figure, ensure_ascii=False))
