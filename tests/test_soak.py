"""A few minutes of the day that `make torture` lives through, and what counts as a leak."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

from tests.command import ROOT
from tests.torture.soak import GROWTH, WARM_UP, Hour, verdict

HOUR = Hour(1, 150.0, 20.0, 9, 8, (5, 4, 3, 2, 1, 9), 60.0)
DAY = [replace(HOUR, number=number) for number in range(1, 25)]


def test_a_few_minutes_of_a_day() -> None:
    command = [sys.executable, "-m", "tests.torture.soak", "--hours", "0.1", "--voices", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.search(r"0.1 of 0.1 hours .* (\d+) utterances", done.stdout)
    assert told
    assert int(told[1]) > 2


def test_a_day_without_growth_is_well() -> None:
    assert verdict(DAY, []) == []
    assert verdict([replace(hour, rss=300.0) for hour in DAY[: WARM_UP - 1]] + DAY[WARM_UP - 1 :], []) == []


def test_every_leak_is_named() -> None:
    last = replace(HOUR, rss=HOUR.rss + GROWTH + 1, worker=HOUR.worker + GROWTH + 1, descriptors=10, threads=9)
    wrong = verdict([*DAY, last], ["I can't hear you."])
    assert [
        word for word in ("complained", "resident", "worker", "descriptors", "threads") if word in "".join(wrong)
    ] == [
        "complained",
        "resident",
        "worker",
        "descriptors",
        "threads",
    ]
