"""The journal on a real disk: keeping, finding, locking, refusing."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.errors import JournalError
from assistant.journal import CheckIn, Journal, Query, id_for, new_id
from assistant.journal.disk import trouble
from assistant.journal.lines import LONGEST
from tests.torture.scenario import START, entry
from tests.torture.simulated import Fault, SimulatedDisk

SMALL = 3000
NAMES = ("ana", "ben")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal"


@pytest.fixture
def entries() -> list[CheckIn]:
    return [entry(number, NAMES[number % 2]) for number in range(100)]


@pytest.fixture
def journal(folder: Path, entries: list[CheckIn]) -> Iterator[Journal]:
    with Journal.open(folder, segment_bytes=SMALL) as opened:
        opened.add_all(entries[:1])
        for one in reversed(entries[1:]):
            opened.add(one)
        yield opened


def test_entries_come_back_as_they_were_by_time(journal: Journal, entries: list[CheckIn], folder: Path) -> None:
    assert journal.find(Query()) == entries
    assert len(list(folder.glob("journal-*.jsonl"))) > 5
    journal.close()
    with Journal.open(folder) as again:
        assert again.find(Query()) == entries


def test_every_field_comes_back(folder: Path) -> None:
    one = CheckIn(
        id=new_id(START),
        time=datetime(2026, 7, 1, 21, 30, 5, 123456, timezone(timedelta(hours=5, minutes=45))),
        session="s",
        ritual="evening",
        practice="rituals",
        prompt="p1",
        speaker="Zoë",
        about="Ben",
        kind="appreciation",
        text='"quoted"\nof two lines 🌱 \u2028 \\ ',
        confidence=0.25,
        private=True,
        seconds=12.5,
        sealed="c2VhbGVk",
    )
    with Journal.open(folder) as journal:
        journal.add(one)
    with Journal.open(folder) as journal:
        assert journal.find(Query()) == [one]
        assert journal.find(Query())[0].time.isoformat() == one.time.isoformat()


def test_words_that_utf8_cannot_say_are_kept_too(folder: Path) -> None:
    one = replace(entry(1, "ana"), text="typed \udcff badly")
    with Journal.open(folder) as journal:
        journal.add(one)
        assert journal.find(Query()) == [one]


def test_a_time_without_a_zone_is_refused(folder: Path) -> None:
    with Journal.open(folder) as journal, pytest.raises(ValueError, match="zone"):
        journal.add(replace(entry(1, "ana"), time=datetime(2026, 1, 1)))


def test_finding_by_each_field(journal: Journal, entries: list[CheckIn]) -> None:
    since, until = START + timedelta(hours=50), START + timedelta(hours=300)
    queries = [
        Query(since=since),
        Query(until=until),
        Query(since=since, until=until, speaker="ben"),
        Query(speaker="ana"),
        Query(speaker="nobody"),
        Query(practice="rituals", kind="appreciation"),
        Query(ritual="evening"),
        Query(session="s7"),
        Query(ids=(entries[3].id, entries[90].id, "unknown")),
        Query(ids=(entries[3].id,), speaker="ana"),
    ]
    for query in queries:
        expected = [one for one in entries if _matches(query, one)]
        assert journal.find(query) == expected
        assert journal.find(query, newest_first=True) == expected[::-1]
        assert journal.find(query, limit=3) == expected[:3]
        assert journal.find(query, newest_first=True, limit=3) == expected[::-1][:3]
        assert journal.count(query) == len(expected)
        assert list(journal.each(query)) == expected


def _matches(query: Query, one: CheckIn) -> bool:
    return (
        (query.since is None or one.time >= query.since)
        and (query.until is None or one.time < query.until)
        and query.speaker in ("", one.speaker)
        and query.practice in ("", one.practice)
        and query.ritual in ("", one.ritual)
        and query.kind in ("", one.kind)
        and query.session in ("", one.session)
        and (not query.ids or one.id in query.ids)
    )


def test_a_limit_cuts_equal_times_by_id(folder: Path) -> None:
    same = [replace(entry(number, "ana"), time=START) for number in range(30)]
    with Journal.open(folder, segment_bytes=SMALL) as journal:
        for one in reversed(same):
            journal.add(one)
        assert journal.find(Query(), limit=7) == same[:7]
        assert journal.find(Query(), newest_first=True, limit=7) == same[::-1][:7]
        assert journal.find(Query(), limit=0) == []


def test_an_id_that_is_known_changes_nothing(journal: Journal, entries: list[CheckIn]) -> None:
    journal.add(replace(entries[4], text="something else"))
    assert journal.add_all(entries) == 0
    assert journal.find(Query()) == entries


def test_facts_are_remembered(journal: Journal, folder: Path) -> None:
    journal.remember("turn", '{"first": "ana"}')
    journal.remember("turn", '{"first": "ben"}')
    journal.remember("other", "[]")
    journal.remember("other", "")
    journal.close()
    with Journal.open(folder, read_only=True) as again:
        assert (again.recall("turn"), again.recall("other"), again.recall("unknown")) == ('{"first": "ben"}', "", "")
    assert b"ana" not in (folder / "facts.json").read_bytes()


def test_everything_is_for_its_owner_alone(journal: Journal, folder: Path) -> None:
    journal.remember("a", "b")
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_second_writer_is_told_who_the_first_is(journal: Journal, folder: Path) -> None:
    with pytest.raises(JournalError, match=rf"process {os.getpid()} on .+, since 20") as caught:
        Journal.open(folder)
    assert caught.value.hint
    journal.close()
    Journal.open(folder).close()


def test_the_lock_of_a_killed_writer_is_noticed_and_taken(folder: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout:
        child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    with Journal.open(folder) as journal:
        assert journal.storage.stale is not None
        assert journal.storage.stale.process == child.pid
    with Journal.open(folder) as journal:
        assert journal.storage.stale is None


_WRITER = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    from assistant.journal import Journal
    journal = Journal.open(Path(sys.argv[1]))
    print("open", flush=True)
    time.sleep(60)
""")


