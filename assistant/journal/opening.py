"""The journal as the owner of a vault reads it: their own private entries open, everybody else's sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from assistant.errors import VaultError
from assistant.journal import documents
from assistant.journal.journal import Journal
from assistant.journal.records import CheckIn, Query
from assistant.journal.vault import Key

Broken = Callable[[str], None]
"""Takes the id of an entry that should open and does not."""


def each(journal: Journal, query: Query, key: Key | None, broken: Broken) -> Iterator[CheckIn]:
    """The entries that match, by time; without a key the private ones stay sealed.

    What a sealed entry is about is inside it, so with a key it is opened before it is compared. Private words that
    another program wrote without sealing them are shown to their speaker's key alone.
    """
    wide = query if key is None else replace(query, practice="", ritual="", kind="", session="")
    for entry in journal.each(wide):
        if not entry.private or entry.sealed or (key is not None and key.is_of(entry.speaker)):
            opened = _opened(entry, key, broken)
            if documents.matches(query, opened):
                yield opened


def _opened(entry: CheckIn, key: Key | None, broken: Broken) -> CheckIn:
    """One that does not open stays as it is, so that nothing is lost over it."""
    if key is None or not entry.sealed or not key.is_of(entry.speaker):
        return entry
    try:
        return key.open(entry)
    except VaultError:
        broken(entry.id)
        return entry
