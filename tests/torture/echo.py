"""`python -m tests.torture.echo --hours 1`: Hearth hears itself in many rooms, and must not answer itself.

Simulated time: what it says comes back 50 to 400 ms late, at -30 to 0 dB, with reverberation. In every room it says all
kinds of things to nobody, and then people of several synthesisers say "stop" over it, as loud as itself.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from tests.echo_trials import IN_TIME, Stop, stops, talks
from tests.living_room import Acoustics, living_room
from tests.spoken_household import spoken_household

DELAYS, GAINS, REVERBERATIONS = (0.05, 0.1, 0.2, 0.3, 0.4), (-30.0, -20.0, -12.0, -6.0, 0.0), (0.2, 0.4, 0.6)
SHARE = 0.9
"""Of the trials in which it has to be silent in time."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What happened in one room."""

    room: str
    seconds: float
    """How long it lasted without people."""
    spoken: float
    """For how much of that it spoke itself."""
    triggers: tuple[str, ...]
    """What it took for words of people meanwhile."""
    stops: tuple[Stop, ...]
    """How it was stopped after that."""


def rooms(seed: int) -> Iterator[Acoustics]:
    """One after the other, without end: every delay and every gain as often as any other."""
    chance, number = Random(seed), 0
    while True:
        delays, gains = list(DELAYS), list(GAINS)
        chance.shuffle(delays)
        chance.shuffle(gains)
        for delay, gain in zip(delays, gains, strict=True):
            number += 1
            yield Acoustics(delay, gain, chance.choice(REVERBERATIONS), seed + number)


def try_room(acoustics: Acoustics, cancels: bool) -> Trial:
    """Talk in it, and be stopped."""
    with tempfile.TemporaryDirectory(prefix="hearth-echo-") as folder, ExitStack() as stack:
        household = spoken_household(Path(folder), stack)
        hearing = replace(household.config.hearing, echo_cancellation=cancels)
        household = replace(household, config=replace(household.config, hearing=hearing))
        household.ear.warm()
        with living_room(household, acoustics, Path(folder) / "talk") as at:
            talks(at)
            triggers = tuple(f"{when:.1f} s {event}" for when, event in at.self_triggers)
            seconds, spoken = at.room.seconds, at.room.sounded / 16_000
        with living_room(household, acoustics, Path(folder) / "stop") as at:
            silenced = tuple(stops(at, gain=acoustics.gain))
        return Trial(str(acoustics), seconds, spoken, triggers, silenced)


def main() -> int:
    """Try rooms until the hours are over; 1 if it answered itself, or could not be stopped often enough."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.echo", description=__doc__)
    parser.add_argument("--hours", type=float, default=1.0, help="how long, without the stopping (1)")
    parser.add_argument("--seed", type=int, default=1, help="other rooms (1)")
    parser.add_argument("--jobs", type=int, default=2, help="rooms at once (2)")
    parser.add_argument("--without", action="store_true", help="with hearing.echo_cancellation off")
    options = parser.parse_args()
    seconds, spoken, triggers, silenced = 0.0, 0.0, 0, list[Stop]()
    places = rooms(options.seed)
    with ProcessPoolExecutor(options.jobs) as pool:
        while seconds < 3_600 * options.hours:
            batch = [next(places) for _ in range(options.jobs)]
            for trial in pool.map(try_room, batch, [not options.without] * len(batch)):
                obeyed = sum(stop.obeyed for stop in trial.stops)
                print(f"{trial.room}: {obeyed} of {len(trial.stops)} stopped, {len(trial.triggers)} answers to itself")
                print("".join(f"    {trigger}\n" for trigger in trial.triggers), end="", flush=True)
                seconds, spoken = seconds + trial.seconds, spoken + trial.spoken
                triggers += len(trial.triggers)
                silenced += trial.stops
    share = sum(stop.obeyed for stop in silenced) / len(silenced)
    print(f"{seconds / 3_600:.2f} h, {spoken / 60:.0f} min of it speech of its own: {triggers} answers to itself.")
    print(f"{share:.1%} of {len(silenced)} stops were obeyed within {1_000 * IN_TIME:.0f} ms.")
    return 1 if triggers or (share < SHARE and not options.without) else 0


if __name__ == "__main__":
    sys.exit(main())
