"""`hearth reminders` as a person runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import hearth
from tests.listening import set_up

pytestmark = pytest.mark.e2e


@pytest.fixture
def home(tmp_path: Path) -> Path:
    set_up(tmp_path)
    return tmp_path


def test_a_reminder_is_made_shown_and_cancelled(home: Path) -> None:
    assert hearth(home, "reminders", "list").stdout == "There are no reminders.\n"
    made = hearth(home, "reminders", "add", "remind us of our coffee ritual every weekday at 7")
    assert made.returncode == 0, made.stderr
    assert "07:00 every monday, tuesday, wednesday, thursday, friday  both  [ritual] coffee" in made.stdout
    assert hearth(home, "reminders", "list").stdout == made.stdout
    again = hearth(home, "reminders", "add", "remind", "us", "of", "our", "coffee", "ritual", "every weekday at seven")
    assert len(hearth(home, "reminders", "list").stdout.splitlines()) == 1, "one reminder, not two"
    identity = again.stdout.split()[0]
    assert hearth(home, "reminders", "cancel", identity).stdout == "Cancelled: 1.\n"
    assert hearth(home, "reminders", "list").stdout == "There are no reminders.\n"


def test_what_is_one_partners_own_is_shown_without_its_words(home: Path) -> None:
    made = hearth(home, "reminders", "add", "remind Sam on friday at noon to buy a xylophone")
    assert made.returncode == 0, made.stderr
    assert "12:00  Sam  [words] (private)" in made.stdout
    assert "xylophone" not in hearth(home, "reminders", "list").stdout
    identity = made.stdout.split()[0]
    hearth(home, "reminders", "cancel", identity)
    files = [path for path in (home / ".local/share/hearth").rglob("*") if path.is_file()]
    assert files
    assert not any(b"xylophone" in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "the weather is nice"], "no sentence that asks for a reminder"),
        (["add", "remind us to have tea"], "does not say when"),
        (["add", "remind me tomorrow to have tea"], "Who is 'me'?"),
        (["cancel", "nonsense"], "no reminder 'nonsense'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(home: Path, words: list[str], told: str) -> None:
    refused = hearth(home, "reminders", *words)
    assert refused.returncode == 2
    assert told in refused.stderr
    assert len(refused.stderr.splitlines()) == 2


def test_a_conversation_knows_what_the_command_made(home: Path) -> None:
    hearth(home, "reminders", "add", "remind us every evening at nine thirty")
    talk = hearth(home, "listen", "--text", typed="what reminders do we have\n")
    assert "9:30 in the evening" in talk.stdout
