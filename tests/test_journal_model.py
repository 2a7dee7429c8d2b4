"""Whatever is done in whatever order, the journal holds what a plain list holds."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from assistant.journal import CheckIn, Journal, Query
from assistant.journal.documents import matches
from tests.torture.scenario import START, entry

SPEAKERS = st.sampled_from(("", "ana", "ben"))
TEXTS = st.text(max_size=40)
HOURS = st.integers(-100, 400)
TIMES = st.none() | HOURS.map(lambda hours: START + timedelta(hours=hours))
QUERIES = st.builds(
    Query,
    since=TIMES,
    until=TIMES,
    speaker=SPEAKERS,
    kind=st.sampled_from(("", "appreciation", "wish")),
    session=st.sampled_from(("", "s1", "s2")),
)


class JournalMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name) / "journal"
        self.entries: list[CheckIn] = []
        self.gone: set[str] = set()
        self.facts: dict[str, str] = {}
        self.day = date(2026, 3, 1)
        self.number = 0
        self.journal = self.opened()
        self.reader = Journal.open(self.folder, read_only=True)

    def opened(self) -> Journal:
        return Journal.open(self.folder, segment_bytes=1500, today=lambda: self.day)

    def teardown(self) -> None:
        if hasattr(self, "journal"):
            self.journal.close()
            self.reader.close()
            self.temporary.cleanup()

    @rule(speaker=SPEAKERS, kind=st.sampled_from(("appreciation", "wish")), text=TEXTS, hours=HOURS)
    def add(self, speaker: str, kind: str, text: str, hours: int) -> None:
        self.number += 1
        time = START + timedelta(hours=hours)
        words = f"word{self.number:05}word {text}"
        one = replace(entry(self.number, speaker), kind=kind, text=words, time=time, session=f"s{self.number % 4}")
        self.journal.add(one)
        self.entries = sorted([*self.entries, one], key=lambda item: (item.time, item.id))

    @rule(count=st.integers(0, 9))
    def add_several(self, count: int) -> None:
        new = [entry(self.number + at + 1, "ana") for at in range(count)]
        self.number += count
        assert self.journal.add_all(new) == count
        self.entries = sorted([*self.entries, *new], key=lambda item: (item.time, item.id))

    @rule(query=QUERIES)
    def forget(self, query: Query) -> None:
        meant = [one for one in self.entries if matches(query, one)]
        assert self.journal.forget(query) == len(meant)
        self.gone |= {one.text[:13] for one in meant}
        self.entries = [one for one in self.entries if one not in meant]

    @rule(at=st.integers(0, 99))
    def forget_one(self, at: int) -> None:
        if self.entries:
            self.forget(Query(ids=(self.entries[at % len(self.entries)].id,)))

    @rule(key=st.sampled_from("abc"), value=TEXTS)
    def remember(self, key: str, value: str) -> None:
        self.journal.remember(key, value)
        self.facts[key] = value

    @rule(days=st.integers(0, 2))
    def reopen(self, days: int) -> None:
        self.journal.close()
        self.day += timedelta(days=days)
        self.journal = self.opened()
        assert self.journal.storage.repaired == []

    @rule(query=QUERIES, newest_first=st.booleans(), limit=st.none() | st.integers(0, 5))
    def find(self, query: Query, newest_first: bool, limit: int | None) -> None:
        expected = [one for one in self.entries if matches(query, one)]
        expected = (expected[::-1] if newest_first else expected)[:limit]
        assert self.journal.find(query, newest_first=newest_first, limit=limit) == expected
        assert self.reader.find(query, newest_first=newest_first, limit=limit) == expected

    @rule(query=QUERIES)
    def count(self, query: Query) -> None:
        assert self.journal.count(query) == sum(1 for one in self.entries if matches(query, one))
        assert list(self.journal.each(query)) == [one for one in self.entries if matches(query, one)]

    @invariant()
    def same(self) -> None:
        if hasattr(self, "journal"):
            assert self.journal.find(Query()) == self.entries
            assert {key: self.journal.recall(key) for key in self.facts} == self.facts

    @invariant()
    def nothing_left(self) -> None:
        if hasattr(self, "journal") and self.gone:
            everything = b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())
            assert not [words for words in self.gone if words.encode() in everything]


JournalMachine.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestJournalMachine = JournalMachine.TestCase
