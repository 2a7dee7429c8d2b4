"""Where several processes share the tests, those of a file stay together, and those of a sound card too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.command import ROOT

GROUPED = """\
from tests.conftest import pytest_collection_modifyitems, pytest_runtest_setup
"""
TESTS = """\
import os, pytest, time

@pytest.mark.parametrize("number", range(6))
def test_of_a_file(number):
    time.sleep(0.02)
    assert os.nice(0) == 19, "it is polite"

@pytest.mark.card
@pytest.mark.parametrize("number", range(3))
def test_of_a_card(number):
    time.sleep(0.02)
    assert os.nice(0) == int(os.environ["NICENESS"])
"""


def test_a_process_has_all_of_a_file_or_a_card(tmp_path: Path) -> None:
    """pytest 9.2 gives each test of a group to any process, and says nothing (pytest-xdist 3.8, its issue 1386)."""
    (tmp_path / "conftest.py").write_text(GROUPED)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = card\n")
    for name in ("test_one.py", "test_two.py", "test_three.py"):
        (tmp_path / name).write_text(TESTS)
    options = ["-v", "--numprocesses=2", "--dist=loadgroup", "--no-loadscope-reorder", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "--rootdir", str(tmp_path), *options, str(tmp_path)]
    env = os.environ | {"NICENESS": str(os.nice(0))}
    told = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    ran = re.findall(r"\[(gw\d)\].* PASSED .*(test_\w+)\.py::(test_of_a_file|test_of_a_card)", told)
    assert len(ran) == 27
    places = {("card" if test == "test_of_a_card" else file, process) for process, file, test in ran}
    assert sorted(group for group, _ in places) == ["card", "test_one", "test_three", "test_two"]
