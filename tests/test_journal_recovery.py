"""Torn, damaged, foreign and older files; backups; what the doctor says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tinydb import TinyDB

from assistant.errors import JournalError
from assistant.journal import CheckIn, Journal, Query
from assistant.journal.check import check
from assistant.journal.documents import document
from assistant.journal.lines import SCHEMA, Header, encode_header
from assistant.journal.realdisk import RealDisk
from assistant.journal.restoring import listed, restore
from assistant.journal.storage import JournalDB
from tests.torture.scenario import entry

SMALL = 1500
DAY = date(2026, 3, 1)


def opened(folder: Path, day: date = DAY) -> Journal:
    return Journal.open(folder, segment_bytes=SMALL, today=lambda: day)


@pytest.fixture
def entries() -> list[CheckIn]:
    return [entry(number, ("ana", "ben")[number % 2]) for number in range(40)]


@pytest.fixture
def folder(tmp_path: Path, entries: list[CheckIn]) -> Path:
    """A journal of three days and several segments."""
    folder = tmp_path / "journal"
    for day in range(3):
        with opened(folder, date(2026, 3, 1 + day)) as journal:
            for one in entries[day::3]:
                journal.add(one)
            journal.remember("fact", f"of day {day}")
    return folder


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("journal-*.jsonl"))


def change(path: Path, edit: Callable[[bytearray], object]) -> bytes:
    data = bytearray(path.read_bytes())
    edit(data)
    path.write_bytes(data)
    return bytes(data)


def spoil(path: Path, words: str) -> None:
    """Change one bit in the line that holds these words."""

    def edit(data: bytearray) -> None:
        data[data.index(words.encode())] ^= 1

    change(path, edit)


def holder(folder: Path, words: str) -> Path:
    return next(path for path in segments(folder) if words.encode() in path.read_bytes())


def troubles(folder: Path) -> list[str]:
    return [finding.message for finding in check(folder) if not finding.ok]


def test_a_healthy_journal_has_nothing_to_tell(folder: Path) -> None:
    assert troubles(folder) == []
    assert "40 entries" in str(check(folder))


def test_no_journal_is_no_trouble(tmp_path: Path) -> None:
    assert [finding.ok for finding in check(tmp_path / "none")] == [True]


def test_a_torn_tail_costs_the_unfinished_entry_only(folder: Path, entries: list[CheckIn]) -> None:
    last = segments(folder)[-1]
    whole = last.read_bytes()
    with opened(folder) as journal:
        journal.add(entry(99, "ana"))
    longer = last.read_bytes()
    assert longer.startswith(whole)
    for cut in range(len(whole) + 1, len(longer) - 1, 7):
        last.write_bytes(longer[:cut])
        assert troubles(folder) == []
        with opened(folder) as journal:
            assert journal.find(Query()) == entries
            assert [damage.torn for damage in journal.storage.repaired] == [True]
            journal.add(entry(99, "ana"))
            assert journal.count(Query()) == len(entries) + 1
            journal.forget(Query(ids=(entry(99, "ana").id,)))


def test_a_whole_line_without_its_end_counts(folder: Path, entries: list[CheckIn]) -> None:
    change(segments(folder)[-1], lambda data: data.pop())
    with opened(folder) as journal:
        assert journal.find(Query()) == entries
        journal.add(entry(99, "ana"))
    with opened(folder) as journal:
        assert journal.find(Query()) == [*entries, entry(99, "ana")]


def test_a_damaged_line_is_set_aside_reported_and_restored(folder: Path, entries: list[CheckIn]) -> None:
    lost = entries[3]
    spoil(holder(folder, lost.text), lost.text)
    assert any("1 lines" in message for message in troubles(folder))
    with opened(folder) as journal:
        assert journal.find(Query()) == [one for one in entries if one != lost]
        journal.add(entry(99, "ana"))
        assert len(journal.storage.repaired) == 1
    aside = list((folder / "set-aside").iterdir())
    assert len(aside) == 1
    assert lost.text[1:].encode() in aside[0].read_bytes()
    found = [finding for finding in check(folder) if not finding.ok]
    assert any("1 entries more" in finding.message and "restore" in finding.hint for finding in found)
    newest = listed(folder)[0]
    assert sum(restore(folder, backup) for backup in listed(folder)) == 1
    assert restore(folder, newest) == 0
    with opened(folder) as journal:
        assert journal.find(Query()) == [*entries, entry(99, "ana")]


@pytest.mark.parametrize("between", [b"", b"x", b"\0" * 300])
def test_lines_that_ran_together_are_taken_apart(folder: Path, entries: list[CheckIn], between: bytes) -> None:
    first = segments(folder)[0]
    lines = first.read_bytes().split(b"\n")
    first.write_bytes(b"\n".join(lines[:2]) + between + b"\n".join([b"", *lines[2:]])[1:])
    first.with_suffix(".index").unlink()
    with opened(folder) as journal:
        assert journal.find(Query()) == entries
    with opened(folder) as journal:
        assert journal.storage.repaired == []
        assert journal.find(Query()) == entries


def test_damage_in_the_last_line_that_was_acknowledged_is_no_torn_tail(folder: Path) -> None:
    spoil(segments(folder)[-1], '"doc":{"id":"01')
    assert troubles(folder) != []


def test_an_index_is_made_again_when_it_is_gone_or_wrong(folder: Path, entries: list[CheckIn]) -> None:
    index = sorted(folder.glob("*.index"))
    index[0].unlink()
    change(index[1], lambda data: data.__setitem__(40, data[40] ^ 1))
    change(index[2], lambda data: data.__setitem__(-5, data[-5] ^ 1))
    index[3].write_bytes(index[4].read_bytes())
    with opened(folder) as journal:
        assert journal.find(Query()) == entries
        assert journal.storage.repaired == []
    with Journal.open(folder, read_only=True) as reader:
        assert reader.find(Query()) == entries


def test_files_that_changed_places_still_hold_everything(folder: Path, entries: list[CheckIn]) -> None:
    first, second, *_ = segments(folder)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    with opened(folder) as journal:
        assert journal.find(Query()) == entries


def test_a_foreign_file_is_refused_and_left_alone(folder: Path) -> None:
    segments(folder)[0].write_bytes(b"# Shopping\n\n- milk\n")
    with pytest.raises(JournalError, match="not written by Hearth") as caught:
        opened(folder)
    assert str(segments(folder)[0]) in caught.value.hint
    assert segments(folder)[0].read_bytes() == b"# Shopping\n\n- milk\n"
    assert troubles(folder) != []


def test_a_newer_journal_is_refused_and_left_alone(folder: Path) -> None:
    newer = encode_header(Header(99, 10_000, schema=SCHEMA + 1))
    (folder / "journal-0099.jsonl").write_bytes(newer)
    before = {path: path.read_bytes() for path in folder.glob("*.jsonl")}
    with pytest.raises(JournalError, match="newer Hearth"):
        opened(folder)
    assert {path: path.read_bytes() for path in folder.glob("*.jsonl")} == before


def test_damaged_facts_come_back_from_the_newest_backup(folder: Path) -> None:
    change(folder / "facts.json", lambda data: data.__setitem__(40, data[40] ^ 1))
    assert any("facts" in message for message in troubles(folder))
    with Journal.open(folder, read_only=True) as reader, pytest.raises(JournalError, match="facts") as caught:
        reader.recall("fact")
    assert caught.value.hint
    with opened(folder) as journal:
        assert journal.recall("fact") == "of day 1"
    assert any((folder / "set-aside").iterdir())


def test_backups_are_daily_and_few(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    for day in range(1, 12):
        with opened(folder, date(2026, 3, day)) as journal:
            journal.add(entry(2 * day, "ana"))
            journal.add(entry(2 * day + 1, "ana"))
    assert [backup.name for backup in listed(folder)] == [f"2026-03-{day:02}" for day in range(11, 4, -1)]
    first = listed(folder)[-1].path / "journal-0001.jsonl"
    later = listed(folder)[-2].path / "journal-0001.jsonl"
    assert (first.stat().st_ino == later.stat().st_ino) == (first.read_bytes() == later.read_bytes())
    assert first.stat().st_ino != (folder / "journal-0001.jsonl").stat().st_ino


def test_a_journal_that_is_gone_comes_back_whole(folder: Path, entries: list[CheckIn]) -> None:
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()
    with opened(folder) as journal:
        assert journal.count(Query()) == 0
    assert any("restore" in finding.hint for finding in check(folder))
    kept = restore(folder, listed(folder)[0])
    with opened(folder) as journal:
        assert journal.find(Query()) == [one for one in entries if journal.has(one.id)]
        assert kept == journal.count(Query()) >= 27
        assert journal.recall("fact") == "of day 1"


def test_restoring_keeps_fields_that_are_not_known_here(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    doc = document(entry(1, "ana")) | {"sealed": "c2VhbGVk"}
    with opened(folder) as journal:
        journal.add_documents([doc])
    with JournalDB(folder) as db:
        db.table("entries").truncate()
    assert restore(folder, listed(folder)[0]) == 1
    with JournalDB(folder) as db:
        assert db.table("entries").all() == [doc]


def test_a_backup_that_is_none_is_refused(folder: Path, tmp_path: Path) -> None:
    backup = listed(folder)[0]
    other = type(backup)("2020-01-01", folder / "backups" / "2020-01-01")
    with pytest.raises(JournalError, match="no backup 2020-01-01"):
        restore(folder, other)


def test_a_folder_that_others_may_read_is_told(folder: Path) -> None:
    segments(folder)[0].chmod(0o644)
    assert any("Others" in message for message in troubles(folder))


def test_the_doctor_names_the_writer(folder: Path) -> None:
    with opened(folder):
        assert any("Open for writing by process" in finding.message for finding in check(folder))
    assert not any("writer" in finding.name for finding in check(folder))


# Older formats


def test_tinydbs_own_file_becomes_a_journal(tmp_path: Path, entries: list[CheckIn]) -> None:
    folder = tmp_path / "journal"
    folder.mkdir(mode=0o700)
    with TinyDB(folder / "journal.json") as db:
        db.table("entries").insert_multiple(document(one) for one in entries)
        db.table("entries").remove(doc_ids=[7])
        db.table("things").insert({"a": [1, 2]})
    with opened(folder) as journal:
        assert journal.find(Query()) == [*entries[:6], *entries[7:]]
        assert journal.db.table("things").all() == [{"a": [1, 2]}]
        assert journal.db.table("entries").insert({"a": 1}) == len(entries) + 1
    assert not (folder / "journal.json").exists()


def test_an_older_file_beside_a_journal_is_left_and_told(folder: Path, entries: list[CheckIn]) -> None:
    (folder / "journal.json").write_text("{}")
    with opened(folder) as journal:
        assert journal.find(Query()) == entries
    assert (folder / "journal.json").exists()
    assert any("journal.json" in message for message in troubles(folder))


@pytest.mark.parametrize("content", ["{", "[1]", '{"entries": {"x": 1}}', '{"entries": 3}', "\xff"])
def test_an_older_file_that_cannot_be_read_is_refused_and_left(tmp_path: Path, content: str) -> None:
    (tmp_path / "journal.json").write_text(content, encoding="latin-1")
    with pytest.raises(JournalError, match=r"journal\.json") as caught:
        opened(tmp_path)
    assert caught.value.hint
    assert (tmp_path / "journal.json").read_text(encoding="latin-1") == content


def test_a_migration_that_was_cut_short_is_finished(tmp_path: Path, entries: list[CheckIn]) -> None:
    class Lazy(RealDisk):
        def remove(self, path: Path) -> None:
            if path.name == "journal.json":
                raise OSError(5, "injected")
            super().remove(path)

    with TinyDB(tmp_path / "journal.json") as db:
        db.table("entries").insert_multiple(document(one) for one in entries)
    with pytest.raises(JournalError):
        Journal.open(tmp_path, disk=Lazy())
    with opened(tmp_path) as journal:
        assert journal.find(Query()) == entries
    assert not (tmp_path / "journal.json").exists()


def test_the_log_can_be_read_without_hearth(folder: Path, entries: list[CheckIn]) -> None:
    lines = [json.loads(line) for path in segments(folder) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = {line["doc"]["text"] for line in lines if isinstance(line.get("doc"), dict)}
    assert texts == {one.text for one in entries}
