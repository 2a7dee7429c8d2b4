"""Notifications of the desktop: through a real program, and never with what is somebody's own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.conversation import Memory
from assistant.journal import Journal
from assistant.notification import notifier, notify
from assistant.notifying import Notifying
from assistant.reminders import KEY, Kind, Reminder, Rule, dump
from assistant.screen import TroubleOnly
from tests.command import LIMIT, ROOT, environment
from tests.listening import set_up
from tests.stage import NOON, Stage
from tests.virtual_card import VirtualCard

DESKTOP = """\
{python} -m tests.notification_daemon >"$HOME/shown" &
desktop=$!
until grep -q ready "$HOME/shown"; do sleep 0.1; done
{python} -m assistant listen &
hearth=$!
for _ in $(seq 300); do grep -q Hearth "$HOME/shown" && break; sleep 0.1; done
kill $hearth
wait $hearth
kill $desktop
"""
"""A session with a desktop that shows notifications, in which Hearth listens until one is shown."""

PROGRAM = '#!/bin/sh\nprintf "%s|" "$@" > {shown}\n'


def test_without_a_program_there_is_no_notification(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not notify("Hearth", "It is time.")


@pytest.mark.parametrize(("platform", "name"), [("linux", "notify-send"), ("darwin", "osascript")])
def test_the_program_of_the_system_is_given_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, name: str
) -> None:
    shown = tmp_path / "shown"
    (tmp_path / name).write_text(PROGRAM.format(shown=shown))
    (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.platform", platform)
    assert notify("Hearth", '--urgent "x" & y')
    limit = time.monotonic() + 10
    while not (shown.exists() and shown.read_text()) and time.monotonic() < limit:
        time.sleep(0.02)
    assert shown.read_text().endswith('|Hearth|--urgent "x" & y|')
    assert notifier("a", "b")[0] == str(tmp_path / name)


def reminder(kind: Kind, about: str, *, private: bool = False) -> Reminder:
    made = NOON - timedelta(hours=1)
    rule = Rule(datetime(2026, 3, 4, 12, 30, tzinfo=UTC))
    owner = "Sam" if private else ""
    return Reminder(id="r", kind=kind, about=about, rule=rule, owner=owner, private=private, made=made, settled=made)


def shown_of(one: Reminder, *said: str) -> list[str]:
    stage = Stage(memory=Memory(reminders=(one,)))
    shown: list[str] = []
    with open("/dev/null", "w") as nowhere:  # noqa: PTH123 - a device
        screen = Notifying(TroubleOnly(nowhere), shown.append)
        stage.pass_time(hours=1)
        for text in said:
            stage.say(text)
        for action in stage.actions:
            screen.action(action)
    return shown


def test_a_reminder_is_shown_once_when_it_is_told() -> None:
    (text,) = shown_of(reminder(Kind.RITUAL, "coffee"), "repeat that", "what can i say")
    assert "coffee" in text.lower()


def test_what_is_somebodys_own_is_never_shown() -> None:
    (text,) = shown_of(reminder(Kind.WORDS, "buy a xylophone", private=True), "yes")
    assert "Sam" in text
    assert "xylophone" not in text


def test_the_earcon_of_a_timer_alone_shows_nothing() -> None:
    stage = Stage()
    shown: list[str] = []
    stage.start("evening")
    with open("/dev/null", "w") as nowhere:  # noqa: PTH123 - a device
        screen = Notifying(TroubleOnly(nowhere), shown.append)
        for action in stage.actions:
            screen.action(action)
    assert shown == []


@pytest.mark.card
@pytest.mark.e2e
def test_a_desktop_shows_the_reminder_that_is_spoken(tmp_path: Path, card: VirtualCard) -> None:
    """A real session bus, the real `notify-send`, and a stand-in for the desktop that answers as the standard says."""
    absent = [program for program in ("dbus-run-session", "notify-send") if shutil.which(program) is None]
    if absent:
        pytest.skip(f"no {' nor '.join(absent)} (sudo apt install dbus libnotify-bin)")
    set_up(tmp_path, '[reminders]\nquiet_from = "04:00"\nquiet_until = "04:00"\n')
    now = datetime.now(UTC)
    soon = Reminder(
        id="r", kind=Kind.RITUAL, about="coffee", rule=Rule(now + timedelta(seconds=6)), made=now, settled=now
    )
    with Journal.open(tmp_path / ".local/share/hearth") as journal:
        journal.remember(KEY, dump((soon,)))
    env = {**card.env, **environment(tmp_path)}
    command = ["dbus-run-session", "sh", "-c", DESKTOP.format(python=sys.executable)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
    shown = [json.loads(line) for line in (tmp_path / "shown").read_text().splitlines()]
    assert len(shown) == 2, (done.stdout, done.stderr)
    assert (shown[1]["program"], shown[1]["title"]) == ("Hearth", "Hearth")
    assert "coffee" in shown[1]["body"].lower()
    assert shown[1]["body"] in done.stdout, "it is spoken too"
