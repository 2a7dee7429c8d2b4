"""Exports and imports."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.errors import JournalError
from assistant.journal import CheckIn, Journal, Query
from assistant.journal.exports import Format, export
from assistant.journal.imports import Imported, import_file
from assistant.journal.vault import Key
from tests.torture.scenario import START, entry

TRICKY = 'a "quoted", text;\nof two lines — zoë 🌱'
BERLIN = ZoneInfo("Europe/Berlin")
PASSPHRASE = "four birds over the harbour"


@pytest.fixture
def entries() -> list[CheckIn]:
    some = [entry(number, ("ana", "ben")[number % 2]) for number in range(12)]
    some[3] = replace(some[3], text=TRICKY, about="ben", confidence=0.5)
    some[5] = replace(some[5], text="the xylophone", private=True)
    some[7] = replace(some[7], kind="kept", text="", speaker="", seconds=321.5)
    return some


@pytest.fixture
def journal(tmp_path: Path, entries: list[CheckIn]) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal") as opened:
        opened.vaults.create("ben", PASSPHRASE)
        opened.add_all(entries)
        yield opened


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "other") as opened:
        yield opened


def exported(journal: Journal, form: Format, *, key: Key | None = None, query: Query | None = None) -> str:
    out = io.StringIO()
    export(journal, query or Query(), form, out, key=key)
    return out.getvalue()


@pytest.mark.parametrize("form", [Format.JSONL, Format.CSV])
def test_what_is_exported_can_be_imported(
    journal: Journal, other: Journal, entries: list[CheckIn], tmp_path: Path, form: Format
) -> None:
    path = tmp_path / "export"
    path.write_text(exported(journal, form), encoding="utf-8")
    assert import_file(other, path, dry_run=True) == Imported(12, 0, ())
    assert other.count(Query()) == 0
    seen: list[tuple[int, int]] = []
    assert import_file(other, path, progress=lambda done, of: seen.append((done, of))) == Imported(12, 0, ())
    assert seen == [(12, 12)]
    assert other.find(Query()) == journal.find(Query())
    assert journal.vaults.unlock("ben", PASSPHRASE).open(other.find(Query())[5]) == entries[5]
    assert import_file(other, path) == Imported(0, 12, ())


def test_what_was_opened_is_sealed_again_or_not_added(
    journal: Journal, other: Journal, entries: list[CheckIn], tmp_path: Path
) -> None:
    path, key = tmp_path / "export", journal.vaults.unlock("ben", PASSPHRASE)
    path.write_text(exported(journal, Format.JSONL, key=key), encoding="utf-8")
    assert import_file(other, path) == Imported(11, 0, (), homeless=1)
    other.vaults.create("ben", "quite another passphrase")
    assert import_file(other, path) == Imported(1, 11, ())
    assert other.find(Query())[5].text == ""
    assert other.vaults.unlock("ben", "quite another passphrase").open(other.find(Query())[5]) == entries[5]


def test_private_entries_stay_sealed_without_their_key(journal: Journal, entries: list[CheckIn]) -> None:
    key = journal.vaults.unlock("ben", PASSPHRASE)
    for form in Format:
        assert entries[5].text not in exported(journal, form)
        assert entries[5].text in exported(journal, form, key=key)
        assert (entries[5].id in exported(journal, form)) == (form is not Format.MARKDOWN)


def test_a_period_alone(journal: Journal, entries: list[CheckIn]) -> None:
    query = Query(since=entries[2].time, until=entries[5].time)
    lines = exported(journal, Format.JSONL, query=query).splitlines()
    assert [json.loads(line)["id"] for line in lines] == [one.id for one in entries[2:5]]


def test_csv_has_a_row_of_names(journal: Journal) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(journal, Format.CSV))))
    assert len(rows) == 12
    assert rows[3]["text"] == TRICKY
    assert rows[0]["time"] == START.isoformat()


def test_markdown_is_for_people(journal: Journal) -> None:
    text = exported(journal, Format.MARKDOWN)
    assert text.startswith("## 2026-03-01\n\n- 07:00 · appreciation · **ana**: word00000word thank you\n")
    assert "· **ben → ben**:" in text
    assert "\n  of two lines" in text
    assert "· kept · coffee\n" in text


def write(tmp_path: Path, value: Any) -> Path:
    path = tmp_path / "import.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_day_one(other: Journal, tmp_path: Path) -> None:
    source = {
        "metadata": {"version": "1.0"},
        "entries": [
            {
                "uuid": "A1",
                "creationDate": "2024-07-01T19:30:00Z",
                "timeZone": "Europe/Berlin",
                "text": "A walk\\. Yes\\!",
            },
            {"uuid": "A2", "creationDate": "2024-07-02T19:30:00Z", "text": "Tea", "tags": ["us"], "starred": True},
            {"uuid": "A3", "creationDate": "never", "text": "x"},
            {"uuid": "A4", "creationDate": "2024-07-02T19:30:00Z"},
            {"uuid": "A5", "creationDate": "2024-07-02T19:30:00Z", "timeZone": "No/Where", "text": "x"},
            7,
        ],
    }
    path = write(tmp_path, source)
    done = import_file(other, path, speaker="ana", zone=UTC)
    assert done == Imported(2, 0, ("entry 3", "entry 4", "entry 5", "entry 6"))
    first, second = other.find(Query())
    assert (first.text, first.speaker, first.time.isoformat()) == ("A walk. Yes!", "ana", "2024-07-01T21:30:00+02:00")
    assert second.time.utcoffset() == timedelta(0)
    assert import_file(other, path, speaker="ben", zone=BERLIN) == Imported(0, 2, done.unreadable)


def test_jrnl(other: Journal, tmp_path: Path) -> None:
    one = {
        "title": "A good day.",
        "body": "We laughed.",
        "date": "2024-07-01",
        "time": "21:30",
        "tags": [],
        "starred": False,
    }
    source = {"tags": {"@us": 1}, "entries": [one, one | {"time": "25:99"}, one | {"time": "21:31", "body": ""}, {}]}
    path = write(tmp_path, source)
    assert import_file(other, path, speaker="ben", zone=BERLIN) == Imported(2, 0, ("entry 2", "entry 4"))
    first, second = other.find(Query(speaker="ben"))
    assert first.text == "A good day.\nWe laughed."
    assert second.text == "A good day."
    assert first.time.isoformat() == "2024-07-01T21:30:00+02:00"
    assert import_file(other, path, zone=UTC).added == 0


def test_lines_that_cannot_be_read_are_named(journal: Journal, other: Journal, tmp_path: Path) -> None:
    lines = exported(journal, Format.JSONL).splitlines()
    lines[1:1] = ["not json", '{"id": "X"}', "[1]"]
    path = tmp_path / "export.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert import_file(other, path) == Imported(12, 0, ("line 2", "line 3", "line 4"))


@pytest.mark.parametrize("content", [b"", b"Dear diary", b"\xff\xfe\x00", b"[1, 2]", b'"text"', b"[" * 100_000])
def test_what_is_no_journal_is_refused(other: Journal, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "diary.txt"
    path.write_bytes(content)
    with pytest.raises(JournalError) as caught:
        import_file(other, path)
    assert caught.value.hint
    with pytest.raises(JournalError):
        import_file(other, tmp_path / "missing")
