"""Shows what goes on: a dialogue for people, or one JSON line per event for programs."""

from __future__ import annotations

from typing import Protocol, TextIO

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
from assistant.plain_text import ERROR, GAP, tell
from audio.types import Heard, Onset, Transcript

UNSURE = 0.5
"""Words heard with less confidence than this are marked."""

WIDTH = 9
"""Columns of the speaker's name in the dialogue."""


class Screen(Protocol):
    """Sees everything that passes through the loop."""

    def voice_started(self, onset: Onset) -> None:
        """Somebody began to speak."""
        ...

    def heard(self, heard: Heard) -> None:
        """Somebody finished speaking."""
        ...

    def event(self, event: Event) -> None:
        """Something happened to the conversation."""
        ...

    def action(self, action: Action) -> None:
        """The conversation does something."""
        ...

    def trouble(self, message: str) -> None:
        """A device or the voice does not work as it should, or works again."""
        ...


class Dialogue:
    """The conversation as a play script: who speaks, what was kept."""

    def __init__(self, out: TextIO, *, typed: bool = False) -> None:
        """`typed`: lines were typed and stand on the screen already."""
        self._out = out
        self._typed = typed
        self._words: str = ""

    def voice_started(self, onset: Onset) -> None:
        """Nothing to show yet."""

    def heard(self, heard: Heard) -> None:
        """Remember the words as they were heard, unsure ones marked."""
        best = heard.answer or heard.phrase
        self._words = marked(best) if best else ""

    def event(self, event: Event) -> None:
        """Show what was said, and what was kept of it."""
        match event:
            case Asked(text=text) | Said(text=text) if not self._typed:
                self._line("you", text if isinstance(event, Asked) else self._words or text)
            case NotUnderstood() if not self._typed:
                self._line("you", "(not understood)")
            case Concern():
                self._words = ""
            case Saved(entry=entry) if entry.kind == KEPT:
                self._line("", f"[kept: {entry.ritual.replace('_', ' ')}]")
            case Saved(entry=entry):
                self._line(
                    "",
                    f"[saved: {entry.kind.replace('_', ' ')}{', ' + entry.speaker if entry.speaker else ''}]",
                )
            case NotSaved(entry=entry, reason=reason):
                self._line("!", f"not saved yet ({reason}): {entry.text}")
            case Forgotten(count=count):
                self._line("", f"[deleted: {count}]")
            case _:
                pass

    def action(self, action: Action) -> None:
        """Show what is spoken."""
        if isinstance(action, Say):
            self._line("hearth", action.text)

    def trouble(self, message: str) -> None:
        """Show it; silence would be worse."""
        self._line("!", message)

    def _line(self, who: str, text: str) -> None:
        tell(f"{who:>{WIDTH}}  {text}", self._out, " " * (WIDTH + len(GAP)))


class TroubleOnly:
    """For a service: what does not work and what works again, and not a word of anybody."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def voice_started(self, onset: Onset) -> None:
        """Nothing to show."""

    def heard(self, heard: Heard) -> None:
        """Nothing to show."""

    def event(self, event: Event) -> None:
        """Only that something could not be kept."""
        if isinstance(event, NotSaved):
            self.trouble(f"Not saved yet ({event.reason}).")

    def action(self, action: Action) -> None:
        """Nothing to show."""

    def trouble(self, message: str) -> None:
        """One line."""
        tell(f"hearth: {message}", self._out, ERROR)


def marked(transcript: Transcript) -> str:
    """The words, those heard with little confidence as `(word?)`."""
    if not transcript.words:
        return transcript.text
    shown = (f"({word.text}?)" if word.confidence < UNSURE else word.text for word in transcript.words)
    return " ".join(shown)
