"""TinyDB on the journal's storage does what TinyDB does, in memory or in a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.operations import delete, increment
from tinydb.queries import QueryInstance
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from assistant.errors import JournalError
from assistant.journal.storage import JournalDB, JournalStorage

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=5)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner))
NUMBERS = st.integers(0, 4)
DOCS = st.fixed_dictionaries({"n": NUMBERS}, optional={"x": VALUES, "y": SCALARS})
TABLES = st.sampled_from(("_default", "other"))
QUERIES: st.SearchStrategy[QueryInstance] = st.one_of(
    NUMBERS.map(lambda n: where("n") == n),
    NUMBERS.map(lambda n: where("n") > n),
    st.just(where("x").exists()),
    st.just(~where("y").exists() & (where("n") < 3)),
)


class TinyDBMachine(RuleBasedStateMachine):
    """Plain TinyDB in memory beside TinyDB on the journal; ids are compared through what insert returned."""

    plain_tables = False

    @initialize()
    def begin(self) -> None:
        self.temporary = tempfile.TemporaryDirectory()
        self.plain = TinyDB(storage=MemoryStorage)
        self.ours = self.opened()
        self.ids: dict[str, dict[int, int]] = {"_default": {}, "other": {}}

    def opened(self) -> TinyDB:
        if self.plain_tables:
            return TinyDB(self.temporary.name, segment_bytes=1000, storage=JournalStorage)
        return JournalDB(self.temporary.name, segment_bytes=1000)

    def teardown(self) -> None:
        if hasattr(self, "ours"):
            self.ours.close()
            self.temporary.cleanup()

    def both(self, table: str, action: Callable[[Any], Any]) -> tuple[Any, Any]:
        return action(self.plain.table(table)), action(self.ours.table(table))

    def same_ids(self, table: str, plain: list[int], ours: list[int]) -> None:
        assert sorted(self.ids[table][one] for one in plain) == sorted(ours)

    def same_docs(self, table: str, plain: list[Document], ours: list[Document]) -> None:
        expected = {self.ids[table][doc.doc_id]: dict(doc) for doc in plain}
        assert {doc.doc_id: dict(doc) for doc in ours} == expected

    def learn(self, table: str, plain: int, ours: int) -> None:
        """An id of ours may have been another document's: TinyDB counts anew in a table that it opens empty."""
        self.ids[table] = {p: o for p, o in self.ids[table].items() if o != ours} | {plain: ours}

    @rule(table=TABLES, doc=DOCS)
    def insert(self, table: str, doc: dict[str, Any]) -> None:
        plain, ours = self.both(table, lambda it: it.insert(doc))
        self.learn(table, plain, ours)

    @rule(table=TABLES, docs=st.lists(DOCS, max_size=4))
    def insert_multiple(self, table: str, docs: list[dict[str, Any]]) -> None:
        plain, ours = self.both(table, lambda it: it.insert_multiple(docs))
        for one, other in zip(plain, ours, strict=True):
            self.learn(table, one, other)

    @rule(table=TABLES, doc=DOCS, ahead=st.integers(1, 3))
    def insert_with_an_id(self, table: str, doc: dict[str, Any], ahead: int) -> None:
        known = self.ids[table]
        chosen = max([0, *known, *known.values()]) + ahead
        self.both(table, lambda it: it.insert(Document(doc, doc_id=chosen)))
        self.learn(table, chosen, chosen)
        for it in (self.plain.table(table), self.ours.table(table)):
            with pytest.raises(ValueError, match="exists"):
                it.insert(Document(doc, doc_id=chosen))

    @rule(table=TABLES, fields=DOCS, query=QUERIES)
    def update(self, table: str, fields: dict[str, Any], query: QueryInstance) -> None:
        self.same_ids(table, *self.both(table, lambda it: it.update(fields, query)))

    @rule(table=TABLES, query=QUERIES)
    def operate(self, table: str, query: QueryInstance) -> None:
        self.same_ids(table, *self.both(table, lambda it: it.update(increment("n"), query)))
        self.both(table, lambda it: it.update_multiple([(delete("y"), where("y").exists()), ({"z": 1}, query)]))

    @rule(table=TABLES, doc=DOCS, query=QUERIES)
    def upsert(self, table: str, doc: dict[str, Any], query: QueryInstance) -> None:
        before = len(self.plain.table(table))
        plain, ours = self.both(table, lambda it: it.upsert(doc, query))
        if len(self.plain.table(table)) > before:
            self.learn(table, plain[0], ours[0])
        self.same_ids(table, plain, ours)

    @rule(table=TABLES, query=QUERIES)
    def remove(self, table: str, query: QueryInstance) -> None:
        self.same_ids(table, *self.both(table, lambda it: it.remove(query)))

    @rule(table=TABLES, at=st.integers(0, 9))
    def by_id(self, table: str, at: int) -> None:
        for plain, ours in list(self.ids[table].items())[at : at + 1]:
            assert self.plain.table(table).get(doc_id=plain) == self.ours.table(table).get(doc_id=ours)
            assert self.plain.table(table).contains(doc_id=plain) == self.ours.table(table).contains(doc_id=ours)
            self.plain.table(table).update({"n": 9}, doc_ids=[plain])
            self.ours.table(table).update({"n": 9}, doc_ids=[ours])
            removed = self.plain.table(table).remove(doc_ids=[plain]), self.ours.table(table).remove(doc_ids=[ours])
            assert len(removed[0]) == len(removed[1])

    @rule(table=TABLES, query=QUERIES)
    def search(self, table: str, query: QueryInstance) -> None:
        self.same_docs(table, *self.both(table, lambda it: it.search(query)))
        assert self.plain.table(table).count(query) == self.ours.table(table).count(query)
        assert self.plain.table(table).contains(query) == self.ours.table(table).contains(query)

    @rule(table=TABLES)
    def truncate(self, table: str) -> None:
        self.both(table, lambda it: it.truncate())

    @rule(table=TABLES)
    def drop(self, table: str) -> None:
        self.plain.drop_table(table)
        self.ours.drop_table(table)

    @rule()
    def drop_all(self) -> None:
        self.plain.drop_tables()
        self.ours.drop_tables()

    @rule()
    def reopen(self) -> None:
        self.ours.close()
        self.ours = self.opened()

    @invariant()
    def same(self) -> None:
        if hasattr(self, "ours"):
            assert self.plain.tables() == self.ours.tables()
            for table in self.ids:
                self.same_docs(table, *self.both(table, lambda it: it.all()))
                assert len(self.plain.table(table)) == len(self.ours.table(table))


