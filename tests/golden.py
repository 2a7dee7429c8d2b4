"""Golden conversations: whole dialogues as text, read by people, and played typed or spoken.

`> words` is said or typed, `> Sam: words` by somebody whose voice is known; `> (quiet)` is nobody saying anything;
`> (time)` is a timer that ran out; `> (mute key)` closes the microphone or opens it again; `> (ctrl-c)` interrupts;
`> (restart)` begins a new conversation with what was remembered; `> (2 hours later)` lets time pass, and reminders
ring; `> (journal)` looks at what was kept. Every other line is something the assistant does, in order; `*` stands for
anything. Hush, Remember, Remind and Listen stand only where they matter.

`consent unasked` at the beginning: nobody was asked yet whether words are kept. What is spoken has besides
`voice Sam en-us+m7`, the voices of the two, and `…`, where somebody stops to think.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol, Self

from assistant.conversation.consent import Consent
from assistant.events import (
    Action,
    Agree,
    Chime,
    End,
    Forget,
    Hush,
    Listen,
    Mute,
    Recall,
    Remember,
    Remind,
    Save,
    Say,
    Wait,
)
from assistant.journal import CheckIn

PAUSE = "…"
"""Where somebody stops to think in the middle of what they say."""

SPOKEN = re.compile(r"(?:([A-Z][a-z]+): )?(.+)")

OPTIONAL = ("hush", "remind ", "remember ", "forget-fact ", "listen ", "chime ")
"""What may go unmentioned."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that people do, and what the assistant does thereupon."""

    where: str
    """File and line."""
    speaker: str = ""
    """Who says it, where that is written."""
    words: str = ""
    """What is said; in parentheses what happens; empty for the beginning."""
    expected: list[str] = field(default_factory=list)
    """What the assistant does."""


@dataclass(frozen=True, slots=True)
class Script:
    """One golden conversation."""

    voices: dict[str, str]
    """Whose voice is which; empty where nobody is heard."""
    turns: list[Turn]
    """In their order; the first is the greeting."""
    consent: Consent = Consent.GIVEN
    """What both said before about keeping words."""


class Playing(Protocol):
    """A conversation that is going on."""

    def say(self, text: str, speaker: str = "") -> Sequence[Action]: ...
    def quiet(self) -> Sequence[Action]: ...
    def elapse(self) -> Sequence[Action]: ...
    def interrupt(self) -> Sequence[Action]: ...
    def press_mute(self) -> Sequence[Action]: ...
    def pass_time(self, **length: float) -> Sequence[Action]: ...
    def restart(self) -> Self: ...
    def as_said(self, line: str) -> str: ...
    @property
    def actions(self) -> Sequence[Action]: ...
    @property
    def kept(self) -> Sequence[CheckIn]: ...


def plain(text: str) -> str:
    """What is said, without the pauses."""
    return " ".join(text.replace(PAUSE, " ").split())


def read(path: Path) -> Script:
    """The conversation in a file."""
    voices: dict[str, str] = {}
    consent = Consent.GIVEN
    turns = [Turn(f"{path.name}:1")]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if text.startswith("voice "):
            _, speaker, voice = text.split()
            voices[speaker] = voice
        elif text.startswith("consent "):
            consent = Consent(text.removeprefix("consent "))
        elif text.startswith(">"):
            said = SPOKEN.fullmatch(text[1:].strip())
            assert said, f"{path.name}:{number}"
            turns.append(Turn(f"{path.name}:{number}", said[1] or "", said[2]))
        elif text and not text.startswith("#"):
            turns[-1].expected.append(text)
    return Script(voices, turns, consent)


def perform(script: Script, stage: Playing) -> Playing:
    """Play a conversation and compare; returns the stage on which it ended."""
    for turn in script.turns:
        stage, done = play(stage, turn)
        check(turn, [stage.as_said(line) for line in done])
    return stage


def play(stage: Playing, turn: Turn) -> tuple[Playing, list[str]]:
    match turn.words:
        case "":
            actions = stage.actions
        case "(journal)":
            return stage, [f"entry {held(entry)}" for entry in stage.kept]
        case "(quiet)":
            actions = stage.quiet()
        case "(time)":
            actions = stage.elapse()
        case "(ctrl-c)":
            actions = stage.interrupt()
        case "(mute key)":
            actions = stage.press_mute()
        case "(restart)":
            stage = stage.restart()
            actions = stage.actions
        case words if words.startswith("(") and words.endswith(" later)"):
            number, unit = words[1:-1].split()[:2]
            actions = stage.pass_time(**{unit: float(number)})
        case words:
            actions = stage.say(words, turn.speaker)
    return stage, [shown(action) for action in actions]


def held(entry: CheckIn) -> str:
    """What anybody can see of an entry."""
    return f"sealed by {entry.speaker}" if entry.private else described(entry)


def described(entry: CheckIn) -> str:
    who = f"{entry.speaker or 'nobody'}" + (f" to {entry.about}" if entry.about else "")
    return f"{'private ' if entry.private else ''}{entry.kind} by {who}: {entry.text}".rstrip()


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
            return f"save {described(entry)}"
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
        case Agree(keeps=keeps):
            return f"agree {'yes' if keeps else 'no'}"
        case Mute():
            return "mute"
        case End():
            return "end"


def check(turn: Turn, done: Sequence[str]) -> None:
    at = 0
    for line in turn.expected:
        while at < len(done) and not fnmatchcase(done[at], line):
            assert done[at].startswith(OPTIONAL), f"{turn.where}: expected {line!r}, but it did {done[at]!r}"
            at += 1
        assert at < len(done), f"{turn.where}: expected {line!r}, but it did only {done}"
        at += 1
    rest = [line for line in done[at:] if not line.startswith(OPTIONAL)]
    assert not rest, f"{turn.where}: unexpected {rest}"
