"""How many events a second the conversation's core decides upon, beside the least that Python could do with them."""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Sequence
from datetime import timedelta

from assistant.conversation import Conversation, Memory
from assistant.conversation.consent import Consent
from assistant.events import (
    Action,
    Asked,
    Due,
    Event,
    Forget,
    Forgotten,
    NotUnderstood,
    Quiet,
    Recall,
    Recalled,
    Remind,
    RemindersKept,
    Said,
    Save,
    Saved,
)
from assistant.journal.records import CheckIn
from intents.types import Intent
from tests.bench.figure import Row
from tests.stage import NOON, setting

ROUNDS = 9
EVENINGS = 60
"""Times that the household does all this, in each round."""
LATELY = 20
"""Entries that looking back finds: those of an ordinary week."""


def ask(name: str, text: str = "", **slots: str) -> Asked:
    """A sentence that was understood."""
    return Asked(Intent(name, slots), text)


ANSWERS = tuple(Said(text) for text in ("a long day", "my sister comes", "a quiet evening", "a walk", "you cooked"))
EVENING: tuple[Event, ...] = (
    ask("start_ritual", "start our coffee ritual", ritual="coffee"),
    *ANSWERS,
    ask("repeat"),
    ask("pause"),
    NotUnderstood(),
    ask("go_on"),
    ask("time_left"),
    Quiet(15),
    ask("scrap_that"),
    ANSWERS[0],
    ask("stop"),
    ask("thank", "thank sam for the soup", partner="Sam", words="the soup"),
    ask("appreciate", "i appreciate that you called", words="you called"),
    ask("say_who", "this is sam", partner="Sam"),
    ask("remind", "remind us tonight", every="tonight"),
    ask("list_reminders"),
    ask("cancel_reminder", place="all"),
    ask("recall", topic="appreciations", period="this_week"),
    ask("more"),
    ask("who_said_that"),
    ask("summary", period="this_week"),
    ask("what_do_you_hold", whose="both"),
    NotUnderstood(typed=True),
    ask("help"),
)
"""An evening of a household that uses everything, in the order in which it is said."""


def figures() -> list[Row]:
    """The row for the table of measurements."""
    rounds = sorted(decided() for _ in range(ROUNDS))
    bare = sorted(matched() for _ in range(ROUNDS))
    how = f"decisions on events, with those that follow from them, median of {ROUNDS} rounds of {EVENINGS} evenings"
    baseline = "baseline: a function that only tells events apart"
    return [
        {
            "name": "conversation_events_per_s",
            "value": round(statistics.median(rounds)),
            "unit": "events/s",
            "baseline": round(statistics.median(bare)),
            "how": f"{how}; goal 10000; {baseline}",
        }
    ]


def decided() -> float:
    """Events a second that the core decides upon."""
    talk, now, count = Conversation(setting(), Memory(), Consent.GIVEN), NOON, 0
    talk.begin(now)
    journal: deque[CheckIn] = deque(maxlen=LATELY)
    began = time.perf_counter()
    for _ in range(EVENINGS):
        for event in EVENING:
            now += timedelta(seconds=5)
            todo: deque[Event] = deque([event])
            while todo:
                count += 1
                actions = talk.react(todo.popleft(), now)
                todo.extend(follow for action in actions if (follow := done(action, journal)) is not None)
    return count / (time.perf_counter() - began)


def done(action: Action, journal: deque[CheckIn]) -> Event | None:
    """What becomes of an action, without a disk."""
    match action:
        case Save(entry=entry):
            journal.append(entry)
            return Saved(entry)
        case Forget():
            journal.pop()
            return Forgotten(1)
        case Recall():
            return Recalled(action, tuple(journal))
        case Remind():
            return RemindersKept()
        case _:
            return None


def matched(events: Sequence[Event] = EVENING) -> float:
    """Events a second that one `match` tells apart."""
    began = time.perf_counter()
    for _ in range(EVENINGS * 10):
        for event in events:
            bare(event)
    return EVENINGS * 10 * len(events) / (time.perf_counter() - began)


def bare(event: Event) -> list[str]:
    """The least that can be done with an event."""
    match event:
        case Asked(intent=intent):
            return [intent.name]
        case Said(text=text):
            return [text]
        case Quiet() | NotUnderstood() | Due():
            return []
        case _:
            return []
