"""Cutting frames into utterances; no sound is decoded here."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.segmenter import PRE_ROLL, TAIL, Ended, Lull, Segmenter, Sound, Turn
from audio.types import Onset, Silence
from audio.vad import FRAME_SECONDS

Event = Onset | Sound | Lull | Ended | Silence


def frame(number: int) -> bytes:
    """A frame that shows where it came from (four bytes stand for a thousand)."""
    return number.to_bytes(4, "big")


def run(decisions: list[bool], turn: Turn, at_end: bool = False) -> list[Event]:
    segmenter = Segmenter(turn)
    events = [event for n, speech in enumerate(decisions) for event in segmenter.step(frame(n), speech)]
    return [*events, *segmenter.end()] if at_end else events


def seconds(length: float, speech: bool) -> list[bool]:
    return [speech] * round(length / FRAME_SECONDS)


def sounds(events: list[Event]) -> list[int]:
    pcm = b"".join(event.pcm for event in events if isinstance(event, Sound))
    return [int.from_bytes(pcm[at : at + 4], "big") for at in range(0, len(pcm), 4)]


QUICK = Turn(patience=0.6, longest=30.0)


def test_an_utterance_has_its_pre_roll_and_its_endpoint() -> None:
    events = run(seconds(2, False) + seconds(1, True) + seconds(2, False), QUICK)
    (onset,) = [event for event in events if isinstance(event, Onset)]
    (ended,) = [event for event in events if isinstance(event, Ended)]
    assert onset.at == pytest.approx(2.0, abs=FRAME_SECONDS)
    assert ended.seconds == pytest.approx(1.0, abs=FRAME_SECONDS)
    assert ended.at == pytest.approx(3.6, abs=2 * FRAME_SECONDS)
    frames = sounds(events)
    assert frames == list(range(frames[0], frames[-1] + 1))
    assert (round(2 / FRAME_SECONDS) - frames[0]) * FRAME_SECONDS == pytest.approx(PRE_ROLL, abs=FRAME_SECONDS)
    assert (frames[-1] + 1) * FRAME_SECONDS == pytest.approx(3.0 + TAIL, abs=2 * FRAME_SECONDS)


def test_a_lull_is_told_once_in_each_pause_and_the_utterance_can_be_ended_there() -> None:
    talk = seconds(1, True) + seconds(0.5, False) + seconds(1, True)
    lulls = run(talk + seconds(2, False), Turn(patience=0.6, longest=30.0, lull=0.3))
    assert [type(event) for event in lulls if not isinstance(event, Sound | Silence)] == [Onset, Lull, Lull, Ended]
    segmenter = Segmenter(Turn(patience=0.6, longest=30.0, lull=0.3))
    for number, speech in enumerate(seconds(1, True) + seconds(0.5, False)):
        if any(isinstance(event, Lull) for event in segmenter.step(frame(number), speech)):
            ended = segmenter.finish()
            break
    assert ended.seconds == pytest.approx(1.0, abs=FRAME_SECONDS)
    assert ended.at == pytest.approx(1.3, abs=2 * FRAME_SECONDS)
    assert not segmenter.under_way


def test_a_pause_shorter_than_the_patience_is_part_of_the_utterance() -> None:
    talk = seconds(1, True) + seconds(1.5, False) + seconds(1, True) + seconds(4, False)
    assert sum(isinstance(event, Ended) for event in run(talk, QUICK)) == 2
    patient = run(talk, Turn(patience=3.0, longest=180.0))
    assert sum(isinstance(event, Ended) for event in patient) == 1
    frames = sounds(patient)
    assert frames == list(range(frames[-1] + 1))


def parted(decisions: list[bool], act: Callable[[Segmenter], None], when: int) -> list[Event]:
    segmenter, events = Segmenter(Turn(patience=3.0, longest=180.0)), list[Event]()
    for number, speech in enumerate(decisions):
        if number == when:
            act(segmenter)
        events += segmenter.step(frame(number), speech)
    return events


def test_an_utterance_can_be_parted_from_what_follows_the_next_pause() -> None:
    talk = seconds(1, True) + seconds(0.2, False) + seconds(1, True) + seconds(4, False)
    events = parted(talk, Segmenter.part, 20)
    assert [round(event.seconds, 1) for event in events if isinstance(event, Ended)] == [1.0, 1.0]
    assert sum(isinstance(event, Onset) for event in events) == 2
    frames = sounds(events)
    assert frames == list(range(frames[-1] + 1))


def test_a_pause_is_marked_once() -> None:
    events = run(seconds(1, True) + seconds(2, False), Turn(patience=1.5, longest=30.0))
    assert [event.pause for event in events if isinstance(event, Sound)].count(True) == 1


def test_patience_given_later_counts_from_the_next_utterance() -> None:
    segmenter = Segmenter(QUICK)
    segmenter.step(frame(0), True)
    segmenter.turn = Turn(patience=3.0, longest=180.0)
    first = [event for n in range(40) for event in segmenter.step(frame(n), False)]
    assert any(isinstance(event, Ended) for event in first)
    segmenter.step(frame(0), True)
    second = [event for n in range(40) for event in segmenter.step(frame(n), False)]
    assert not any(isinstance(event, Ended) for event in second)


def test_an_utterance_under_way_can_be_given_more_patience_but_not_less() -> None:
    segmenter = Segmenter(QUICK)
    segmenter.step(frame(0), True)
    segmenter.wait_for(1.2)
    segmenter.wait_for(0.1)
    events = [event for n in range(60) for event in segmenter.step(frame(n), False)]
    (ended,) = [event for event in events if isinstance(event, Ended)]
    assert ended.at == pytest.approx(1.2, abs=2 * FRAME_SECONDS)


def test_endless_speech_is_cut_and_nothing_of_it_lost() -> None:
    events = run(seconds(65, True), QUICK, at_end=True)
    assert [event.seconds for event in events if isinstance(event, Ended)] == pytest.approx([30, 30, 5], abs=0.1)
    assert sounds(events) == list(range(len(seconds(65, True))))


def test_silence_is_reported_about_once_a_second() -> None:
    reports = [e.seconds for e in run(seconds(5.5, False), QUICK) if isinstance(e, Silence)]
    assert reports == pytest.approx([1, 2, 3, 4, 5], abs=FRAME_SECONDS)


def test_silence_counts_from_the_last_speech_and_anew_when_asked() -> None:
    events = run(seconds(1, True) + seconds(3.2, False), QUICK)
    assert [e.seconds for e in events if isinstance(e, Silence)] == pytest.approx([1, 2, 3], abs=2 * FRAME_SECONDS)
    segmenter = Segmenter(QUICK)
    for n in range(100):
        segmenter.step(frame(n), False)
    segmenter.wait_anew()
    reports = [e for n in range(40) for e in segmenter.step(frame(n), False) if isinstance(e, Silence)]
    assert [e.seconds for e in reports] == pytest.approx([1.0], abs=FRAME_SECONDS)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=12), st.floats(0.1, 2.0))
def test_any_decisions_give_well_formed_utterances(runs: list[tuple[bool, int]], patience: float) -> None:
    decisions = [speech for speech, length in runs for _ in range(length)]
    events = run(decisions, Turn(patience, longest=3.0), at_end=True)
    inside = False
    for event in events:
        match event:
            case Onset():
                assert not inside
                inside = True
            case Sound():
                assert inside
            case Ended():
                assert inside
                inside = False
            case Silence():
                assert not inside
    assert not inside
    heard = sounds(events)
    assert all(one < other for one, other in pairwise(heard))
    assert {n for n, speech in enumerate(decisions) if speech} <= set(heard)
