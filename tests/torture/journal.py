"""`python -m tests.torture.journal --trials 1000`: kill writers, fail disks, cut the power, damage files."""

from __future__ import annotations

import argparse
import contextlib
import errno
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.torture import fuzz
from tests.torture.kills import Household
from tests.torture.scenario import Scenario
from tests.torture.simulated import Fault

LIVES = 50
"""Writers that one journal sees before a new one is begun."""
FAULTS = ((0, 1), (0, 1), (errno.ENOSPC, 1), (errno.EIO, 1), (errno.ENOSPC, 30), (errno.EIO, 3), (errno.EIO, 30))
"""Error number (0 cuts the power) and how many calls in a row fail."""


def kill_writers(trials: int, seed: int) -> str:
    """Kill real writers at random instants."""
    chance = random.Random(seed)
    acknowledged = 0
    for start in range(0, trials, LIVES):
        with tempfile.TemporaryDirectory() as folder:
            household = Household(Path(folder) / "journal", chance)
            for _ in range(min(LIVES, trials - start)):
                household.live()
            acknowledged += household.acknowledged
    return f"{trials} writers killed, {acknowledged} acknowledged changes, none lost"


def fail_disks(trials: int, seed: int) -> str:
    """Fail every kind of call, or cut the power there."""
    cuts = refused = 0
    for trial in range(trials):
        chance = random.Random(seed + trial)
        healthy = Scenario(seed + trial // 20, Fault(1 << 60))
        healthy.play()
        code, calls = chance.choice(FAULTS)
        fault = Fault(chance.randint(1, healthy.disk.calls), code, calls)
        scenario = Scenario(seed + trial // 20, fault)
        with _named(f"{fault} with seed {seed + trial // 20}"):
            scenario.play()
        cuts, refused = cuts + scenario.cut, refused + scenario.refused
    return f"{trials} disks failed: {cuts} power cuts, {refused} refusals, nothing acknowledged lost"


def damage_files(trials: int, seed: int) -> str:
    """Damage files, and read them."""
    kinds: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        healthy = Path(folder) / "healthy"
        entries = fuzz.make(healthy)
        for trial in range(trials):
            damaged = Path(folder) / "damaged"
            shutil.copytree(healthy, damaged)
            with _named(f"damage {seed + trial}"):
                kinds["refused" if "refused" in fuzz.try_one(damaged, entries, seed + trial) else "read"] += 1
            shutil.rmtree(damaged)
    return f"{trials} times files damaged: {kinds['read']} read and repaired, {kinds['refused']} refused with a hint"


@contextlib.contextmanager
def _named(trial: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        error.add_note(f"It was {trial}.")
        raise


def main() -> None:
    """Run all three and say what was seen; an assertion ends it."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.journal", description=__doc__)
    parser.add_argument("--trials", type=int, default=1000, help="how many of each (1000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other trials (1)")
    options = parser.parse_args()
    runs = (fail_disks, damage_files) if sys.platform == "win32" else (kill_writers, fail_disks, damage_files)
    for run in runs:
        start = time.perf_counter()
        print(f"{run(options.trials, options.seed)} ({time.perf_counter() - start:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