class PlainTablesMachine(TinyDBMachine):
    """The same for TinyDB's own tables, which read and write the whole database through the storage."""

    plain_tables = True


FEW = settings(max_examples=30, stateful_step_count=25, deadline=None)
TinyDBMachine.TestCase.settings = FEW
PlainTablesMachine.TestCase.settings = FEW
TestTables = TinyDBMachine.TestCase
TestPlainTables = PlainTablesMachine.TestCase


def test_ids_are_not_given_twice(tmp_path: Path) -> None:
    with JournalDB(tmp_path) as db:
        first = db.insert({"a": 1})
        last = db.insert({"a": 2})
        db.remove(doc_ids=[last])
    with JournalDB(tmp_path) as db:
        assert db.insert({"a": 3}) == last + 1 == first + 2


def test_what_was_found_can_be_changed_without_changing_the_database(tmp_path: Path) -> None:
    with JournalDB(tmp_path) as db:
        db.insert({"a": {"b": [1]}})
        db.all()[0]["a"]["b"].append(2)
        assert db.all() == [{"a": {"b": [1]}}]


def test_middleware_goes_around_it(tmp_path: Path) -> None:
    with JournalDB(tmp_path, storage=CachingMiddleware(JournalStorage)) as db:  # type: ignore[no-untyped-call]
        db.insert({"a": 1})
        db.update({"a": 2})
    with JournalDB(tmp_path) as db:
        assert db.all() == [{"a": 2}]


def test_many_updates_do_not_make_the_folder_grow_for_ever(tmp_path: Path) -> None:
    with JournalDB(tmp_path, segment_bytes=2000) as db:
        db.insert({"text": "x" * 50})
        for number in range(500):
            db.update({"number": number})
        assert db.all() == [{"text": "x" * 50, "number": 499}]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 10_000


def test_a_change_that_cannot_be_said_in_json_changes_nothing(tmp_path: Path) -> None:
    with JournalDB(tmp_path) as db:
        db.insert({"a": 1})
        with pytest.raises(TypeError):
            db.insert({"a": object()})
        assert db.all() == [{"a": 1}]


def test_a_reader_may_not_write(tmp_path: Path) -> None:
    with JournalDB(tmp_path) as db:
        db.insert({"a": 1})
        with JournalDB(tmp_path, read_only=True) as reader, pytest.raises(JournalError):
            reader.insert({"a": 2})


def test_a_dropped_table_does_not_come_back_when_waste_is_compacted(tmp_path: Path) -> None:
    with JournalDB(tmp_path, segment_bytes=1000) as db:
        for _ in range(6):
            table = db.table("things")
            table.insert_multiple({"text": "x" * 200} for _ in range(9))
            db.drop_table("things")
        db.table("things").insert({"text": "new"})
        assert db.table("things").all() == [{"text": "new"}]
    with JournalDB(tmp_path) as db:
        assert db.table("things").all() == [{"text": "new"}]
