"""The alarm on a clock of its own, and the whole loop with it: on time, once, late, never over speech or a ritual."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue

import pytest

from assistant.alarm import AGAIN, SELDOM, SOON, Alarm
from assistant.attention import Attention
from assistant.conversation import Conversation, Memory
from assistant.conversation.consent import Consent
from assistant.events import Action, Due, Event, Say
from assistant.inbox import AudioClock, Inbox, Line
from assistant.journal import Journal
from assistant.loop import run
from assistant.mouth import Mouth
from assistant.parts import Parts
from assistant.reminders import KEY, LATE, Kind, QuietHours, Reminder, Rule
from assistant.speaking import AtOnce
from assistant.weekdays import Weekday
from assistant.wiring import SilentVoice
from audio.player import NullPlayer
from audio.sentences import split
from audio.types import AudioChunk, Clip, Heard, Hearing, Onset, Silence, Transcript
from tests.stage import setting, understanding

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
EVENING = NOON.replace(hour=21, minute=30)
STEP = 10.0
QUIET = bytes(int(STEP * 32_000))


def evening(**changes: object) -> Reminder:
    rule = Rule(datetime(2026, 3, 1, 21, 30), tuple(Weekday))
    values = {"id": "r1", "kind": Kind.TOGETHER, "rule": rule, "made": NOON, "settled": NOON, **changes}
    return Reminder(**values)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the alarm alone


@dataclass
class Clock:
    time: datetime = NOON
    rung: list[Due] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def alarm(self, *reminders: Reminder) -> Alarm:
        alarm = Alarm(self.now, self.rung.append)
        alarm.watch(reminders)
        return alarm

    def at(self, time: datetime, alarm: Alarm) -> int:
        """How often it rings when it looks at this time."""
        before, self.time = len(self.rung), time
        alarm.look()
        return len(self.rung) - before


def test_it_rings_when_it_is_time_and_not_before() -> None:
    clock = Clock()
    alarm = clock.alarm(evening())
    assert clock.at(EVENING - timedelta(seconds=1), alarm) == 0
    assert clock.at(EVENING, alarm) == 1
    assert clock.rung == [Due(evening())]


def test_it_rings_again_until_the_reminder_was_told() -> None:
    clock = Clock()
    alarm = clock.alarm(evening())
    assert clock.at(EVENING, alarm) == 1
    assert clock.at(EVENING + timedelta(seconds=1), alarm) == 0
    alarm.again(clock.rung[0])
    assert clock.at(EVENING + timedelta(seconds=1 + SOON), alarm) == 1
    assert clock.at(EVENING + timedelta(seconds=1 + SOON + AGAIN), alarm) > 0
    alarm.watch([evening().told(clock.time)])
    assert clock.at(EVENING + timedelta(minutes=20), alarm) == 0
    assert clock.at(EVENING + timedelta(days=1), alarm) == 1


def test_however_often_it_comes_at_a_bad_moment_it_rings_once_each_time() -> None:
    clock = Clock()
    alarm = clock.alarm(evening())
    rings = []
    for minute in range(15):
        before = len(clock.rung)
        rings.append(clock.at(EVENING + timedelta(minutes=minute), alarm))
        for due in clock.rung[before:]:
            alarm.again(due)
    assert rings == [1] * 15


def test_what_cannot_be_told_all_day_rings_less_and_less_often() -> None:
    clock = Clock()
    alarm = clock.alarm(evening(rule=Rule(datetime(2026, 3, 4, 20))))
    began = datetime(2026, 3, 4, 20, tzinfo=UTC)
    rung = [second for second in range(0, 86_400, 10) if clock.at(began + timedelta(seconds=second), alarm)]
    gaps = [later - sooner for sooner, later in pairwise(rung)]
    assert rung[0] == 0
    assert gaps[:4] == [60, 120, 240, 480]
    assert set(gaps[4:]) == {SELDOM}
    assert len(rung) <= 100
    alarm.watch([evening(rule=Rule(datetime(2026, 3, 6, 20)))])
    assert clock.at(datetime(2026, 3, 6, 20, tzinfo=UTC), alarm) == 1, "and the next one is told in time"


def test_who_talks_on_is_not_asked_every_three_seconds() -> None:
    clock = Clock()
    alarm = clock.alarm(evening())
    rung = []
    for second in range(25 * 60):
        before = len(clock.rung)
        rung += [second] * clock.at(EVENING + timedelta(seconds=second), alarm)
        for due in clock.rung[before:]:
            alarm.again(due)
    gaps = [later - sooner for sooner, later in pairwise(rung)]
    assert gaps[:5] == [3, 6, 12, 24, 48]
    assert set(gaps[5:]) == {AGAIN}, "a repeating one is late after half an hour, so each minute counts"


@pytest.mark.parametrize(("asleep", "rings"), [(LATE, 1), (LATE + timedelta(minutes=1), 0), (timedelta(days=1), 1)])
def test_a_machine_that_slept_rings_only_for_what_is_not_long_over(asleep: timedelta, rings: int) -> None:
    clock = Clock()
    alarm = clock.alarm(evening())
    assert clock.at(EVENING + asleep, alarm) == rings


def test_what_is_due_once_survives_any_sleep() -> None:
    clock = Clock()
    alarm = clock.alarm(evening(rule=Rule(datetime(2026, 3, 5, 9))))
    assert clock.at(NOON + timedelta(days=20), alarm) == 1


def test_a_clock_that_was_ahead_loses_nothing() -> None:
    clock = Clock()
    alarm = clock.alarm(evening())
    assert clock.at(datetime(2040, 1, 1, 12, tzinfo=UTC), alarm) == 0
    clock.time = NOON
    alarm.watch([evening()])
    assert clock.at(EVENING, alarm) == 1


def test_what_was_cancelled_does_not_ring() -> None:
    clock = Clock()
    alarm = clock.alarm(evening(), evening(id="r2"))
    alarm.watch([evening(id="r2")])
    alarm.again(Due(evening()))
    assert clock.at(EVENING, alarm) == 1
    assert clock.rung[0].reminder.id == "r2"


def test_the_thread_rings_by_itself_and_ends_when_closed() -> None:
    rung = SimpleQueue[Due]()
    clock = Clock()
    alarm = Alarm(clock.now, rung.put)
    alarm.watch([evening()])
    alarm.start()
    clock.time = EVENING
    alarm.watch([evening()])
    assert rung.get(timeout=20) == Due(evening())
    alarm.close()
    alarm.close()


# ---------------------------------------------------------------- the whole loop


@dataclass
class Script:
    """A source that is not live: seconds of quiet, and what is typed or said in between."""

    moves: deque[Line | AudioChunk]
    put: Callable[[Line], None]
    live: bool = False

    def start(self, put: Callable[[AudioChunk | None], None]) -> None: ...

    def read(self) -> AudioChunk | None:
        while self.moves:
            move = self.moves.popleft()
            if isinstance(move, AudioChunk):
                return move
            self.put(move)
            if not self.moves or not isinstance(self.moves[0], Line):
                return AudioChunk(b"")
        return None

    def close(self) -> None: ...


class TextEar:
    """Hears sound that carries its text: `(` begins an utterance, `)` and words end it."""

    def listen_for(self, hearing: Hearing, patience: float, sure: float = 0.0) -> None: ...

    def hear(self, chunk: AudioChunk) -> list[Onset | Heard | Silence]:
        if chunk.pcm.startswith(b"("):
            return [Onset(0.0)]
        if chunk.pcm.startswith(b")"):
            said = Transcript(chunk.pcm[1:].split(b"\0")[0].decode(), 1.0)
            return [Heard(said, None, 1.0, 1.0)]
        return []

    def part(self) -> None: ...

    def end(self) -> list[Heard]:
        return []

    def close(self) -> None: ...


@dataclass
class Recorder:
    """What was said, and when."""

    now: Callable[[], datetime]
    said: list[tuple[str, str]] = field(default_factory=list)

    def voice_started(self, onset: Onset) -> None: ...

    def heard(self, heard: Heard) -> None: ...

    def event(self, event: Event) -> None: ...

    def action(self, action: Action) -> None:
        if isinstance(action, Say):
            self.said.append((f"{self.now():%a %H:%M}", action.line))

    def trouble(self, message: str) -> None: ...


def quiet(hours: float) -> Iterator[AudioChunk]:
    return (AudioChunk(QUIET) for _ in range(round(hours * 3600 / STEP)))


def spoken(text: str, seconds: float) -> Iterator[AudioChunk]:
    """Somebody who takes so long to say this."""
    yield AudioChunk(b"(".ljust(32_000, b"\0"))
    yield from quiet(seconds / 3600)
    yield AudioChunk((b")" + text.encode()).ljust(32_000, b"\0"))


def play(
    folder: Path, *moves: str | Iterator[AudioChunk], now: datetime = NOON, ear: TextEar | None = None
) -> list[tuple[str, str]]:
    """The real loop, journal, alarm and conversation; time is counted in what is heard."""
    script = deque[Line | AudioChunk]()
    for move in moves:
        script.extend([Line(move)] if isinstance(move, str) else move)
    inbox = Inbox()
    clock = AudioClock(lambda: now, live=False)
    recorder = Recorder(clock.now)
    hours = QuietHours(EVENING.replace(hour=23, minute=0).time(), NOON.replace(hour=6).time())
    with Journal.open(folder) as journal:
        memory = Memory.load(journal.recall)
        alarm = Alarm(clock.now, inbox.put, hours)
        alarm.watch(memory.reminders)
        silence = Clip(b"", 22_050)
        parts = Parts(
            inbox=inbox,
            ear=ear,
            understanding=understanding(),
            mouth=Mouth(SilentVoice(), AtOnce(NullPlayer(), print), split, lambda name: silence, lambda token: None),
            journal=journal,
            attention=Attention(lambda _: 0.3, counts_quiet=False),
            clock=clock,
            alarm=alarm,
            screen=recorder,
            ahead=lambda ritual: None,
            agree=lambda keeps: None,
            patience={"command": 0.6, "answer": 3.0},
        )
        inbox.follow(Script(script, inbox.put))
        run(parts, Conversation(setting(quiet_hours=hours), memory, Consent.GIVEN))
    return recorder.said


def reminders_in(told: list[tuple[str, str]]) -> list[tuple[str, str]]:
    spoken_of = ("reminder_together", "reminder_words", "reminder_ritual", "reminder_late")
    return [(when, line) for when, line in told if line in spoken_of]


def test_it_is_told_each_evening_once(tmp_path: Path) -> None:
    told = play(tmp_path, "remind us every evening at nine thirty", quiet(80))
    assert reminders_in(told) == [(f"{day} 21:30", "reminder_together") for day in ("Wed", "Thu", "Fri")]


def test_it_is_kept_over_a_restart_and_not_told_twice(tmp_path: Path) -> None:
    play(tmp_path, "remind us every evening at nine thirty", quiet(1))
    again = play(tmp_path, quiet(1.1), now=EVENING - timedelta(hours=1))
    assert reminders_in(again) == [("Wed 21:30", "reminder_together")]
    assert reminders_in(play(tmp_path, quiet(1), now=EVENING + timedelta(minutes=10))) == []


def test_a_little_late_after_a_restart_it_is_still_told(tmp_path: Path) -> None:
    play(tmp_path, "remind us every evening at nine thirty")
    late = play(tmp_path, quiet(1), now=EVENING + timedelta(minutes=20))
    assert reminders_in(late) == [("Wed 21:50", "reminder_together")]
    assert reminders_in(play(tmp_path, quiet(1), now=EVENING + timedelta(days=1, hours=1))) == []


def test_what_was_missed_once_is_told_when_somebody_is_there_again(tmp_path: Path) -> None:
    play(tmp_path, "remind us to call grandma tomorrow at noon")
    late = play(tmp_path, quiet(0.1), now=NOON + timedelta(days=3))
    assert reminders_in(late) == [("Sat 12:00", "reminder_late"), ("Sat 12:00", "reminder_words")]
    with Journal.open(tmp_path, read_only=True) as journal:
        assert journal.recall(KEY) == ""


def test_quiet_hours_put_off_to_the_morning_and_say_so(tmp_path: Path) -> None:
    told = play(tmp_path, "remind us tonight at eleven thirty to lock the door", quiet(30))
    assert ("Wed 12:00", "reminder_quiet") in told
    assert reminders_in(told) == [("Thu 06:00", "reminder_words")]


def test_snoozed_it_comes_again(tmp_path: Path) -> None:
    told = play(tmp_path, "remind us every evening at nine thirty", quiet(9.51), "snooze", quiet(1))
    assert reminders_in(told) == [("Wed 21:30", "reminder_together"), ("Wed 21:40", "reminder_together")]


def test_never_inside_a_ritual(tmp_path: Path) -> None:
    told = play(
        tmp_path, "remind us every evening at nine thirty", quiet(9.4), "start our coffee ritual", quiet(0.8), "stop"
    )
    assert reminders_in(told) == [("Wed 22:12", "reminder_together")]


def test_never_over_somebodys_speech(tmp_path: Path) -> None:
    told = play(
        tmp_path,
        "remind us every evening at nine thirty",
        quiet(9.49),
        spoken("what reminders do we have", 300),
        quiet(0.1),
        ear=TextEar(),
    )
    assert [line for _, line in told][-3:-1] == ["reminder_item_together", "reminder_together"]
    assert reminders_in(told)[0][0] >= "Wed 21:34"


def test_what_is_cancelled_leaves_no_trace_on_the_disk(tmp_path: Path) -> None:
    secret = "xylophone"
    play(tmp_path, f"remind us to buy a {secret} tomorrow", "i appreciate that you cooked", "this is sam", quiet(0.1))
    assert any(secret.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    play(tmp_path, "cancel all reminders")
    assert not any(secret.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
