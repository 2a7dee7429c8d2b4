"""Conversations over the network: the journal stays closed, time stands still, and nothing is lost at the end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest

from assistant.conversation.consent import Consent
from assistant.conversation.memory import SEEN_KEY, STARTER_KEY, UNFINISHED_KEY, Unfinished, remember
from assistant.events import Remember
from assistant.journal import Journal, Query, new_id
from assistant.journal.records import APPRECIATION, KEPT, CheckIn
from assistant.service.allowance import Allowance
from assistant.service.limits import Limits
from assistant.service.shelf import Shelf
from assistant.service.talk import Reply, Talk
from assistant.service.talks import Talks
from prompts.lines import Lines
from tests.stage import NOON, sentences, setting, understanding

SECRET = "marmalade"
LINES = Lines("en")
READERS = (
    "what did we appreciate this week",
    "what good things were there",
    "what did sam say today",
    "how was our week",
    "what do you hold about me",
    "forget everything i said",
    "forget today",
)
"""Sentences that are about the journal, beside those that are found."""

PLENTY = Allowance(100_000, timedelta(hours=1))


def shelf(folder: Path) -> Shelf:
    return Shelf(partial(Journal.open, folder, read_only=True), partial(Journal.open, folder))


def new_talk(
    folder: Path,
    *,
    may_read: bool = False,
    consent: Consent = Consent.GIVEN,
    seed: int = 1,
    saves: Allowance | None = None,
) -> Talk:
    surroundings = setting(seed, lines=LINES, new_id=new_id)
    return Talk(surroundings, understanding(), consent, shelf(folder), saves or PLENTY, may_read=may_read)


class Client:
    """Says one thing after the other, ten seconds apart."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.now = NOON
        talk.begin(self.now)

    def say(self, words: str, after: float = 10.0) -> Reply:
        self.now += timedelta(seconds=after)
        return self.talk.hear(words, self.now)


def entries(folder: Path) -> list[CheckIn]:
    with Journal.open(folder, read_only=True) as journal:
        return journal.find(Query())


def fact(folder: Path, key: str) -> str:
    with Journal.open(folder, read_only=True) as journal:
        return journal.recall(key)


def plant(folder: Path, *facts: Remember) -> None:
    """Something from another conversation."""
    entry = CheckIn(
        id="01HZZZZZZZZZZZZZZZZZZZZZZZ",
        time=NOON - timedelta(minutes=5),
        session="s",
        ritual="coffee",
        practice="positive",
        prompt="",
        speaker="Sam",
        about="Alex",
        kind=APPRECIATION,
        text=f"you made {SECRET}",
    )
    with Journal.open(folder) as journal:
        journal.add(entry)
        for one in facts:
            journal.remember(one.key, one.value)


