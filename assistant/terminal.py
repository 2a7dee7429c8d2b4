"""The screen of a terminal: the dialogue, and below it one quiet line that says how things stand."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TextIO

from assistant.events import (
    Action,
    Asked,
    Concern,
    Event,
    Forgotten,
    NotSaved,
    NotUnderstood,
    Said,
    Saved,
    Say,
)
from assistant.journal.records import KEPT
from assistant.screen import UNSURE, WIDTH
from assistant.standing import Doing, Look, Standing
from audio.types import Heard, Onset, Transcript

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable
    from rich.text import Text

GLANCE = 0.125
"""Seconds between two looks at how things stand; only what has changed is drawn."""

BARS = 10
"""Columns of the level."""

QUIETEST, LOUDEST = -54.0, -14.0
"""dBFS at which the level is empty and full."""

KEYS = ("space pause", "s skip", "r repeat", "m mute", "q stop")
"""What can be pressed, in the order of the last line."""

WORDS = {
    Doing.STARTING: "getting ready",
    Doing.LISTENING: "listening",
    Doing.HEARING: "hearing you",
    Doing.SPEAKING: "speaking",
    Doing.PAUSED: "paused",
    Doing.MUTING: "closing the microphone",
    Doing.MUTED: "muted: the microphone is closed",
    Doing.LOST: "no sound from the microphone, looking for it",
}
"""What stands in the status line."""

STYLES = {
    Doing.STARTING: "dim",
    Doing.LISTENING: "green",
    Doing.HEARING: "bold green",
    Doing.SPEAKING: "bold",
    Doing.PAUSED: "bold",
    Doing.MUTING: "bold",
    Doing.MUTED: "bold red",
    Doing.LOST: "bold red",
}
"""Only what can be read on dark and on light."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The signs of the status line, each one column wide."""

    doing: dict[Doing, str]
    """Before the words."""
    full: str
    """One column of the level that sounds."""
    empty: str
    """One column that does not."""
    between: str
    """Between two things of one line."""


DRAWN = Marks({Doing.MUTED: "○", Doing.PAUSED: "‖", Doing.LOST: "!", Doing.SPEAKING: "◆"}, "━", "─", " · ")
PLAIN = Marks({Doing.MUTED: "o", Doing.PAUSED: "=", Doing.LOST: "!", Doing.SPEAKING: ">"}, "#", "-", " | ")
"""Where only ASCII can be written."""


