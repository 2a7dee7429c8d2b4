"""What the whole loop costs a person: how soon it replies, how soon it listens, what it takes while nobody speaks."""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import psutil

from assistant.config import Config
from assistant.ears import build_ear
from assistant.folders import Folders
from assistant.household import load_rituals, load_sentences
from audio.model_folder import assemble
from audio.recognizer import STEP
from tests.bench.card_programs import ENDPOINT
from tests.bench.figure import Row, peak_memory, row
from tests.command import COMMAND, ROOT, environment
from tests.listening import Listening, listening, set_up
from tests.virtual_card import MIC_RATE, Capture, VirtualCard, missing, virtual_card

SPEECH = [ROOT / "assistant/demo/11.wav", *sorted((ROOT / "tests/wav").glob("what did we appreciate*.wav"))]
TRIALS = 24
CLICKS = 12
STARTS = 7
HELPS = 11
SILENCE = 20.0
"""Seconds of room noise."""
NOISE = 30
"""Standard deviation of the noise, of 32,767: some 60 dB below the loudest sound."""
LOUD = 400
"""Samples beyond this value are speech or a reply, not noise."""
BREATH = 0.9
"""Seconds without a sound after which a reply is over."""
KEYS = ("XDG_RUNTIME_DIR", "PULSE_SERVER", "PULSE_SOURCE", "PULSE_SINK")
PROGRAM = [sys.executable, "-m", "tests.bench.card_programs"]


def figures() -> list[Row]:
    """The rows for the table of measurements; those that need a sound card only where there can be one."""
    rows = [help_time(), memory()]
    if missing():
        return rows
    with virtual_card() as card:
        offset = transport(card)
        return [*rows, *starts(card), *replies(card, offset), *silence(card)]


# ---------------------------------------------------------------- without sound


def help_time() -> Row:
    """`hearth --help` beside an interpreter that does nothing."""
    with home() as folder:
        times = [taken(folder, [*COMMAND, "--help"]) for _ in range(HELPS)]
        bare = [taken(folder, [sys.executable, "-c", "pass"]) for _ in range(HELPS)]
    how = f"hearth --help, a fresh process, median of {HELPS}; baseline: python -c pass"
    return row("help_ms", statistics.median(times), "ms", statistics.median(bare), how)


def taken(folder: Path, command: Sequence[str]) -> float:
    """Milliseconds until a command has ended."""
    began = time.monotonic()
    subprocess.run(command, cwd=folder, env=environment(folder), stdout=subprocess.DEVNULL, check=True)
    return 1000 * (time.monotonic() - began)


def memory() -> Row:
    """The most that a whole conversation takes, with the embedded model."""
    files = sorted((ROOT / "assistant/demo").glob("*.wav"))
    with home() as folder:
        words = ["listen", "--input", *map(str, files), "--output", "out.wav"]
        peak = peak_memory([*COMMAND, *words], folder, environment(folder))
    how = "largest resident set over the bundled conversation; the voice's worker takes some 20 MB beside it"
    return row("peak_rss_mb", peak, "MB", None, how)


# ---------------------------------------------------------------- at the virtual sound card


@dataclass(frozen=True, slots=True)
class Ears:
    """What goes into the microphone and what comes out of the speaker, on one clock and by the same means."""

    spoken: Capture
    """The microphone's sound."""
    replied: Capture
    """The speaker's sound."""


@contextlib.contextmanager
def ears(card: VirtualCard) -> Iterator[Ears]:
    """Record both."""
    form = [f"--rate={MIC_RATE}", "--channels=1", "--format=s16le", "--raw", "--latency-msec=20"]
    recorder = subprocess.Popen(["parec", "-d", "mic_in.monitor", *form], env=card.env, stdout=subprocess.PIPE)
    spoken = Capture(recorder, MIC_RATE)
    spoken.wait_for_sound()
    try:
        with card.capture() as replied:
            yield Ears(spoken, replied)
    finally:
        spoken.close()


