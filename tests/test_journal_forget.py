"""What is forgotten leaves no byte, anywhere in the journal's folder, whatever happens meanwhile."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.errors import JournalError
from assistant.journal import CheckIn, Journal, Query
from assistant.journal.check import check
from assistant.journal.documents import document, matches
from assistant.journal.realdisk import RealDisk
from assistant.journal.storage import JournalDB
from tests.torture.scenario import START, entry

SMALL = 2000
DAY = date(2026, 3, 1)


def opened(folder: Path, day: int = 0, disk: RealDisk | None = None) -> Journal:
    return Journal.open(folder, segment_bytes=SMALL, today=lambda: DAY + timedelta(days=day), disk=disk)


@pytest.fixture
def entries() -> list[CheckIn]:
    return [entry(number, ("ana", "ben")[number % 2]) for number in range(40)]


@pytest.fixture
def folder(tmp_path: Path, entries: list[CheckIn]) -> Path:
    """Four days, their backups, and a damaged line of each partner that was set aside."""
    folder = tmp_path / "journal"
    for day in range(4):
        with opened(folder, day) as journal:
            journal.add_all(entries[day::4])
    for number in (8, 9):
        for path in folder.glob("journal-*.jsonl"):
            path.write_bytes(
                path.read_bytes().replace(f"word{number:05}word".encode(), f"word{number:05}wOrd".encode())
            )
    with opened(folder, 4) as journal:
        journal.find(Query())
        journal.add(entry(100, "ben"))
        assert len(journal.storage.repaired) > 0
    return folder


def left(folder: Path, gone: list[CheckIn]) -> list[tuple[str, str]]:
    """Which of these texts are in which file, be it with the damage that the fixture did."""
    found = []
    for path in sorted(folder.rglob("*")):
        data = path.read_bytes().replace(b"wOrd", b"word") if path.is_file() else b""
        found += [(path.name, one.text) for one in gone if one.text.encode() in data]
    return found


QUERIES = [
    Query(),
    Query(speaker="ana"),
    Query(since=START + timedelta(hours=30), until=START + timedelta(hours=100)),
    Query(session="s3"),
    Query(speaker="ben", until=START + timedelta(hours=60)),
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_no_byte_is_left_of_what_matched(folder: Path, entries: list[CheckIn], query: Query) -> None:
    gone = [one for one in entries if matches(query, one)]
    kept = [one for one in entries if one not in gone]
    assert left(folder, gone) != []
    with opened(folder, 5) as journal:
        assert journal.forget(query) > 0
        assert left(folder, gone) == []
        found = journal.find(Query())
    texts = {text for _, text in left(folder, kept)}
    assert texts == {one.text for one in kept}, "what was not meant is still there, if only set aside"
    assert [one for one in found if one in gone] == []
    assert troubles(folder) <= 1


def troubles(folder: Path) -> int:
    return sum(1 for finding in check(folder) if not finding.ok and "restore" not in finding.hint)


def test_one_entry_by_its_id(folder: Path, entries: list[CheckIn]) -> None:
    for at in (0, 8, 17, 39):
        with opened(folder, 5) as journal:
            assert journal.forget(Query(ids=(entries[at].id,))) == (at != 8)
        assert left(folder, [entries[at]]) == []
    assert {text for _, text in left(folder, entries)} == {
        one.text for at, one in enumerate(entries) if at not in (0, 8, 17, 39)
    }


def test_what_is_said_again_stays(folder: Path) -> None:
    with opened(folder, 5) as journal:
        journal.forget(Query())
        journal.add(entry(200, "ana"))
    with opened(folder, 5) as journal:
        assert journal.find(Query()) == [entry(200, "ana")]


def test_older_versions_and_removed_documents_go_too(tmp_path: Path) -> None:
    first, second = entry(1, "ana"), entry(2, "ana")
    with JournalDB(tmp_path, segment_bytes=SMALL) as db:
        table = db.table("entries")
        table.insert_multiple([document(first), document(second)])
        for number in range(3, 20):
            table.insert(document(entry(number, "ben")))
        table.update({"text": "replaced"}, doc_ids=[1])
        table.remove(doc_ids=[2])
    with opened(tmp_path) as journal:
        assert journal.forget(Query(speaker="ana")) == 1
        assert journal.count(Query()) == 17
    assert left(tmp_path, [first, second, replace(first, text="replaced")]) == []


def test_a_forgotten_fact_goes_from_the_backups(tmp_path: Path) -> None:
    for day in range(3):
        with opened(tmp_path, day) as journal:
            journal.remember("plan", "a surprise for ben")
            journal.remember("turn", "ana")
            journal.add(entry(day, "ana"))
    with opened(tmp_path, 3) as journal:
        journal.remember("plan", "")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"surprise" in path.read_bytes()]
    assert (tmp_path / "backups" / "2026-03-02" / "facts.json").read_bytes().count(b"turn") == 1


class Failing(RealDisk):
    """Runs out of space at one rename."""

    def __init__(self, at: int) -> None:
        self.left = at

    def replace(self, source: Path, target: Path) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(errno.ENOSPC, "injected")
        super().replace(source, target)


@pytest.mark.parametrize("stop", range(1, 24, 2))
def test_forgetting_that_is_cut_short_is_finished_at_the_next_start(
    folder: Path, entries: list[CheckIn], stop: int
) -> None:
    gone = [one for one in entries if one.speaker == "ana"]
    disk = Failing(0)
    journal = opened(folder, 4, disk)
    disk.left = stop
    try:
        journal.forget(Query(speaker="ana"))
        finished = True
    except JournalError as error:
        finished = not error.hint
    with Journal.open(folder, read_only=True) as reader:
        seen = {one.speaker for one in reader.find(Query())}
        assert seen == {one.speaker for one in journal.find(Query())}
        assert reader.count(Query(speaker="ana")) == journal.count(Query(speaker="ana"))
    disk.left = 0
    journal.add(entry(300, "ana"))
    journal.close()
    with opened(folder, 5) as journal:
        assert entry(300, "ana") in journal.find(Query())
        assert troubles(folder) <= 1
    assert stop > 1 or not finished
    if finished or stop > 1:
        assert left(folder, gone) == []