def phrases_of_each_intent() -> list[str]:
    """The first, the middle and the last one."""
    found: dict[str, list[str]] = {}
    for phrase in sentences().phrases():
        found.setdefault(phrase.intent, []).append(phrase.text.replace("*", "the weather"))
    return [text for texts in found.values() for text in {texts[0], texts[len(texts) // 2], texts[-1]}]


def test_no_sentence_reads_the_journal_or_deletes_from_it(tmp_path: Path) -> None:
    plant(tmp_path)
    before = entries(tmp_path)
    said = [*phrases_of_each_intent(), *READERS]
    assert len(said) > 60
    for words in said:
        client = Client(new_talk(tmp_path))
        replies = [client.say(one) for one in (words, "yes", "sam", "yes")]
        assert SECRET not in " ".join(reply.text for reply in replies), words
        assert before[0] in entries(tmp_path), words


def test_with_leave_it_is_read_and_words_are_forgotten(tmp_path: Path) -> None:
    plant(tmp_path)
    client = Client(new_talk(tmp_path, may_read=True))
    assert SECRET in client.say("what did we appreciate this week").text
    assert "Sam" in client.say("who said that").text
    client.say("forget everything i said")
    client.say("sam")
    client.say("yes")
    assert entries(tmp_path) == []


def test_ones_own_last_words_can_always_be_taken_back(tmp_path: Path) -> None:
    plant(tmp_path)
    client = Client(new_talk(tmp_path))
    client.say("thank alex for the soup")
    assert len(entries(tmp_path)) == 2
    assert client.say("forget that").understood
    assert [entry.text for entry in entries(tmp_path)] == [f"you made {SECRET}"]


def test_it_does_not_tell_what_happened_elsewhere(tmp_path: Path) -> None:
    left = Unfinished("evening", "s", "Sam", 1, NOON - timedelta(hours=1))
    plant(tmp_path, remember(UNFINISHED_KEY, left), remember(SEEN_KEY, NOON - timedelta(days=30)))
    before = fact(tmp_path, UNFINISHED_KEY)
    client = Client(new_talk(tmp_path))
    assert "evening" not in client.say("hello").text
    client.say("start our coffee ritual")
    client.say("a walk")
    client.talk.end(client.now)
    assert fact(tmp_path, UNFINISHED_KEY) == before != ""


def test_who_starts_alternates_from_one_conversation_to_the_next(tmp_path: Path) -> None:
    for name, other in (("Sam", "Alex"), ("Alex", "Sam")):
        client = Client(new_talk(tmp_path))
        assert name in client.say("start our coffee ritual").text
        client.say("a walk")
        assert fact(tmp_path, STARTER_KEY) == f'"{other}"'


def test_without_consent_nothing_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    client = Client(new_talk(folder, consent=Consent.REFUSED))
    for words in ("thank alex for the soup", "start our coffee ritual", *["a walk"] * 6):
        assert client.say(words).text
    client.talk.end(client.now)
    assert not folder.exists()


def test_the_journal_takes_so_much_in_an_hour_and_no_more(tmp_path: Path) -> None:
    client = Client(new_talk(tmp_path, saves=Allowance(3, timedelta(hours=1))))
    for _ in range(3):
        client.say("thank alex for the soup")
    assert re.search("are not saved|nothing was saved", client.say("thank alex for the bread").text)
    assert len(entries(tmp_path)) == 3
    client.say("thank alex for the cake", after=3600)
    assert {"thank alex for the bread", "thank alex for the cake"} <= {entry.text for entry in entries(tmp_path)}


@pytest.mark.parametrize(
    "words", ["remind us every evening at nine thirty", "what reminders are there", "cancel all reminders"]
)
def test_reminders_are_made_at_home(tmp_path: Path, words: str) -> None:
    reply = Client(new_talk(tmp_path, may_read=True)).say(words)
    assert reply.understood
    assert "home" in reply.text


def test_the_microphone_belongs_to_the_satellite(tmp_path: Path) -> None:
    client = Client(new_talk(tmp_path))
    client.say("start our coffee ritual")
    reply = client.say("stop listening")
    assert "no microphone" in reply.text
    assert (reply.understood, reply.over) == (True, False)
    assert "pausing" not in client.say("repeat").text, "the ritual goes on"


def test_words_without_a_name_are_kept_when_the_client_goes(tmp_path: Path) -> None:
    client = Client(new_talk(tmp_path))
    assert client.say("i appreciate that you cooked").text.endswith("?")
    assert entries(tmp_path) == []
    client.talk.end(client.now)
    assert [(entry.speaker, entry.text) for entry in entries(tmp_path)] == [("", "i appreciate that you cooked")]


@pytest.mark.parametrize(("minutes", "skipped"), [(1, True), (7, False)])
def test_a_time_of_quiet_ends_by_the_clock(tmp_path: Path, minutes: int, skipped: bool) -> None:
    client = Client(new_talk(tmp_path))
    client.say("start our evening stroll")
    reply = client.say("go on", after=60.0 * minutes)
    words = {LINES.pick("skipped", Random(seed)) for seed in range(12)}
    assert any(reply.text.startswith(line) for line in words) is skipped
    assert "Alex" in reply.text
    assert [entry.kind for entry in entries(tmp_path)] == []
    client.say("go on", after=420.0)
    assert [entry.kind for entry in entries(tmp_path)] == [KEPT]


def test_there_is_always_an_answer(tmp_path: Path) -> None:
    client = Client(new_talk(tmp_path))
    for words in ("", " ", "yes", "done", "starts", "blue zebra", "x" * 4_000, "\x00", "👩‍❤️‍👨", "go on"):
        assert client.say(words).text
    client.say("start our coffee ritual")
    for words in ("this is sam", "", "pause", "blue zebra", "go on", "repeat"):
        assert client.say(words).text


# ---------------------------------------------------------------- many conversations


class House:
    """Conversations, and a clock that is set by hand."""

    def __init__(self, folder: Path, **limits: float) -> None:
        self.now: datetime = NOON
        self.begun = 0
        self._folder = folder
        self.talks = Talks(self._new, lambda: self.now, Limits(**limits))  # type: ignore[arg-type]

    def say(self, name: str, words: str) -> Reply:
        self.now += timedelta(seconds=1)
        return self.talks.hear(name, words)

    def _new(self) -> Talk:
        self.begun += 1
        return new_talk(self._folder, seed=self.begun)


def test_a_conversation_goes_on_under_its_name(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.say("one", "start our coffee ritual")
    assert house.say("two", "hello").understood
    assert "minute" in house.say("one", "how long is left").text
    assert house.begun == 2
    house.say("one", "stop")
    assert house.say("one", "goodbye").over
    house.say("one", "hello")
    assert house.begun == 3


def test_a_ritual_goes_before_other_conversations_when_there_are_too_many(tmp_path: Path) -> None:
    house = House(tmp_path, conversations=3)
    house.say("ritual", "start our coffee ritual")
    for number in range(20):
        house.say(f"visitor {number}", "hello")
    assert "minute" in house.say("ritual", "how long is left").text


def test_a_conversation_that_is_ended_loses_no_words(tmp_path: Path) -> None:
    house = House(tmp_path, conversations=1)
    house.say("one", "i appreciate that you cooked")
    house.say("two", "i appreciate that you called")
    assert [entry.text for entry in entries(tmp_path)] == ["i appreciate that you cooked"]
    house.talks.end_all()
    assert len(entries(tmp_path)) == 2


def test_a_conversation_ends_after_a_while_and_after_many_turns(tmp_path: Path) -> None:
    house = House(tmp_path, idle=100.0, turns=5)
    house.say("one", "start our coffee ritual")
    house.now += timedelta(seconds=200)
    assert "minute" not in house.say("one", "how long is left").text
    for _ in range(4):
        house.say("one", "hello")
    assert house.begun == 2
    house.say("one", "hello")
    assert house.begun == 3
