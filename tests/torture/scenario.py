"""A day in the life of a journal, played on a disk that fails, against a plain dictionary."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tinydb.table import Document

from assistant.errors import JournalError
from assistant.journal import CheckIn, Journal, Query
from assistant.journal.documents import matches
from assistant.journal.ulid import id_for
from tests.torture.simulated import Fault, PowerCut, SimulatedDisk

FOLDER = Path("/journal")
SPEAKERS = ("ana", "ben")
START = datetime(2026, 3, 1, 7, tzinfo=UTC)
SEGMENT = 1500
"""Bytes: small, so that a few entries fill one."""


def entry(number: int, speaker: str) -> CheckIn:
    """An entry whose words are like no other's."""
    time = START + timedelta(hours=5 * number)
    return CheckIn(
        id=id_for(time, str(number)),
        time=time,
        session=f"s{number // 3}",
        ritual="coffee",
        practice="rituals",
        prompt="",
        speaker=speaker,
        kind="appreciation",
        text=f"word{number:05}word thank you",
    )


@dataclass
class Expected:
    """What the journal must hold, and what it may."""

    sure: dict[str, CheckIn] = field(default_factory=dict)
    """Acknowledged."""
    doubtful: list[list[CheckIn]] = field(default_factory=list)
    """Changes that were refused or cut short: all of each or none, until a later change is acknowledged."""
    leaving: dict[str, CheckIn] = field(default_factory=dict)
    """What could not be forgotten to the end: all of it or none."""
    gone: set[str] = field(default_factory=set)
    """Words that were forgotten for sure."""
    fact: tuple[str, ...] = ("",)
    """What the fact may be."""
    note: tuple[int, ...] = (0,)
    """What the note in another TinyDB table may be, which is changed over and over."""

    def settle(self, found: list[CheckIn], *, reopened: bool = False, restarted: bool = False) -> None:
        """Check what was found, and go on from it. What a disk refused it may still have when it is opened again."""
        have = {one.id: one for one in found}
        assert len(have) == len(found), "an entry is there twice"
        came: list[CheckIn] = []
        for change in self.doubtful if reopened or restarted else []:
            assert len({one.id for one in change} & have.keys()) in (0, len(change)), "a change is half there"
            came += (one for one in change if one.id in have)
        stayed = {key: one for key, one in self.leaving.items() if key in have}
        assert stayed in ({}, self.leaving), "something is half forgotten"
        must = self.sure | stayed | {one.id: one for one in came}
        assert have == must, f"{len(must.keys() - have.keys())} lost, {len(have.keys() - must.keys())} too many"
        if reopened or restarted:
            self.sure |= {one.id: one for one in came}
            self.doubtful = []
        if restarted:
            self.gone |= {one.text for one in self.leaving.values() if not stayed}
            self.sure, self.leaving = must, {}