def transport(card: VirtualCard) -> float:
    """Milliseconds from a loud sound in the microphone to a click from the speaker, without a thought between them."""
    delays = []
    with home() as folder, ears(card) as heard:
        env = {**environment(folder), **{key: card.env[key] for key in KEYS}}
        program = subprocess.Popen([*PROGRAM, "answer"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdout.readline()
        for _ in range(CLICKS):
            time.sleep(1.0)
            began = time.monotonic()
            card.feed(array("h", [9_000, -9_000] * 800).tobytes()).wait()
            time.sleep(0.4)
            delays.append(first_loud(heard.replied, began) - first_loud(heard.spoken, began))
        program.stdin.close()
        program.wait()
        program.stdout.close()
    return 1000 * statistics.median(delays)


def starts(card: VirtualCard) -> list[Row]:
    """From the start of the process until it listens: at the very first time, and later."""
    with home() as folder:
        times = []
        for _ in range(STARTS + 1):
            with hearing(card, folder) as hearth:
                times.append(1000 * (hearth.shown[hearth.wait_for("listen")].when - hearth.began))
    later = statistics.median(times[1:])
    how = "cold process to the event `listen`, everything loaded, microphone open"
    return [
        row("startup_ms", later, "ms", None, f"{how}; caches of an earlier start; median of {STARTS}"),
        row("first_startup_ms", times[0], "ms", later, f"{how}; nothing cached; once; baseline: later starts"),
    ]


def replies(card: VirtualCard, offset: float) -> list[Row]:
    """From the last loud sample of a question, and from its endpoint, to the first sample of the reply."""
    since_speech, since_endpoint = [], []
    with home() as folder, ears(card) as heard, hearing(card, folder, [*PROGRAM, "timed"]) as hearth:
        hearth.wait_for("listen")
        for number in range(TRIALS):
            wait_until_silent(heard.replied, hearth)
            began = time.monotonic()
            events = len(hearth.shown)
            speak(card, SPEECH[number % len(SPEECH)])
            hearth.wait_for("synthesize", after=events)
            wait_until_silent(heard.replied, hearth)
            reply = first_loud(heard.replied, began)
            since_speech.append(1000 * (reply - last_loud(heard.spoken, began)))
            since_endpoint.append(1000 * (reply - endpoint(hearth)))
    how = f"virtual card, command mode, {TRIALS} questions; from the last loud sample in the microphone"
    device = f"baseline: the same devices answering a click with a click, {offset:.0f} ms"
    after = "from the arrival of the sound with which the endpoint is decided to the first sample of the reply"
    return [
        row("speech_end_to_reply_ms_p50", share(since_speech, 0.5), "ms", offset, f"{how}, 0.6 s patience; {device}"),
        row("speech_end_to_reply_ms_p95", share(since_speech, 0.95), "ms", offset, f"{how}, 0.6 s patience; {device}"),
        row("endpoint_to_reply_ms_p50", share(since_endpoint, 0.5), "ms", offset, f"{after}; {device}"),
        row("endpoint_to_reply_ms_p95", share(since_endpoint, 0.95), "ms", offset, f"{after}; {device}"),
    ]


def silence(card: VirtualCard) -> list[Row]:
    """What listening to a quiet room costs the whole process, and the voice's worker."""
    random = Random(1)
    noise = array("h", [round(random.gauss(0, NOISE)) for _ in range(int(MIC_RATE * (SILENCE + 2)))]).tobytes()
    with home() as folder, hearing(card, folder) as hearth:
        with ears(card) as heard:  # no longer: a second recording in small pieces makes ours arrive in such pieces too
            hearth.wait_for("listen")
            wait_until_silent(heard.replied, hearth)
        room = card.feed(noise)
        time.sleep(1.0)
        before, began = processor(hearth.process.pid), time.monotonic()
        time.sleep(SILENCE)
        cost = (processor(hearth.process.pid) - before) / (time.monotonic() - began)
        room.kill()
        room.wait()
    how = f"processor time of hearth listen and its children over {SILENCE:.0f} s of faint noise; baseline: the goal"
    raw = vosk_alone(noise[: 2 * MIC_RATE * round(SILENCE)])
    against = "the same over Vosk fed with the same noise without a pause, with the phrase graph of every command"
    return [
        row("silence_cpu_share", cost, "of one core", 0.015, how),
        row(
            "silence_over_vosk",
            cost / raw,
            "×",
            0.125,
            f"{against}, which takes {raw:.3f} of a core; baseline: the goal",
        ),
    ]


def vosk_alone(noise: bytes) -> float:
    """Processor time over the time of a sound, in Vosk alone."""
    from vosk import KaldiRecognizer, Model

    with home() as folder:
        config = replace(Config(), folders=Folders(folder / "none.toml", folder / "data", folder / "cache"))
        sentences = load_sentences(config, load_rituals(config))
        with contextlib.closing(build_ear(config, sentences)) as ear:
            graph = assemble(ear.model, ear.cache, [phrase.text for phrase in sentences.phrases()]).path
        recognizer = KaldiRecognizer(Model(str(graph)), MIC_RATE)
        began = time.process_time()
        for place in range(0, len(noise), STEP):
            if recognizer.AcceptWaveform(noise[place : place + STEP]):
                recognizer.Result()
        return (time.process_time() - began) / (len(noise) / 2 / MIC_RATE)


# ---------------------------------------------------------------- means


@contextlib.contextmanager
def home() -> Iterator[Path]:
    """A household with nothing else in its home."""
    with tempfile.TemporaryDirectory(prefix="hearth-bench-") as folder:
        set_up(Path(folder))
        yield Path(folder)


def hearing(
    card: VirtualCard, folder: Path, program: Sequence[str] = COMMAND
) -> contextlib.AbstractContextManager[Listening]:
    """Hearth at the card."""
    return listening(folder, env={key: card.env[key] for key in KEYS}, program=program)


def speak(card: VirtualCard, file: Path) -> None:
    """Play a file into the microphone."""
    with wave.open(str(file), "rb") as sound:
        card.feed(sound.readframes(sound.getnframes()), sound.getframerate()).wait()


def wait_until_silent(capture: Capture, hearth: Listening) -> None:
    """Until the reply is over."""
    while time.monotonic() - max(capture.last_sound(), hearth.shown[-1].when) < BREATH:
        time.sleep(0.05)


def endpoint(hearth: Listening) -> float:
    """The moment of the last endpoint."""
    moments = [line for line in hearth.complaints.splitlines() if line.startswith(ENDPOINT)]
    return float(moments[-1].split()[1])


def first_loud(capture: Capture, after: float) -> float:
    """When the first loud sample after a moment arrived."""
    return min(loud_moments(capture, after, min))


def last_loud(capture: Capture, after: float) -> float:
    """When the last one did."""
    return max(loud_moments(capture, after, max))


def loud_moments(capture: Capture, after: float, which: Callable[[list[int]], int]) -> Iterator[float]:
    """Of every piece since then with loud samples, the moment of one of them; a piece arrives with its last sample."""
    for when, block in list(capture.blocks):
        samples = array("h", block[: len(block) // 2 * 2])
        loud = [place for place, sample in enumerate(samples) if abs(sample) > LOUD] if when > after else []
        if loud:
            yield when - (len(samples) - which(loud)) / capture.rate


def processor(pid: int) -> float:
    """Seconds that a process and its children have computed."""
    parent = psutil.Process(pid)
    times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def share(values: Sequence[float], part: float) -> float:
    """The value that this part of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]