class Terminal:
    """Shows the conversation on a terminal of any width, with `rich`."""

    def __init__(self, out: TextIO, look: Look, *, keys: bool = True) -> None:
        """`keys`: whether keys can be pressed, and are to be named."""
        from rich.console import Console
        from rich.live import Live

        self._look = look
        self._keys = KEYS if keys else ()
        self._console = Console(file=out, highlight=False, markup=False, emoji=False)
        self._marks = DRAWN if self._console.encoding.lower().startswith("utf") else PLAIN
        self._live = Live(
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            get_renderable=self._footer,
        )
        self._drawn: object = None
        self._heard: Transcript | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="hearth-screen", daemon=True)

    def __enter__(self) -> Self:
        self.enter()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.leave()

    def enter(self) -> None:
        """Draw the status from now on."""
        self._live.start(refresh=True)
        self._drawn = None  # what was drawn before `leave` is not what stands there now

    def leave(self) -> None:
        """Take the status away, and give the terminal back as it was."""
        self._live.stop()

    # ------------------------------------------------------------ what passes through the loop

    def voice_started(self, onset: Onset) -> None:
        """The status says it."""

    def heard(self, heard: Heard) -> None:
        """Remember the words as they were heard, to mark the unsure ones."""
        self._heard = heard.answer or heard.phrase

    def event(self, event: Event) -> None:
        """Show what was said, and what was kept of it."""
        match event:
            case Asked(intent=intent, text=""):
                self._note(intent.name.replace("_", " "))
            case Asked(text=text):
                self._line(self._person(), self._words(text))
            case Said(text=text):
                self._line(self._person(), self._marked(text))
            case NotUnderstood():
                self._note("not understood")
            case Concern():
                self._heard = None
            case Saved(entry=entry):
                about = (entry.ritual if entry.kind == KEPT else entry.kind).replace("_", " ")
                self._note(
                    f"{'kept' if entry.kind == KEPT else 'saved'}: {', '.join(filter(None, (about, entry.speaker)))}"
                )
            case NotSaved(entry=entry, reason=reason):
                self.trouble(f"not saved yet ({reason}): {entry.text}")
            case Forgotten(count=count):
                self._note(f"deleted: {count}")
            case _:
                pass

    def action(self, action: Action) -> None:
        """Show what is spoken."""
        if isinstance(action, Say):
            self._line("hearth", self._words(action.text), "bold")

    def trouble(self, message: str) -> None:
        """Show it; silence would be worse."""
        self._line("!", self._words(message), "bold red")

    # ------------------------------------------------------------ the dialogue

    def _person(self) -> str:
        return self._look().person or "you"

    def _words(self, text: str) -> Text:
        from rich.text import Text

        return Text(text)

    def _marked(self, text: str) -> Text:
        """The words of an answer; those heard with little confidence as `(word?)`, dimmed."""
        from rich.text import Text

        words = self._heard.words if self._heard and self._heard.text == text else ()
        pieces = [(f"({word.text}?)", "dim") if word.confidence < UNSURE else word.text for word in words]
        return Text(" ").join(Text.assemble(piece) for piece in pieces) if pieces else Text(text)

    def _note(self, text: str) -> None:
        from rich.text import Text

        self._line("", Text(f"[{text}]", "dim"))

    def _line(self, who: str, text: Text, style: str = "") -> None:
        """A name in its column, and the words beside it, wrapped there."""
        from rich.table import Table
        from rich.text import Text

        row = Table.grid(padding=(0, 2))
        row.add_column(justify="right", width=WIDTH, no_wrap=True, overflow="ellipsis")
        row.add_column(overflow="fold")
        row.add_row(Text(who, style or "cyan"), text)
        self._console.print(row)

    # ------------------------------------------------------------ the status

    def _follow(self) -> None:
        while not self._over.wait(GLANCE):
            standing = self._look()
            shown = (self._parts(standing), self._hints(standing), self._console.width)
            if shown != self._drawn and self._live.is_started:
                self._drawn = shown
                self._live.refresh()

    def _footer(self) -> ConsoleRenderable:
        from rich.console import Group
        from rich.text import Text

        standing, width = self._look(), self._console.width
        style = STYLES[standing.doing]
        rows = [Text(row, style) for row in packed(self._parts(standing), width - 2, self._marks.between)]
        hints = [Text(row, "dim") for row in packed(self._hints(standing), width - 2, self._marks.between)]
        return Group("", *rows, *hints)

    def _hints(self, standing: Standing) -> Sequence[str]:
        """The keys, each by what it does now."""
        now = {"space pause": standing.paused and "space go on"}
        now["m mute"] = standing.doing in (Doing.MUTED, Doing.MUTING) and "m unmute"
        return [now.get(key) or key for key in self._keys]

    def _parts(self, standing: Standing) -> list[str]:
        """What the status line says."""
        doing = standing.doing
        parts = [f"{self._marks.doing.get(doing, '*' if self._marks is PLAIN else '●')} {WORDS[doing]}"]
        if doing in (Doing.LISTENING, Doing.HEARING):
            full = bars(standing.level)
            parts[0] += " " + self._marks.full * full + self._marks.empty * (BARS - full)
        if standing.person:
            parts.append(f"{standing.person}'s turn")
        if standing.seconds_left is not None:
            parts.append(clock(standing.seconds_left))
        elif standing.minutes_left:
            parts.append(f"about {max(1, round(standing.minutes_left))} min left")
        return parts


def bars(level: float) -> int:
    """Columns of a level in dBFS, 0 to `BARS`."""
    share = (level - QUIETEST) / (LOUDEST - QUIETEST)
    return round(BARS * min(max(share, 0.0), 1.0))


def clock(seconds: float) -> str:
    """The time left on a timer, such as `1:05 left`."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02} left"


def packed(parts: Sequence[str], width: int, between: str) -> list[str]:
    """The parts side by side, in as few rows as they need; one that is too long for a row is cut."""
    rows: list[str] = []
    for part in parts:
        part = part if len(part) <= width else part[: max(width - 1, 1)] + "."
        if rows and len(rows[-1]) + len(between) + len(part) <= width:
            rows[-1] += between + part
        else:
            rows.append(part)
    return [f" {row}" for row in rows]
