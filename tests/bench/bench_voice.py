"""What the voice and the speaker cost: how soon a sentence sounds, and how soon it is silent.

`python -m tests.bench.bench_voice` prints the rows. What plays does so on the virtual sound card, which has no buffer
of its own; a real one adds its latency.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from audio.voice import Pyttsx3Voice
from tests.bench.figure import Row
from tests.virtual_card import missing, virtual_card

SENTENCES = [
    f"What did you appreciate about each other {when}, and what would you like more of?"
    for when in ("today", "this week", "last week", "this month", "on Sunday", "at breakfast", "this evening", "lately")
]
ROUNDS = 5
"""Fresh voices; medians are reported, since other processes share the cores."""


def figures() -> list[Row]:
    """The rows for the table of measurements."""
    with tempfile.TemporaryDirectory() as folder:
        rows = rendering(Path(folder))
    return rows if missing() else rows + sounding()


def rendering(folder: Path) -> list[Row]:
    """From text to samples, without a sound card."""
    cold, warm, memory, disk = list[float](), list[float](), list[float](), list[float]()
    for number in range(ROUNDS):
        voice = Pyttsx3Voice(cache=folder / str(number))
        voice.known(SENTENCES)
        cold.append(taken(lambda voice=voice: voice.render("Good evening, Alex and Sam.")))  # type: ignore[misc]
        warm += [taken(lambda voice=voice, text=text: voice.render(text)) for text in SENTENCES]  # type: ignore[misc]
        memory += [taken(lambda voice=voice, text=text: voice.render(text)) for text in SENTENCES]  # type: ignore[misc]
        voice.close()
        later = Pyttsx3Voice(cache=folder / str(number))
        later.known(SENTENCES)
        disk += [taken(lambda voice=later, text=text: voice.render(text)) for text in SENTENCES]  # type: ignore[misc]
        later.close()
    of = "sentences of about 15 words, from the call to the samples"
    return [
        row("voice_cold_ms", cold, 80.0, f"first sentence of a new voice, its worker started; median of {len(cold)}"),
        row("voice_warm_ms", warm, 10.0, f"{of}; median of {len(warm)}; baseline: pyttsx3 alone in the same process"),
        row("voice_cached_ms", memory, statistics.median(warm), f"{of}, said before; baseline: rendered"),
        row("voice_cached_on_disk_ms", disk, statistics.median(warm), f"{of}, said by another run; baseline: rendered"),
    ]


def sounding() -> list[Row]:
    """From text to the virtual sound card, and from `stop` to silence there."""
    with virtual_card() as card:
        first = card.run("first_sample")
        stops = card.run("barge_in")["ms"]
        spoken = card.run("speaks", "bench.mouth_programs")
    how = "from the text to its first sample at the virtual card's monitor"
    return [
        row("speak_first_sample_ms", first["warm"], 62.0, f"{how}; median of {len(first['warm'])}"),
        row("speak_first_sample_cached_ms", first["cached"], 51.0, f"{how}, rendered before"),
        row(
            "barge_in_ms",
            stops,
            100.0,
            f"from stop() to the last sample there; median of {len(stops)}; baseline: limit",
        ),
        *replies(spoken),
        row("barge_in_ms_max", [max(stops)], 100.0, f"the slowest of {len(stops)}"),
    ]


def replies(spoken: dict[str, list[float]]) -> list[Row]:
    """A reply of four sentences, and the next prompt of a ritual."""
    whole, cold = statistics.median(spoken["whole"]), statistics.median(spoken["cold"])
    of = f"to the first sample at the virtual card's monitor; median of {len(spoken['cold'])}"
    return [
        row("reply_first_sample_ms", spoken["beside"], whole, f"four sentences {of}; baseline: all rendered first"),
        row(
            "reply_keeps_loop_ms",
            spoken["kept"],
            whole,
            "for which such a reply keeps the loop from hearing",
        ),
        row("prompt_first_sample_ms", spoken["prepared"], cold, f"rendered ahead, {of}; baseline: not rendered ahead"),
    ]


def row(name: str, values: list[float], baseline: float, how: str) -> Row:
    """The median of some milliseconds."""
    value = round(statistics.median(values), 3)
    return {"name": name, "value": value, "unit": "ms", "baseline": round(baseline, 3), "how": how}


def taken(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begin = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - begin)


if __name__ == "__main__":
    for figure in figures():
        print(json.dumps(figure))