def test_readers_follow_the_writer(journal: Journal, folder: Path, entries: list[CheckIn]) -> None:
    with Journal.open(folder, read_only=True) as reader:
        assert reader.find(Query()) == entries
        later = [entry(number, "ana") for number in range(100, 160)]
        for one in later:
            journal.add(one)
            assert reader.count(Query(since=START)) == journal.count(Query())
        assert reader.find(Query()) == entries + later
        journal.forget(Query(speaker="ana"))
        assert {one.speaker for one in reader.find(Query())} == {"ben"}
        journal.remember("fact", "1")
        assert reader.recall("fact") == "1"
        with pytest.raises(JournalError, match="read only"):
            reader.add(entry(999, "ana"))
        with pytest.raises(JournalError, match="read only"):
            reader.remember("a", "b")


def test_a_reader_makes_nothing(folder: Path) -> None:
    with Journal.open(folder, read_only=True) as reader:
        assert reader.find(Query()) == []
        assert reader.recall("a") == ""
    assert not folder.exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.ELOOP])
def test_a_disk_that_refuses_is_told_kindly_and_costs_nothing(code: int) -> None:
    disk = SimulatedDisk(1)
    with Journal.open(Path("/j"), disk=disk) as journal:
        journal.add(entry(1, "ana"))
        disk.fault = Fault(disk.calls + 1, code, 3)
        with pytest.raises(JournalError) as caught:
            journal.add(entry(2, "ana"))
        assert caught.value.hint
        assert journal.find(Query()) == [entry(1, "ana")]
        disk.fault = None
        journal.add(entry(2, "ana"))
        assert journal.count(Query()) == 2


def test_a_folder_of_somebody_else_is_left_alone() -> None:
    class Foreign(SimulatedDisk):
        def owned(self, path: Path) -> bool:
            return False

    with pytest.raises(JournalError, match="somebody else") as caught:
        Journal.open(Path("/j"), disk=Foreign(1))
    assert caught.value.hint


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file")
    with pytest.raises(JournalError) as caught:
        Journal.open(tmp_path / "journal")
    assert caught.value.hint


def test_what_is_too_long_is_refused_whole(folder: Path) -> None:
    with Journal.open(folder) as journal:
        with pytest.raises(JournalError, match="too long"):
            journal.add(replace(entry(1, "ana"), text="x" * LONGEST))
        journal.add(entry(2, "ana"))
        assert journal.count(Query()) == 1


def test_ids_grow_and_are_stable_for_imports() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    ids = [new_id(now - timedelta(seconds=number)) for number in range(1000)]
    assert ids == sorted(set(ids))
    assert {len(one) for one in ids} == {26}
    assert id_for(now, "a") == id_for(now, "a") != id_for(now, "b")
    assert id_for(now, "a") < id_for(now + timedelta(milliseconds=1), "a")


def test_every_trouble_has_a_hint() -> None:
    for code in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EIO, errno.ENAMETOOLONG):
        error = trouble(OSError(code, os.strerror(code)), "be read")
        assert error.hint
        assert error.message.startswith("The journal could not be read: ")
