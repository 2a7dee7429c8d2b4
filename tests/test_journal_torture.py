"""A small share of `make torture`, and every single call of one short life."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture.scenario import Scenario
from tests.torture.simulated import Fault

ROOT = Path(__file__).parents[1]
STEPS = 9
POWER = 0


def test_a_small_share_of_the_torture() -> None:
    command = [sys.executable, "-m", "tests.torture.journal", "--trials", "12", "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "12 disks failed" in done.stdout
    assert "12 times files damaged" in done.stdout


@pytest.mark.parametrize("code", [POWER, errno.ENOSPC, errno.EIO])
def test_every_call_of_a_short_life_fails_once(code: int) -> None:
    healthy = Scenario(4, Fault(1 << 60), steps=STEPS)
    healthy.play()
    assert healthy.refused == 0
    refused = cuts = 0
    for at in range(1, healthy.disk.calls + 1):
        scenario = Scenario(4, Fault(at, code), steps=STEPS)
        scenario.play()
        refused, cuts = refused + scenario.refused, cuts + scenario.cut
    assert (cuts if code == POWER else refused) > healthy.disk.calls // 3


def test_reading_that_fails_is_told_and_costs_nothing() -> None:
    healthy = Scenario(5, Fault(1 << 60, reads=True), steps=STEPS)
    healthy.play()
    for at in range(1, healthy.disk.calls + 1, 3):
        Scenario(5, Fault(at, errno.EIO, reads=True), steps=STEPS).play()
