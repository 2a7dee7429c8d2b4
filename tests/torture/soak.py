"""`python -m tests.torture.soak --hours 24`: a day of a household, faster than real time; what leaks shows.

One process of Hearth hears the whole day. After each hour its memory, descriptors and threads are looked at from
outside. Ctrl-C ends it with the report of the hours so far.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.command import environment
from tests.listening import set_up
from tests.torture.household_speech import VOICES, make

WARM_UP = 2
"""Hours after which memory has to stay: every recogniser was used, and replaced once, by then."""
GROWTH = 10.0
"""Megabytes by which the resident set may grow after that."""
LOOKS, BETWEEN = 5, 0.05
"""How often descriptors are counted at the end of an hour, and the seconds between two counts."""
SHOWN = ("intent", "transcript", "not-recognized", "saved", "reminder-due", "synthesize")
"""Events that are counted, in the order of their columns."""


@dataclass(frozen=True, slots=True)
class Hour:
    """How the process stood at the end of an hour."""

    number: int
    """From 1."""
    rss: float
    """Resident set in MB."""
    worker: float
    """That of the voice's worker."""
    descriptors: int
    """Open files and pipes."""
    threads: int
    """Its threads."""
    events: tuple[int, ...]
    """How often each of `SHOWN` was seen in the hour."""
    seconds: float
    """Seconds that it took."""

    def __str__(self) -> str:
        counted = " ".join(f"{count:>6}" for count in self.events)
        beside = f"{self.worker:>7.1f} {self.descriptors:>5} {self.threads:>5}"
        return f"{self.number:>4} {self.rss:>8.1f} {beside}  {counted} {self.seconds:>7.0f}"


HEAD = "hour   RSS MB  worker   fds  thrd  " + " ".join(f"{name[:6]:>6}" for name in SHOWN) + "       s"


class Soak:
    """One process that lives through a day, watched."""

    def __init__(self, home: Path, speech: Path, hours: float, seed: int) -> None:
        self.hours: list[Hour] = []
        """Those that are over."""
        self.troubles: list[str] = []
        """What it complained of."""
        self.at = 0.0
        """Hours lived so far."""
        self.utterances = 0
        """How often somebody was heard."""
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()
        set_up(home)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.day", str(speech), str(hours), str(seed)],
            cwd=home,
            env=environment(home),
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def watch(self) -> Iterator[Hour | None]:
        """Every hour as it is over, and None at other signs of life, until the day is over."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            facts = json.loads(line)
            self._counts[facts["event"]] += 1
            self.utterances += facts["event"] == "voice-stopped"
            match facts["event"]:
                case "hour":
                    self.hours.append(self._look(round(facts["at"])))
                    yield self.hours[-1]
                case "minutes":
                    self.at = facts["at"]
                    yield None
                case "over":
                    self.at = facts["at"]
                case "error":
                    self.troubles.append(facts["message"])
                case _:
                    pass

    def stop(self) -> None:
        """As Ctrl-C, and what it says after that."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        for _ in self.watch():
            pass
        self.process.wait()

    def _look(self, number: int) -> Hour:
        process = psutil.Process(self.process.pid)
        now, began = time.monotonic(), self._began
        events, self._began = tuple(self._counts[name] for name in SHOWN), now
        self._counts.clear()
        return Hour(
            number,
            process.memory_info().rss / 1e6,
            sum(child.memory_info().rss for child in process.children()) / 1e6,
            least(process.num_fds),
            process.num_threads(),
            events,
            now - began,
        )


def least(count: Callable[[], int]) -> int:
    """The smallest of several counts: a file that is open for a moment is no leak."""
    counts = []
    for _ in range(LOOKS):
        counts.append(count())
        time.sleep(BETWEEN)
    return min(counts)


def verdict(hours: list[Hour], troubles: list[str]) -> list[str]:
    """What is wrong; nothing if all is well."""
    wrong = [f"It complained: {trouble}" for trouble in troubles]
    warm, later = hours[WARM_UP - 1 : WARM_UP], hours[WARM_UP:]
    if warm and later:
        growth = later[-1].rss - warm[0].rss
        if growth > GROWTH:
            wrong.append(f"The resident set grew by {growth:.1f} MB after the first {WARM_UP} hours.")
        if later[-1].worker - warm[0].worker > GROWTH:
            wrong.append(f"The voice's worker grew by {later[-1].worker - warm[0].worker:.1f} MB.")
        for name in ("descriptors", "threads"):
            before, after = getattr(warm[0], name), getattr(later[-1], name)
            if after > before:
                wrong.append(f"There were {before} {name} after {WARM_UP} hours, and {after} at the end.")
    return wrong


def main() -> int:
    """Run it and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0, help="how many to live through (24)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another day (1)")
    parser.add_argument("--voices", type=int, default=len(VOICES), help=f"how many voices speak ({len(VOICES)})")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hearth-soak-") as folder:
        print("Speaking the day's sentences …", file=sys.stderr, flush=True)
        make(Path(folder) / "speech", options.voices)
        soak = Soak(Path(folder), Path(folder) / "speech", options.hours, options.seed)
        return _report(soak, options.hours)


def _report(soak: Soak, wanted: float) -> int:
    began = time.monotonic()
    print(HEAD, flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        for hour in soak.watch():
            if hour is not None:
                print(f"\r{hour}", flush=True)
            elif sys.stderr.isatty():
                passed = time.monotonic() - began
                print(f"\r{soak.at:.1f} of {wanted:g} h, {passed:.0f} s", end="", file=sys.stderr, flush=True)
    soak.stop()
    taken, code = time.monotonic() - began, soak.process.returncode
    speed = f"{3_600 * soak.at / taken:.0f} times real time"
    print(f"{soak.at:.1f} of {wanted:g} hours in {taken:.0f} s, {speed}, {soak.utterances} utterances.")
    wrong = verdict(soak.hours, soak.troubles)
    if code not in (0, 130):
        wrong.append(f"It ended with {code}.")
    if not soak.utterances:
        wrong.append("Nobody was heard at all.")
    print("\n".join(wrong) or "No leak, no trouble.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
