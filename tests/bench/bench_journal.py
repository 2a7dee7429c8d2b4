"""How fast the journal is, and how large, beside SQLite and TinyDB's own file on the same disk in the same run."""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tinydb import TinyDB

from assistant.journal import CheckIn, Journal, Query, id_for
from assistant.journal.documents import document
from assistant.journal.rows import bounds, microseconds

SIZES = (1_000, 1_000_000)
TINYDB_SIZES = (1_000, 10_000)
"""TinyDB's own file is written whole at each insert: beyond this it does not finish within a bench."""
ROUNDS = 200
START = datetime(1986, 1, 1, tzinfo=UTC)
END = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ("thank", "you", "for", "coffee", "your", "patience", "when", "we", "walked", "home", "late", "dear", "kind")
WEEK = Query(since=END - timedelta(days=7), until=END)

Figure = dict[str, Any]

_COLUMNS = (
    "id TEXT PRIMARY KEY, time INTEGER, zoned TEXT, session TEXT, ritual TEXT, practice TEXT, "
    "prompt TEXT, speaker TEXT, about TEXT, kind TEXT, text TEXT, confidence REAL, private INTEGER, seconds REAL"
)


def entries(count: int, start: datetime = START, end: datetime = END) -> Iterator[CheckIn]:
    """Check-ins, evenly over the years."""
    chance = random.Random(5)
    for number in range(count):
        time_ = start + (end - start) * (number / count)
        yield CheckIn(
            id=id_for(time_, str(number)),
            time=time_,
            session=f"session-{number // 5}",
            ritual=("coffee", "evening")[number % 2],
            practice=f"practice-{number % 10}",
            prompt=f"prompt-{number % 40}",
            speaker=("ana", "ben")[number // 2 % 2],
            kind=("appreciation", "wish", "day_ahead")[number % 3],
            text=" ".join(chance.choices(WORDS, k=16)),
        )


def figures(sizes: Sequence[int] = SIZES) -> list[Figure]:
    """Rows of name, value, unit, baseline and how it was taken."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_figures(Path(folder), min(sizes), max(sizes))]


def _figures(folder: Path, small: int, large: int) -> Iterator[Figure]:
    for size in (small, large):
        _fill_journal(folder / f"journal-{size}", size)
    _fill_sqlite(folder / "sqlite", large)
    yield from _opening(folder, large)
    yield from _inserting(folder, small, large)
    yield from _finding(folder, large)
    yield from _tinydb(folder)


def _row(name: str, value: float, unit: str, baseline: str, how: str) -> Figure:
    return {"name": name, "value": round(value, 3), "unit": unit, "baseline": baseline, "how": how}


def _fill_journal(folder: Path, size: int) -> None:
    with Journal.open(folder) as journal:
        some: list[CheckIn] = []
        for one in entries(size):
            some.append(one)
            if len(some) == 1000:
                journal.add_all(some)
                some = []
        journal.add_all(some)


def _fill_sqlite(path: Path, size: int) -> None:
    with closing(_sqlite(path)) as db:
        db.execute(f"CREATE TABLE entries ({_COLUMNS})")
        db.execute("CREATE INDEX by_time ON entries (time, id)")
        db.execute("BEGIN")
        db.executemany(_INSERT, map(_values, entries(size)))
        db.execute("COMMIT")


_INSERT = f"INSERT INTO entries VALUES ({', '.join('?' * 14)})"


def _sqlite(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    return db


def _values(one: CheckIn) -> tuple[Any, ...]:
    doc = document(one)
    names = ("session", "ritual", "practice", "prompt", "speaker", "about", "kind", "text")
    texts = (doc.get(name, "") for name in names)
    return (one.id, microseconds(one.time), doc["time"], *texts, one.confidence, one.private, one.seconds)


def _week_in_sqlite(db: sqlite3.Connection) -> list[CheckIn]:
    """The same entries as `Journal.find` gives."""
    found = db.execute("SELECT * FROM entries WHERE time >= ? AND time < ? ORDER BY time, id", bounds(WEEK))
    return [
        CheckIn(
            id=row[0],
            time=datetime.fromisoformat(row[2]),
            session=row[3],
            ritual=row[4],
            practice=row[5],
            prompt=row[6],
            speaker=row[7],
            about=row[8],
            kind=row[9],
            text=row[10],
            confidence=row[11],
            private=bool(row[12]),
            seconds=row[13],
        )
        for row in found
    ]


def _timed(action: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def _inserting(folder: Path, small: int, large: int) -> Iterator[Figure]:
    """Single inserts, each on the disk when it returns, in turn so that a busy machine is busy for all."""
    new = entries(ROUNDS * 4, END, END + timedelta(days=30))
    with (
        Journal.open(folder / f"journal-{small}") as one,
        Journal.open(folder / f"journal-{large}") as other,
        closing(_sqlite(folder / "sqlite")) as db,
    ):
        other.add(next(new))
        one.add(next(new))
        times: dict[str, list[float]] = {"small": [], "large": [], "sqlite": []}
        for _ in range(ROUNDS):
            entry = next(new)
            times["small"].append(_timed(lambda entry=entry: one.add(entry)))  # type: ignore[misc]
            times["large"].append(_timed(lambda entry=entry: other.add(entry)))  # type: ignore[misc]
            times["sqlite"].append(_timed(lambda entry=entry: db.execute(_INSERT, _values(entry))))  # type: ignore[misc]
    medians = {name: statistics.median(some) for name, some in times.items()}
    how = f"median of {ROUNDS}, in turn, fsync each"
    yield _row(f"journal_insert_ms_{small}", medians["small"], "ms", "", how)
    yield _row(f"journal_insert_ms_{large}", medians["large"], "ms", "", how)
    yield _row(f"journal_insert_p95_ms_{large}", sorted(times["large"])[ROUNDS * 95 // 100], "ms", "", how)
    yield _row(f"sqlite_insert_ms_{large}", medians["sqlite"], "ms", "SQLite, WAL, synchronous=FULL", how)
    growth = medians["large"] / medians["small"]
    yield _row("journal_insert_growth", growth, "ratio", f"{large} over {small} entries; reach 1.2", how)
    ratio = medians["large"] / medians["sqlite"]
    yield _row("journal_insert_over_sqlite", ratio, "ratio", "SQLite, WAL, synchronous=FULL; reach 1.5", how)


def _finding(folder: Path, large: int) -> Iterator[Figure]:
    with (
        Journal.open(folder / f"journal-{large}", read_only=True) as journal,
        closing(_sqlite(folder / "sqlite")) as db,
    ):
        expected = _week_in_sqlite(db)
        if journal.find(WEEK) != expected:
            raise AssertionError("the journal and SQLite disagree")
        turns = [(_timed(lambda: journal.find(WEEK)), _timed(lambda: _week_in_sqlite(db))) for _ in range(100)]
        newest = statistics.median(
            _timed(lambda: journal.find(Query(), newest_first=True, limit=10)) for _ in range(30)
        )
    week, sqlite = (statistics.median(times) for times in zip(*turns, strict=True))
    how = f"median of 100, in turn; {len(expected)} entries as CheckIn, checked to be the same"
    yield _row(f"journal_week_ms_{large}", week, "ms", "reach 20", how)
    yield _row(
        "journal_week_over_sqlite", week / sqlite, "ratio", f"indexed SQLite query, {sqlite:.2f} ms; reach 3", how
    )
    yield _row(f"journal_newest_10_ms_{large}", newest, "ms", "", "median of 30")


_FRESH = """
import json, sys, time
from datetime import timedelta
from pathlib import Path
import psutil
from assistant.journal import Journal, Query
from tests.bench.bench_journal import END, WEEK, entries
process = psutil.Process()
before = process.memory_info().rss
start = time.perf_counter()
journal = Journal.open(Path(sys.argv[1]))
opened = time.perf_counter() - start
after = process.memory_info().rss
journal.find(WEEK)
for one in entries(50, END, END + timedelta(days=1)):
    journal.add(one)
used = process.memory_info().rss
journal.count(Query(speaker="ana", kind="wish"))
print(json.dumps([opened, after, used, process.memory_info().rss]))
"""


def _opening(folder: Path, large: int) -> Iterator[Figure]:
    """In a fresh process each time."""
    command = [sys.executable, "-c", _FRESH, str(folder / f"journal-{large}")]
    root = Path(__file__).parents[2]
    runs = [json.loads(subprocess.run(command, cwd=root, check=True, capture_output=True).stdout) for _ in range(5)]
    opened, after, used, counted = (statistics.median(column) for column in zip(*runs, strict=True))
    how = "median of 5 fresh processes"
    yield _row(f"journal_open_ms_{large}", opened * 1000, "ms", "reach 1000", how)
    yield _row(f"journal_rss_open_mb_{large}", after / 1e6, "MB", "the whole process; reach 200", how)
    yield _row(f"journal_rss_used_mb_{large}", used / 1e6, "MB", "and after a week's query and 50 inserts", how)
    yield _row(f"journal_rss_counted_mb_{large}", counted / 1e6, "MB", "and after a count over all years", how)
    size = sum(path.stat().st_size for path in (folder / f"journal-{large}").glob("journal-*"))
    yield _row(f"journal_disk_mb_{large}", size / 1e6, "MB", "segments and their indexes", "sum of file sizes")


def _tinydb(folder: Path) -> Iterator[Figure]:
    for size in TINYDB_SIZES:
        with TinyDB(folder / f"tinydb-{size}.json") as db:
            db.insert_multiple(document(one) for one in entries(size))
            times = [_timed(lambda one=one: db.insert(document(one))) for one in entries(5, END)]  # type: ignore[misc]
        baseline = "TinyDB's JSONStorage, which a crash can destroy"
        yield _row(f"tinydb_insert_ms_{size}", statistics.median(times), "ms", baseline, "median of 5")


if __name__ == "__main__":
    for figure in figures(tuple(map(int, sys.argv[1:])) or SIZES):
        print(f"{figure['name']:36} {figure['value']:>10} {figure['unit']:6} {figure['baseline']} ({figure['how']})")
