"""The event stream names every event and action, and shows no words unless asked."""

from __future__ import annotations

import dataclasses
import io
import json
from datetime import UTC, datetime
from typing import Any, get_args, get_type_hints

import pytest

from assistant.earcon import Earcon
from assistant.event_stream import EventStream, describe_action, describe_event
from assistant.events import Action, Asked, Chime, Concern, Event, Listen, Recall, Said, Saved, Say
from assistant.journal.records import CheckIn, Query
from assistant.modes import Mode, Patience
from assistant.reminders import Kind, Reminder, Rule
from audio.types import Heard, Onset, Transcript
from intents.types import Intent

SECRET = "xylophone"
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ENTRY = CheckIn(
    id="id1",
    time=NOW,
    session="s",
    ritual="coffee",
    practice="connection",
    prompt="p",
    speaker=SECRET,
    kind="wish",
    text=SECRET,
)
REMINDER = Reminder(
    id="id2", kind=Kind.WORDS, about=SECRET, rule=Rule(NOW), owner=SECRET, private=True, made=NOW, settled=NOW
)
VALUES: dict[Any, Any] = {
    str: SECRET,
    float: 1.5,
    int: 2,
    bool: True,
    tuple[str, ...]: (SECRET,),
    Intent: Intent("appreciate", {"words": SECRET, "partner": SECRET}),
    CheckIn: ENTRY,
    Query: Query(speaker=SECRET),
    Query | None: Query(speaker=SECRET),
    Recall: Recall(Query(speaker=SECRET), "this_week", "summary"),
    tuple[CheckIn, ...]: (ENTRY,),
    Reminder: REMINDER,
    tuple[Reminder, ...]: (REMINDER,),
    Mode: Mode.ANSWERS,
    Patience: Patience.ANSWER,
    Earcon: Earcon.SAVED,
}
NAMES = ("line", "period", "topic", "key", "reason")
"""Text fields that hold ids and sentences of ours."""


def example(kind: type) -> Any:
    hints = get_type_hints(kind)
    values = {field.name: VALUES[hints[field.name]] for field in dataclasses.fields(kind)}
    return kind(**{key: "an_id" if key in NAMES else value for key, value in values.items()})


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
def test_every_event_has_a_name_and_hides_what_was_said(kind: type) -> None:
    name, facts, _ = describe_event(example(kind))
    assert name
    assert SECRET not in json.dumps(facts)


@pytest.mark.parametrize("kind", get_args(Action), ids=lambda kind: kind.__name__)
def test_every_action_has_a_name_and_hides_what_was_said(kind: type) -> None:
    name, facts, words = describe_action(example(kind))
    assert name
    assert SECRET not in json.dumps(facts)
    assert not {"event", "time"} & {*facts, *words}


def stream(show_words: bool) -> list[dict[str, Any]]:
    out = io.StringIO()
    events = EventStream(out, lambda: NOW, show_words=show_words)
    events.voice_started(Onset(1.0))
    events.heard(Heard(Transcript(SECRET, 1.0), Transcript(SECRET, 1.0), 2.0, 4.0))
    events.event(Said(SECRET, 0.9))
    events.event(Asked(Intent("thank", {"words": SECRET}), SECRET))
    events.event(Saved(ENTRY))
    events.event(Concern("safety"))
    events.action(Say(SECRET, "welcome"))
    events.action(Listen(Mode.ANSWERS))
    events.action(Chime(Earcon.LISTENING))
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_words_are_shown_only_when_asked_for() -> None:
    assert SECRET not in json.dumps(stream(show_words=False))
    assert json.dumps(stream(show_words=True)).count(SECRET) >= 4


def test_a_concern_leaves_no_line() -> None:
    assert not any("concern" in line["event"] for show in (False, True) for line in stream(show))


def test_names_follow_wyoming() -> None:
    names = [line["event"] for line in stream(show_words=False)]
    assert names[:4] == ["voice-started", "voice-stopped", "transcript", "intent"]
    assert "synthesize" in names
