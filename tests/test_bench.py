"""The measurements themselves are taken by `make bench`; here is what holds them together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from assistant.events import Say
from tests.bench.__main__ import RESULT, sections, table
from tests.bench.bench_conversation import EVENING
from tests.command import ROOT
from tests.stage import Stage

ISSUED = {
    "conversation_events_per_s",
    "pipeline_over_vosk",
    "speech_end_to_reply_ms_p50",
    "speech_end_to_reply_ms_p95",
    "endpoint_to_reply_ms_p95",
    "silence_cpu_share",
    "startup_ms",
    "help_ms",
    "peak_rss_mb",
}
"""Figures that readers of build/bench.json may count on."""


def test_every_figure_that_is_counted_on_has_one_place() -> None:
    text = "".join(path.read_text() for path in (ROOT / "tests/bench").glob("bench_*.py"))
    assert {name: len(re.findall(f'"{name}"', text)) for name in ISSUED} == dict.fromkeys(ISSUED, 1)


def test_every_section_can_be_named_and_a_wrong_name_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert all(name in done.stderr for name in sections())
    assert RESULT.parent == Path(ROOT / "build")


def test_the_evening_that_is_measured_is_one() -> None:
    stage = Stage()
    for event in EVENING:
        stage.happen(event)
    said = {action.line.split(".")[0] for action in stage.actions if isinstance(action, Say)}
    assert {entry.kind for entry in stage.entries} >= {"day_ahead", "wish", "appreciation"}
    assert {"paused", "minutes_left", "take_your_time", "scrapped", "who_said", "reminders_list", "you_each"} <= said
    assert {"said_by", "hold_about", "help_idle", "first_not_understood", "stopped"} <= said


def test_the_table_is_aligned() -> None:
    rows = [
        {"name": "help_ms", "value": 67.61, "unit": "ms", "baseline": 12.3, "how": "median"},
        {"name": "silence_cpu_share", "value": 0.015, "unit": "of one core", "baseline": None, "how": "once"},
    ]
    lines = table(rows)
    assert len({line.index(how) for line, how in zip(lines, ("how it", "median", "once"), strict=True)}) == 1
    assert [line.split()[1] for line in lines[1:]] == ["67.6", "0.015"]
