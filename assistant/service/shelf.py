"""The journal on its shelf: taken out for one turn and only when it is needed, so that others can write in between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from assistant.conversation.memory import STARTER_KEY, USED_KEY, Memory
from assistant.errors import JournalError
from assistant.journal import Journal

SHARED = frozenset({USED_KEY, STARTER_KEY})
"""The facts that conversations over the network share with those at home: not who was seen when, nor what was left
unfinished, which would tell of one conversation in another."""


class Shelf:
    """One conversation's way to the journal; used from one thread."""

    def __init__(self, read: Callable[[], Journal], write: Callable[[], Journal]) -> None:
        """Both open the journal, the first one beside a writer; both may raise JournalError."""
        self._read = read
        self._write = write
        self._taken: Journal | None = None
        self._facts: dict[str, str] = {}

    def memory(self) -> Memory:
        """The shared facts of earlier conversations; a journal that cannot be read knows of none."""
        try:
            with self._read() as journal:
                return Memory.load(lambda key: journal.recall(key) if key in SHARED else "")
        except JournalError:
            return Memory()

    def take(self) -> Journal:
        """The journal, to write in, until it is put back. Raises JournalError."""
        if self._taken is None:
            self._taken = self._write()
        return self._taken

    def remember(self, key: str, value: str) -> None:
        """Keep a fact, if it is one to share, the next time that the journal is out."""
        if key in SHARED:
            self._facts[key] = value

    def put_back(self) -> None:
        """Close the journal if it is out, the facts written; facts that cannot be written wait."""
        journal, self._taken = self._taken, None
        if journal is None:
            return
        with journal, suppress(JournalError):
            while self._facts:
                key, value = next(iter(self._facts.items()))
                journal.remember(key, value)
                del self._facts[key]
