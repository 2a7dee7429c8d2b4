"""Summaries: verbatim, by name, without rank, and silent about what is nobody else's business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.setting import Setting
from assistant.events import Recall, Recalled
from assistant.journal.records import APPRECIATION, KEPT, CheckIn, Query
from assistant.journal.ulid import new_id
from assistant.periods import Span, find_span
from assistant.quotes import POSITIVE, TOPICS, UNINVITED, UNSURE, UNTOLD, in_turn
from assistant.summary import tell
from assistant.summary_page import page
from assistant.telling import PAGE, Telling, more, who_said
from prompts.common_words import load_common_words
from prompts.lines import Lines
from prompts.loader import load_rituals

DUBLIN = ZoneInfo("Europe/Dublin")
NOON = datetime(2026, 11, 4, 12, tzinfo=DUBLIN)
SETTING = Setting(
    partners=("Ana", "Ben"),
    rituals={},
    lines=Lines("en"),
    rng=Random(7),
    new_id=new_id,
    common=load_common_words("en"),
)


def entry(
    text: str,
    speaker: str = "Ana",
    *,
    about: str = "",
    kind: str = APPRECIATION,
    practice: str = "positive",
    confidence: float = 1.0,
    private: bool = False,
    time: datetime = NOON,
    ritual: str = "coffee",
) -> CheckIn:
    return CheckIn(
        id=new_id(time),
        time=time,
        session="s",
        ritual=ritual,
        practice=practice,
        prompt="",
        speaker=speaker,
        about=about,
        kind=kind,
        text=text,
        confidence=confidence,
        private=private,
    )


def kept(ritual: str, practice: str = "connection") -> CheckIn:
    return entry("", "", kind=KEPT, ritual=ritual, practice=practice)


def told(entries: Sequence[CheckIn], topic: str = "appreciations", period: str = "this_week") -> Telling:
    return tell(Recalled(Recall(Query(), period, topic), tuple(entries)), SETTING)


def words(telling: Telling) -> str:
    return " ".join(say.text for say in telling.spoken)


def test_quotes_are_verbatim_and_by_name() -> None:
    spoken = words(told([entry("i appreciate that you cooked", about="Ben"), entry("the tea", "Ben")]))
    assert "i appreciate that you cooked" in spoken
    assert "the tea" in spoken
    assert spoken.index("Ana") < spoken.index("i appreciate")
    assert "2 things" in spoken.lower()


@pytest.mark.parametrize("topic", [*TOPICS, "everything", "something", "summary"])
def test_nothing_is_said_kindly(topic: str) -> None:
    telling = told([], topic)
    assert [say.line for say in telling.spoken] == ["nothing_yet"]
    assert "this week" in words(telling).lower()


def test_words_that_were_not_heard_well_are_counted_but_not_quoted() -> None:
    telling = told([entry("clear words"), entry("garbled words", confidence=UNSURE - 0.01)])
    assert [say.line for say in telling.spoken] == ["recall_intro", "recall_unclear", "quote"]
    assert "garbled" not in words(telling)
    only = told([entry("garbled words", confidence=0.1)])
    assert [say.line for say in only.spoken] == ["recall_intro", "recall_unclear"]


def test_words_exactly_at_the_edge_are_quoted() -> None:
    assert "edge" in words(told([entry("edge", confidence=UNSURE)]))


def test_more_tells_the_next_page_until_there_is_none() -> None:
    entries = [entry(f"thing number {number}") for number in range(2 * PAGE + 1)]
    first = told(entries)
    assert first.spoken[-1].line == "want_more"
    second = more(first, SETTING)
    third = more(second, SETTING)
    assert [len(telling.told) for telling in (first, second, third)] == [PAGE, PAGE, 1]
    assert (*first.told, *second.told, *third.told) == tuple(entries)
    assert third.spoken[-1].line == "quote"
    assert [say.line for say in more(third, SETTING).spoken] == ["no_more"]


def test_every_page_has_both_voices() -> None:
    entries = [*(entry(f"a{number}") for number in range(4)), *(entry(f"b{number}", "Ben") for number in range(2))]
    assert [item.text for item in in_turn(entries)] == ["a0", "b0", "a1", "b1", "a2", "a3"]


def test_who_said_that() -> None:
    assert who_said(Telling(()), SETTING).line == "nothing_said_yet"
    assert "Ben" in who_said(told([entry("x"), entry("y", "Ben")]), SETTING).text
    assert who_said(told([entry("x", "")]), SETTING).line == "who_unknown"


def test_words_of_nobody_known_are_quoted_without_a_name() -> None:
    assert [say.line for say in told([entry("we are lucky", "")]).spoken] == ["recall_intro", "quote_unknown"]


def test_a_topic_tells_its_own_kinds() -> None:
    entries = [entry("thanks"), entry("sunshine", kind="gratitude"), entry("a nap", kind="wish")]
    assert "sunshine" in words(told(entries, "good_things"))
    assert "thanks" not in words(told(entries, "good_things"))
    assert "a nap" in words(told(entries, "wishes"))
    assert all(text in words(told(entries, "everything")) for text in ("thanks", "sunshine", "a nap"))


def test_one_memory() -> None:
    telling = told([entry("one"), entry("two"), entry("three")], "something")
    assert len(telling.told) == 1
    assert len(telling.spoken) == 1


def test_the_overview_counts_and_quotes_each_once() -> None:
    entries = [
        kept("coffee"),
        kept("coffee"),
        kept("evening_reflection"),
        entry("you carried the bags", about="Ben"),
        entry("you sang", "Ben", about="Ana"),
        entry("you laughed", "Ben", about="Ana"),
    ]
    telling = told(entries, "summary")
    lines = [say.line for say in telling.spoken]
    assert lines == [
        "summary_intro",
        "rituals_kept_each",
        "rituals_kept_each",
        "summary_entries",
        "you_each",
        "quote_for",
        "quote_for",
        "want_more",
    ]
    assert {item.speaker for item in telling.told} == {"Ana", "Ben"}
    assert len(telling.rest) == 1
    assert "evening reflection" in words(telling).lower()
    assert "3 thoughts" in words(telling)


def test_many_rituals_are_summed_up() -> None:
    telling = told([kept(f"ritual {number}") for number in range(PAGE + 1)], "summary")
    assert [say.line for say in telling.spoken] == ["summary_intro", "rituals_kept"]


def test_only_rituals_need_no_quote() -> None:
    assert [say.line for say in told([kept("coffee")], "summary").spoken] == ["summary_intro", "rituals_kept_each"]


def test_what_is_held_counts_everything_and_quotes_nothing() -> None:
    entries = [entry("secret", private=True), entry("x", practice="issues"), kept("coffee")]
    telling = told(entries, "hold_shared")
    assert [say.line for say in telling.spoken] == ["hold_about", "hold_nothing", "hold_where"]
    assert any(number in telling.spoken[0].text for number in ("one entry", "1 entry"))
    assert "secret" not in words(telling)


def test_what_is_for_one_alone_is_counted_for_that_one_alone() -> None:
    entries = [entry("secret", private=True), entry("hidden", private=True), entry("his", speaker="Ben", private=True)]
    own = tell(Recalled(Recall(Query(speaker="Ana"), "ever", "hold"), tuple(entries[:2])), SETTING)
    assert [say.line for say in own.spoken] == ["hold_private", "hold_where"]
    assert "# " not in own.spoken[0].text
    assert any(number in own.spoken[0].text for number in ("2 entries", "two"))
    for topic, speaker in (("hold_shared", "Ben"), ("hold_shared", "")):
        both = tell(Recalled(Recall(Query(speaker=speaker), "ever", topic), tuple(entries)), SETTING)
        assert {say.line for say in both.spoken} == {"hold_nothing", "hold_where"}


texts = st.text(st.sampled_from("bcdfgqxz"), min_size=9, max_size=9)
entries_of_all_sorts = st.lists(
    st.builds(
        entry,
        texts,
        st.sampled_from(["Ana", "Ben", ""]),
        kind=st.sampled_from([*sorted(POSITIVE), KEPT, "rating", "plan", "day_ahead", "something_new"]),
        practice=st.sampled_from(["positive", "connection", *sorted(UNINVITED)]),
        confidence=st.floats(0, 1),
        private=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda item: item.text,
)


@given(entries_of_all_sorts, st.sampled_from([*TOPICS, "everything", "something", "summary", "hold"]))
def test_never_a_word_that_is_not_to_be_told(entries: list[CheckIn], topic: str) -> None:
    telling = told(entries, topic)
    pages = [telling]
    while pages[-1].rest:
        pages.append(more(pages[-1], SETTING))
    spoken = " ".join(words(one) for one in pages)
    for item in entries:
        tellable = (
            not item.private and item.practice not in UNINVITED and item.kind in POSITIVE and item.confidence >= UNSURE
        )
        if not tellable:
            assert item.text not in spoken
        elif topic in ("everything", "summary"):
            assert item.text in spoken


@given(entries_of_all_sorts)
def test_what_must_not_be_told_changes_nothing(entries: list[CheckIn]) -> None:
    counted = [item for item in entries if item.practice == "listening" and item.kind == KEPT]
    shared = [item for item in entries if not item.private and (item.practice not in UNINVITED or item in counted)]
    for topic in ("everything", "summary"):
        counts = [[say.line for say in told(some, topic).spoken] for some in (entries, shared)]
        assert counts[0] == counts[1]


def test_every_kind_that_a_ritual_keeps_is_told_or_kept_quiet_on_purpose() -> None:
    kinds = {step.save_as for ritual in load_rituals("en") for step in ritual.steps if step.save_as}
    assert kinds <= POSITIVE | UNTOLD


def test_the_page_for_the_terminal() -> None:
    span = find_span("this_week", NOON)
    late = NOON.replace(day=5, hour=23, minute=30).astimezone(UTC) + timedelta(hours=0)
    entries = [
        kept("coffee"),
        entry("you cooked", about="Ben"),
        entry("the  tea", "Ben", time=late),
        entry("hidden", private=True),
        entry("fuzzy", confidence=0.2),
    ]
    lines = page(entries, span, SETTING)
    assert lines[0] == "This week  2026-11-02 – 2026-11-08"
    assert lines[-5:] == ["2026-11-04", "  Ana → Ben: “you cooked”", "", "2026-11-05", "  Ben: “the tea”"]
    assert not any(word in line for line in lines for word in ("hidden", "fuzzy"))


@pytest.mark.parametrize(
    ("span", "heading"),
    [
        (Span("ever", None, None), "So far"),
        (find_span("today", NOON), "Today  2026-11-04"),
        (replace(find_span("today", NOON), period="2026-11-04"), "2026-11-04"),
    ],
)
def test_headings(span: Span, heading: str) -> None:
    assert page([], span, SETTING)[0] == heading
