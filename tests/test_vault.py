"""Vaults: what is for one person alone is opened by that person's passphrase and by nothing else."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import JournalError, NoVaultError, VaultError
from assistant.journal import CheckIn, Journal, Query, new_id
from assistant.journal.lines import seal as with_checksum
from assistant.journal.opening import each
from assistant.journal.records import SEALED
from assistant.journal.sealing import BLOCK, HIDDEN
from assistant.journal.stretching import COST, Stretching, checked
from assistant.journal.vault import FOLDER, Key, Vaults

NOW = datetime(2026, 7, 1, 21, 30, 5, 123456, UTC)
PASSPHRASE = "four birds über the harbour"
SECRET = "a xylophone in the attic"


def entry(text: str = SECRET, speaker: str = "Ana", *, at: int = 0, private: bool = True) -> CheckIn:
    time = NOW + timedelta(minutes=at)
    return CheckIn(
        id=new_id(time),
        time=time,
        session="s1",
        ritual="self_care",
        practice="self_care",
        prompt="self_care.sleep.2",
        speaker=speaker,
        about="Ben",
        kind="rating",
        text=text,
        confidence=0.75,
        private=private,
        seconds=1.5,
    )


@pytest.fixture(scope="module")
def vaults(tmp_path_factory: pytest.TempPathFactory) -> Vaults:
    """Ana and Ben each have one."""
    made = Vaults(tmp_path_factory.mktemp("journal"))
    made.create("Ana", PASSPHRASE)
    made.create("Ben", "another eight words of Ben")
    return made


@pytest.fixture(scope="module")
def key(vaults: Vaults) -> Key:
    return vaults.unlock("Ana", PASSPHRASE)


# ---------------------------------------------------------------- sealing


def test_what_is_sealed_says_who_and_when_and_nothing_else(vaults: Vaults, key: Key) -> None:
    one = entry()
    closed = vaults.seal(one)
    assert (closed.id, closed.time, closed.speaker, closed.private, closed.kind) == (
        one.id,
        one.time,
        "Ana",
        True,
        SEALED,
    )
    assert not any(getattr(closed, name) for name in HIDDEN if name not in ("kind", "confidence"))
    assert closed.confidence == 1.0
    assert SECRET.encode() not in base64.urlsafe_b64decode(closed.sealed)
    assert key.open(closed) == one
    assert vaults.seal(one).sealed != closed.sealed, "the same words never look the same"


def test_only_private_entries_are_sealed_and_only_once(vaults: Vaults) -> None:
    shared = entry(private=False)
    assert vaults.seal(shared) is shared
    closed = vaults.seal(entry())
    assert vaults.seal(closed) is closed


def test_the_length_tells_a_rating_from_nothing(vaults: Vaults) -> None:
    assert len({len(vaults.seal(entry(text)).sealed) for text in ("7", "x" * 40, SECRET)}) == 1
    long = base64.urlsafe_b64decode(vaults.seal(entry("x" * 1000)).sealed)
    assert (len(long) - 1 - 32 - 16) % BLOCK == 0


@given(st.text(max_size=600), st.text(max_size=20), st.floats(0, 1))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_text_comes_back(vaults: Vaults, key: Key, text: str, kind: str, confidence: float) -> None:
    one = replace(entry(text), kind=kind, confidence=confidence)
    assert key.open(vaults.seal(one)) == one


def test_the_same_moment_in_another_zone_is_the_same(vaults: Vaults, key: Key) -> None:
    one = entry()
    elsewhere = one.time.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+05:45").tzinfo)
    assert key.open(replace(vaults.seal(one), time=elsewhere)).time.isoformat() == one.time.isoformat()


Spoil = Callable[[CheckIn], CheckIn]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: replace(one, id="01OTHER"),
        lambda one: replace(one, time=one.time + timedelta(microseconds=1)),
        lambda one: replace(one, speaker="ana"),
        lambda one: replace(one, sealed=one.sealed[:-4]),
        lambda one: replace(one, sealed=one.sealed[:40]),
        lambda one: replace(one, sealed="not base64!"),
        lambda one: replace(one, sealed="é"),
        lambda one: replace(one, sealed=base64.urlsafe_b64encode(b"\x02" + bytes(80)).decode()),
        lambda one: replace(one, sealed=base64.urlsafe_b64encode(b"\x01" + bytes(80)).decode()),
    ],
)
def test_what_was_changed_does_not_open(vaults: Vaults, key: Key, spoil: Spoil) -> None:
    with pytest.raises(VaultError) as caught:
        key.open(spoil(vaults.seal(entry())))
    assert "cannot be opened" in caught.value.message
    assert caught.value.hint


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bit_can_be_turned(vaults: Vaults, key: Key, data: st.DataObject) -> None:
    closed = vaults.seal(entry())
    raw = bytearray(base64.urlsafe_b64decode(closed.sealed))
    at = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[at // 8] ^= 1 << at % 8
    spoilt = replace(closed, sealed=base64.urlsafe_b64encode(raw).decode())
    if at // 8 == 32 and at % 8 == 7:
        return  # the highest bit of a public key of X25519 counts for nothing (RFC 7748, 5), yet it is in the salt
    with pytest.raises(VaultError):
        key.open(spoilt)


@given(st.text(max_size=300))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rubbish_does_not_open(vaults: Vaults, key: Key, rubbish: str) -> None:
    with pytest.raises(VaultError):
        key.open(replace(entry(), sealed=rubbish or "x"))


def test_sealed_words_cannot_be_put_into_another_entry(vaults: Vaults, key: Key) -> None:
    one, other = vaults.seal(entry("one")), vaults.seal(entry("other", at=1))
    for swapped in (replace(one, sealed=other.sealed), replace(other, sealed=one.sealed)):
        with pytest.raises(VaultError):
            key.open(swapped)


def test_nobody_opens_the_words_of_the_other(vaults: Vaults, key: Key) -> None:
    with pytest.raises(VaultError):
        key.open(vaults.seal(entry(speaker="Ben")))


# ---------------------------------------------------------------- the passphrase


def test_the_passphrase_opens_however_it_is_typed(vaults: Vaults) -> None:
    decomposed = PASSPHRASE.replace("ü", "u\u0308")
    assert decomposed != PASSPHRASE
    assert vaults.unlock("aNA", decomposed).name == "Ana"


def test_a_wrong_passphrase_is_told_kindly(vaults: Vaults) -> None:
    with pytest.raises(VaultError) as caught:
        vaults.unlock("Ana", PASSPHRASE.upper())
    assert "not the passphrase" in caught.value.message
    assert PASSPHRASE not in str(caught.value) + caught.value.hint


def test_a_vault_is_made_once_and_with_a_long_enough_passphrase(tmp_path: Path) -> None:
    mine = Vaults(tmp_path)
    with pytest.raises(VaultError, match="8 characters"):
        mine.create("Ana", "short")
    assert not (tmp_path / FOLDER).exists()
    mine.create("Zoë", PASSPHRASE)
    with pytest.raises(VaultError, match="already"):
        mine.create("ZOË", PASSPHRASE)
    assert mine.names() == ["Zoë"]
    assert (mine.has("zoe\u0308"), mine.has("Ana"), mine.has("")) == (True, False, False)


def test_files_are_for_their_owner_and_hold_neither_passphrase_nor_key(tmp_path: Path) -> None:
    mine = Vaults(tmp_path)
    mine.create("Ana", PASSPHRASE)
    secret = mine.unlock("Ana", PASSPHRASE).private.private_bytes_raw()
    files = sorted((tmp_path / FOLDER).iterdir())
    assert len(files) == 2, "a vault and its copy"
    assert stat.S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o700
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        held = file.read_bytes()
        assert PASSPHRASE.encode() not in held
        assert secret not in held
        assert base64.b64encode(secret) not in held
    slow = json.loads(files[0].read_bytes())["stretching"]
    assert slow["n"] * slow["p"] >= COST


def test_another_passphrase_opens_the_same_words_and_the_old_one_nothing(tmp_path: Path) -> None:
    mine = Vaults(tmp_path)
    mine.create("Ana", PASSPHRASE)
    one = entry()
    closed = mine.seal(one)
    with pytest.raises(VaultError):
        mine.change("Ana", "not this one", "another passphrase")
    mine.change("Ana", PASSPHRASE, "another passphrase")
    assert mine.unlock("Ana", "another passphrase").open(closed) == one
    with pytest.raises(VaultError):
        mine.unlock("Ana", PASSPHRASE)
    for file in (tmp_path / FOLDER).iterdir():
        found = json.loads(file.read_bytes())["stretching"]
        assert checked(Stretching(salt=base64.b64decode(found["salt"]), n=found["n"], r=found["r"], p=found["p"]))


def test_one_damaged_copy_takes_nothing_away_and_two_are_told(tmp_path: Path) -> None:
    mine = Vaults(tmp_path)
    mine.create("Ana", PASSPHRASE)
    one = entry()
    closed = mine.seal(one)
    first, second = sorted((tmp_path / FOLDER).iterdir())
    whole = first.read_bytes()
    for torn in (b"", whole[:100], whole.replace(b"Ana", b"Eve"), b"\xff" * 300, b"[" * 9000):
        first.write_bytes(torn)
        assert mine.unlock("Ana", PASSPHRASE).open(closed) == one
        assert mine.names() == ["Ana"]
        assert mine.damaged() == [first.name]
    second.write_bytes(b"")
    with pytest.raises(VaultError, match="damaged"):
        mine.seal(one)
    with pytest.raises(VaultError, match="damaged"):
        mine.create("Ana", PASSPHRASE)


def test_a_vault_that_was_changed_by_hand_does_not_open(tmp_path: Path) -> None:
    """Another public key, so that somebody else could read what is said from now on."""
    mine = Vaults(tmp_path)
    mine.create("Ana", PASSPHRASE)
    for file in (tmp_path / FOLDER).iterdir():
        value = json.loads(file.read_bytes())
        value["public"] = base64.b64encode(bytes(range(32))).decode()
        del value["crc"]
        file.write_bytes(with_checksum(json.dumps(value, separators=(",", ":")).encode()))
    with pytest.raises(VaultError):
        mine.unlock("Ana", PASSPHRASE)


@pytest.mark.parametrize("changed", [{"n": 1 << 40}, {"p": 10**6}, {"n": 2}, {"r": 1 << 20}, {"p": 0}])
def test_parameters_that_would_never_end_are_refused(changed: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="parameters"):
        checked(Stretching(salt=bytes(16), **changed))


def test_a_removed_vault_leaves_nothing(tmp_path: Path) -> None:
    mine = Vaults(tmp_path)
    mine.create("Ana", PASSPHRASE)
    mine.remove("Ana")
    assert list((tmp_path / FOLDER).iterdir()) == []
    with pytest.raises(NoVaultError):
        mine.seal(entry())


# ---------------------------------------------------------------- in the journal


@pytest.fixture
def journal_folder(tmp_path: Path, vaults: Vaults) -> Path:
    """A journal in which both have the vaults of this module."""
    folder = tmp_path / "journal"
    target = folder / FOLDER
    target.mkdir(parents=True, mode=0o700)
    for file in vaults._folder.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    return folder


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_journal_seals_what_is_private(journal_folder: Path, key: Key) -> None:
    mine, shared = entry(), replace(entry("shared words", at=1, private=False), prompt="", session="s2")
    with Journal.open(journal_folder) as journal:
        journal.add_all((mine, shared))
        (closed, open_) = journal.find(Query())
    assert (closed.id, closed.text, open_) == (mine.id, "", shared)
    held = bytes_below(journal_folder)
    assert SECRET.encode() not in held
    assert b"self_care.sleep" not in held
    with Journal.open(journal_folder, read_only=True) as journal:
        assert list(each(journal, Query(kind="rating"), key, pytest.fail)) == [mine, shared]
        assert list(each(journal, Query(kind="rating"), None, pytest.fail)) == [shared]


def test_without_a_vault_nothing_private_is_written(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        for homeless in (entry(), entry(speaker="")):
            with pytest.raises(NoVaultError) as caught:
                journal.add_all((entry("shared", private=False), homeless))
            assert caught.value.hint
        assert journal.find(Query()) == []
    assert SECRET.encode() not in bytes_below(tmp_path)


def test_sealed_words_are_forgotten_without_a_trace(journal_folder: Path) -> None:
    with Journal.open(journal_folder) as journal:
        journal.add_all((entry(), entry(speaker="Ben", at=1)))
        gone, stays = (one.sealed.encode() for one in journal.find(Query()))
        assert journal.forget(Query(speaker="Ana")) == 1
        held = bytes_below(journal_folder)
        assert gone not in held
        assert stays in held


def test_one_spoilt_entry_is_named_and_the_others_open(journal_folder: Path, vaults: Vaults, key: Key) -> None:
    mine, spoilt = entry(), vaults.seal(entry("spoilt", at=1))
    with Journal.open(journal_folder) as journal:
        journal.add_all((mine, replace(spoilt, sealed=spoilt.sealed[:-8])))
        broken: list[str] = []
        found = list(each(journal, Query(), key, broken.append))
    assert broken == [spoilt.id]
    assert found == [mine, replace(spoilt, sealed=spoilt.sealed[:-8])]


def test_private_words_that_another_program_wrote_are_nobody_elses(tmp_path: Path, key: Key) -> None:
    from assistant.journal.documents import document

    with Journal.open(tmp_path) as journal:
        journal.add_documents([document(entry())])
        assert list(each(journal, Query(), None, pytest.fail)) == []
        assert [one.text for one in each(journal, Query(), key, pytest.fail)] == [SECRET]


def test_an_unreadable_folder_is_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    with pytest.raises(JournalError) as caught:
        Vaults(tmp_path).create("Ana", PASSPHRASE)
    assert caught.value.hint