class Scenario:
    """Random use of a journal. Everything random comes from the seed."""

    def __init__(self, seed: int, fault: Fault | None, *, steps: int = 25) -> None:
        self.random = random.Random(seed)
        self.disk = SimulatedDisk(seed, fault)
        self.steps = steps
        self.expected = Expected()
        self.number = 0
        self.day = date(2026, 3, 1)
        self.refused = 0
        """How many steps ended in a JournalError."""
        self.cut = False
        """Whether the power went."""

    def play(self) -> None:
        """Use the journal until the steps are done or the power goes, restart, and check."""
        try:
            self._use()
        except PowerCut:
            self.cut = True
        self.disk.reboot()
        self._nothing_left()
        self._restart()
        self._restart()

    def _use(self) -> None:
        journal = self._open()
        for _ in range(self.steps):
            if journal is None:
                journal = self._open()
                if journal is not None:
                    self._look(journal, reopened=True)
                continue
            used = journal
            try:
                journal = self._step(used)
            except JournalError as error:
                self._refuse(error)
                self._look(used)
        if journal is not None:
            journal.close()

    def _refuse(self, error: JournalError) -> None:
        assert error.hint
        self.refused += 1

    def _open(self) -> Journal | None:
        try:
            return Journal.open(FOLDER, disk=self.disk, segment_bytes=SEGMENT, today=lambda: self.day)
        except JournalError as error:
            self._refuse(error)
            return None

    def _step(self, journal: Journal) -> Journal | None:
        self.day += timedelta(days=self.random.choice((0, 0, 1)))
        action = self.random.choices(
            (self._add, self._add_several, self._forget, self._remember, self._note, self._reopen), (8, 2, 2, 2, 8, 2)
        )[0]
        return action(journal)

    def _add(self, journal: Journal) -> Journal:
        return self._add_some(journal, 1)

    def _add_several(self, journal: Journal) -> Journal:
        return self._add_some(journal, self.random.randint(2, 6))

    def _add_some(self, journal: Journal, count: int) -> Journal:
        new = [entry(self.number + at, self.random.choice(SPEAKERS)) for at in range(count)]
        self.number += count
        self.expected.doubtful.append(new)
        assert journal.add_all(new) == count
        self.expected.sure |= {one.id: one for one in new}
        self.expected.doubtful = []
        return journal

    def _forget(self, journal: Journal) -> Journal:
        expected = self.expected
        query = Query(ids=tuple(expected.leaving)) if expected.leaving else self._question()
        expected.leaving |= {key: one for key, one in expected.sure.items() if matches(query, one)}
        expected.sure = {key: one for key, one in expected.sure.items() if key not in expected.leaving}
        journal.forget(query)
        expected.gone |= {one.text for one in expected.leaving.values()}
        expected.leaving = {}
        self._nothing_left()
        return journal

    def _question(self) -> Query:
        one = self.random.choice([*self.expected.sure, "none"])
        return self.random.choice((Query(ids=(one,)), Query(speaker="ana", until=START + timedelta(days=3))))

    def _remember(self, journal: Journal) -> Journal:
        value = self.random.choice(("", f"fact {self.random.random()}"))
        self.expected.fact = (*self.expected.fact, value)
        journal.remember("fact", value)
        self.expected.fact = (value,)
        return journal

    def _note(self, journal: Journal) -> Journal:
        value = self.random.randint(1, 1 << 30)
        self.expected.note = (*self.expected.note, value)
        journal.db.table("notes").upsert(Document({"n": value, "padding": "x" * 150}, doc_id=1))
        self.expected.note = (value,)
        self.expected.doubtful = []
        return journal

    def _reopen(self, journal: Journal) -> None:
        journal.close()

    def _look(self, journal: Journal, *, reopened: bool = False) -> None:
        """After an error the running journal shows all that was acknowledged, and no half of what was refused."""
        try:
            found = journal.find(Query())
            fact = journal.recall("fact")
            noted = _noted(journal)
        except JournalError as error:
            self._refuse(error)
            return
        self.expected.settle(found, reopened=reopened)
        assert fact in self.expected.fact
        assert noted in self.expected.note

    def _restart(self) -> None:
        with Journal.open(FOLDER, disk=self.disk, read_only=True) as reader:
            seen = reader.find(Query())
        with Journal.open(FOLDER, disk=self.disk, segment_bytes=SEGMENT, today=lambda: self.day) as journal:
            found = journal.find(Query())
            assert found == seen, "a reader saw something else than the next writer"
            assert journal.count(Query()) == len(found)
            assert journal.recall("fact") in self.expected.fact
            assert _noted(journal) in self.expected.note
            self.expected.settle(found, restarted=True)
            assert all(damage.torn for damage in journal.storage.repaired), "something needed repair"
        self._nothing_left()

    def _nothing_left(self) -> None:
        everything = self.disk.everything()
        left = [text for text in self.expected.gone if text.encode() in everything]
        assert not left, f"{len(left)} forgotten texts are still on the disk"


def _noted(journal: Journal) -> int:
    note = journal.db.table("notes").get(doc_id=1)
    return 0 if note is None else int(note["n"])
