"""Golden conversations: whole dialogues as text, read by people, played by the real core.

`> words` is said or typed; `> (quiet)` is nobody saying anything; `> (time)` is a timer that ran out; `> (ctrl-c)`
interrupts; `> (restart)` begins a new conversation with what was remembered; `> (2 hours later)` lets time pass, and
reminders ring. Every other line is something the assistant does, in order; `*` stands for anything. Hush, Remember,
Remind and Listen stand only where they matter.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from assistant.events import (
    Action,
    Chime,
    Elapsed,
    End,
    Forget,
    Hush,
    Listen,
    Recall,
    Remember,
    Remind,
    Save,
    Say,
    Wait,
)
from tests.stage import Stage

FOLDER = Path(__file__).parent / "conversations"
FILES = sorted(FOLDER.rglob("*.txt"))
"""English ones lie in the folder itself, others in one folder per language."""


def shown(action: Action) -> str:
    match action:
        case Say(text=text, line=line):
            return f"say {line}: {text}"
        case Chime(earcon=earcon):
            return f"chime {earcon.value}"
        case Listen(mode=mode, quiet_after=quiet):
            return f"listen {mode.value}" + (f" {quiet:g}" if quiet else "")
        case Wait(goes_on=True):
            return "listen while the time goes on"
        case Wait(seconds=seconds):
            return f"wait {seconds:g}"
        case Save(entry=entry):
            who = f"{entry.speaker or 'nobody'}" + (f" to {entry.about}" if entry.about else "")
            alone = "private " if entry.private else ""
            return f"save {alone}{entry.kind} by {who}: {entry.text}"
        case Forget():
            return "forget"
        case Recall(topic=topic, period=period):
            return f"recall {topic} {period}"
        case Remember(key=key, value=value):
            return f"remember {key}" if value else f"forget-fact {key}"
        case Remind(reminders=reminders):
            return f"remind {len(reminders)}"
        case Hush():
            return "hush"
        case End():
            return "end"


OPTIONAL = ("hush", "remind ", "remember ", "forget-fact ", "listen ", "chime ")
"""What may go unmentioned."""


def play(stage: Stage, words: str) -> tuple[Stage, list[Action]]:
    match words:
        case "(quiet)":
            return stage, stage.quiet()
        case "(time)":
            return stage, stage.happen(Elapsed())
        case "(ctrl-c)":
            return stage, stage.interrupt()
        case "(restart)":
            again = Stage(memory=stage.memory(), now=stage.now, entries=stage.entries, language=stage.language)
            return again, again.actions
        case _ if words.startswith("(") and words.endswith(" later)"):
            number, unit = words[1:-1].split()[:2]
            return stage, stage.pass_time(**{unit: float(number)})
        case _:
            return stage, stage.say(words)


def check(expected: list[str], actions: list[Action], where: str) -> None:
    done = [shown(action) for action in actions]
    at = 0
    for line in expected:
        while at < len(done) and not fnmatchcase(done[at], line):
            assert done[at].startswith(OPTIONAL), f"{where}: expected {line!r}, but it did {done[at]!r}"
            at += 1
        assert at < len(done), f"{where}: expected {line!r}, but it did only {done}"
        at += 1
    rest = [line for line in done[at:] if not line.startswith(OPTIONAL)]
    assert not rest, f"{where}: unexpected {rest}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_conversation(path: Path) -> None:
    stage = Stage(language="en" if path.parent == FOLDER else path.parent.name)
    actions, expected, where = list(stage.actions), list[str](), f"{path.name}:1"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if not text.startswith(">"):
            expected.append(text)
            continue
        check(expected, actions, where)
        where, expected = f"{path.name}:{number}", []
        stage, actions = play(stage, text[1:].strip())
    check(expected, actions, where)


def test_there_are_golden_conversations() -> None:
    assert len(FILES) >= 8
