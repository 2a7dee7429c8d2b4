"""One ritual being led: whose turn it is, what was asked, what became of the answer. Pure: events in, actions out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from assistant.conversation.memory import STARTER_KEY, UNFINISHED_KEY, USED_KEY, Memory, Unfinished, remember
from assistant.conversation.misheard import Misheard
from assistant.conversation.program import Beat, choose, takes_part, unroll
from assistant.conversation.setting import Setting
from assistant.events import (
    Action,
    Asked,
    Chime,
    Earcon,
    Elapsed,
    Event,
    Forget,
    Forgotten,
    Hush,
    Listen,
    Mode,
    NotSaved,
    NotUnderstood,
    Patience,
    Quiet,
    Said,
    Save,
    Saved,
    Say,
    Wait,
)
from assistant.journal.records import APPRECIATION, KEPT, CheckIn, Query
from intents.types import Intent
from prompts.types import Expects, Keeps, Ritual

FIRST_QUIET = 15.0
"""Seconds of quiet after a question before the gentle nudge (practices: 12 to 15)."""

SECOND_QUIET = 20.0
"""Seconds of quiet after the nudge before the session moves on."""

EXPECTED = {Expects.YES_NO: "yes_or_no", Expects.RATING: "say_a_number", Expects.CHOICE: "say_an_option"}
"""Lines that name what can be answered."""

WHILE_PAUSED = frozenset({"go_on", "stop", "help", "contacts", "time_left"})
"""Control sentences that count during a pause."""


@dataclass(slots=True)
class _Turn:
    """What has happened since the current beat was asked."""

    said: str = ""
    """The prompt as it was spoken."""
    prompt: str = ""
    """Id of the prompt."""
    nudged: bool = False
    """Whether the gentle nudge was given."""


class Session:
    """Leads one ritual from its first beat to its last."""

    def __init__(self, setting: Setting, ritual: Ritual, memory: Memory, plan: Unfinished) -> None:
        self.ritual = ritual
        self.memory = memory
        self.plan = plan
        self.finished = False
        self.recording = True
        self.last_saved = ""
        self._setting = setting
        self._beats = unroll(ritual, plan.starter, setting.other(plan.starter))
        self._answers = dict(plan.answers)
        self._at = plan.beat
        self._speaker = ""
        self._turn = _Turn()
        self._paused = False
        self._misheard = Misheard(setting)
        self._saved_at = 0
        self._saves = 0

    @property
    def person(self) -> str:
        """Whose turn it is; empty for both."""
        return self._speaker or self._beat.person

    # ------------------------------------------------------------ what happens

    def begin(self, now: datetime) -> list[Action]:
        """Name the ritual and the one who starts, and go to the first beat."""
        say, start = self._setting.say, self.plan.starter
        if self._at:
            return [say("ritual_resumed", title=self.ritual.title), *self._go(self._at, now)]
        opening = say("ritual_begin", title=self.ritual.title, name=start)
        after = self._setting.other(start)
        return [opening, remember(STARTER_KEY, after), *self._go(0, now)]

    def react(self, event: Event, now: datetime) -> list[Action]:
        """What to do about an event; a session that is finished does nothing."""
        if self.finished:
            return []
        match event:
            case Asked(intent=intent):
                return self._asked(intent, event, now)
            case Said(text=text, confidence=confidence) if not self._paused:
                return self._answered(text, confidence, now)
            case Saved(entry=entry):
                return self._saved(entry, now)
            case NotSaved():
                return [self._setting.say("not_saved"), *self.listen()]
            case Forgotten():
                return self._scrapped(now)
            case NotUnderstood() if not self._paused:
                return self._not_understood()
            case Quiet() if not self._paused:
                return self._quiet(now)
            case Elapsed() if not self._paused:
                return [Chime(Earcon.TIME), *self._next(now)]
            case _:
                return []

    def abandon(self) -> list[Action]:
        """The session ends here and is not offered again."""
        self.finished = True
        return [remember(UNFINISHED_KEY, None)]

    # ------------------------------------------------------------ control sentences

    def _asked(self, intent: Intent, event: Asked, now: datetime) -> list[Action]:
        say = self._setting.say
        if self._paused and intent.name not in WHILE_PAUSED:
            return [Hush(), say("still_paused"), *self.listen()]
        match intent.name:
            case "stop":
                return [Hush(), say("stopped"), *self.abandon()]
            case "pause":
                self._paused = True
                return [Hush(), say("paused"), Listen(Mode.CONTROLS)]
            case "go_on" if self._paused:
                self._paused = False
                return [Hush(), say("resumed"), *self._ask_again()]
            case "skip" | "go_on":
                return [Hush(), say("skipped"), *self._next(now)]
            case "pass":
                return [Hush(), say("passed"), *self._next(now)]
            case "done":
                return [Hush(), *self._next(now)]
            case "repeat":
                return [Hush(), *self._ask_again()]
            case "scrap_that":
                return self._scrap()
            case "time_left":
                return [Hush(), self._time_left(), *self.listen()]
            case "help":
                return [Hush(), say("help_ritual"), *self.listen()]
            case "contacts":
                return [Hush(), *self._setting.say_contacts(), *self.listen()]
            case "say_who":
                return self._named(intent.slots["partner"])
            case _:
                return self._short_answer(intent, event, now)

    def _scrap(self) -> list[Action]:
        if not self.last_saved:
            return [Hush(), self._setting.say("nothing_to_scrap"), *self.listen()]
        return [Hush(), Forget(Query(ids=(self.last_saved,)))]

    def _scrapped(self, now: datetime) -> list[Action]:
        """The words are gone; their question is asked again."""
        self.last_saved = ""
        return [self._setting.say("scrapped"), *self._go(self._saved_at, now)]

    def _named(self, partner: str) -> list[Action]:
        self._speaker = partner
        return [Hush(), Chime(Earcon.LISTENING), *self.listen()]

    def _time_left(self) -> Say:
        left = self.ritual.minutes * (len(self._beats) - self._at) / max(len(self._beats), 1)
        if left < 1:
            return self._setting.say("less_than_a_minute")
        return self._setting.say("minutes_left", minutes=round(left))

    # ------------------------------------------------------------ answers

    def _short_answer(self, intent: Intent, event: Asked, now: datetime) -> list[Action]:
        """Yes, no, a number or an option: an answer where one is awaited, words where words are."""
        match self._beat.step.expects, intent.name:
            case Expects.WORDS, _:
                return self._answered(event.text, event.confidence, now)
            case Expects.YES_NO, "yes" | "no" as answer:
                return self._decided(answer, event, now)
            case Expects.RATING, "number":
                return self._decided(intent.slots["value"], event, now)
            case Expects.CHOICE, "choose":
                return self._decided(intent.slots["option"], event, now)
            case Expects.CHOICE, "number":
                return self._numbered(int(intent.slots["value"]), event, now)
            case _:
                return self._not_understood()

    def _numbered(self, number: int, event: Asked, now: datetime) -> list[Action]:
        options = self._beat.step.options
        if not 1 <= number <= len(options):
            return self._not_understood()
        return self._decided(options[number - 1], event, now)

    def _decided(self, answer: str, event: Asked, now: datetime) -> list[Action]:
        step = self._beat.step
        if step.gate and answer != "yes":
            return [Hush(), self._setting.say("gate_no"), *self.abandon()]
        self._answers[step.id] = answer
        return [Hush(), *self._keep(answer, event.confidence, now)]

    def _answered(self, text: str, confidence: float, now: datetime) -> list[Action]:
        if self._beat.step.expects is not Expects.WORDS:
            return self._not_understood()
        if not text.strip():
            return self._not_understood()
        self._answers[self._beat.step.id] = ""
        return self._keep(text.strip(), confidence, now)

    def _keep(self, text: str, confidence: float, now: datetime) -> list[Action]:
        step = self._beat.step
        self._misheard.understood()
        if not step.save_as or self.ritual.keeps is not Keeps.WORDS or not self.recording:
            return self._next(now)
        speaker = self.person
        entry = CheckIn(
            id=self._setting.new_id(now),
            time=now,
            session=self.plan.session,
            ritual=self.ritual.id,
            practice=self.ritual.practice,
            prompt=self._turn.prompt,
            speaker=speaker,
            about=self._setting.other(speaker) if step.save_as == APPRECIATION else "",
            kind=step.save_as,
            text=text,
            confidence=confidence,
            private=step.private,
        )
        return [Save(entry)]

    def _saved(self, entry: CheckIn, now: datetime) -> list[Action]:
        if entry.kind == KEPT:
            return []
        self.last_saved, self._saved_at = entry.id, self._at
        self._saves += 1
        told = self._setting.say("saved") if self._saves == 1 else Chime(Earcon.SAVED)
        return [told, *self._next(now)]

    # ------------------------------------------------------------ patience

    def _quiet(self, now: datetime) -> list[Action]:
        if self._turn.nudged:
            return [self._setting.say("moving_on"), *self._next(now)]
        self._turn.nudged = True
        return [self._setting.say("take_your_time"), *self.listen()]

    def _not_understood(self) -> list[Action]:
        step = self._beat.step
        return [self._misheard.again(EXPECTED.get(step.expects, ""), step.options), *self.listen()]

    # ------------------------------------------------------------ moving

    @property
    def _beat(self) -> Beat:
        return self._beats[self._at]

    def _next(self, now: datetime) -> list[Action]:
        return self._go(self._at + 1, now)

    def _go(self, beat: int, now: datetime) -> list[Action]:
        """Speak from this beat on until something is awaited, or the session is over."""
        spoken: list[Action] = []
        for at in range(beat, len(self._beats)):
            if not takes_part(self._beats[at].step, self._answers):
                continue
            self._at, self._speaker, self._turn = at, "", _Turn()
            self._misheard.understood()
            spoken += self._ask()
            if self._beat.step.expects is not Expects.NOTHING:
                return [*spoken, *self._remember_place(), *self.listen()]
        return [*spoken, *self._close(now)]

    def _ask(self) -> list[Action]:
        step, person = self._beat.step, self._beat.person
        prompt = choose(step.prompts, self.memory, self._setting.rng)
        self.memory = self.memory.using(prompt, step.prompts)
        self._turn.prompt = prompt.id
        self._turn.said = self._fill(prompt.text)
        named = not person or "{name}" in prompt.text
        call: list[Action] = [] if named else [self._setting.say("your_turn", name=person)]
        return [*call, Say(self._turn.said, prompt.id)]

    def _fill(self, text: str) -> str:
        first = self.plan.starter
        step, person = self._beat.step, self._beat.person
        values: dict[str, object] = {
            "name": person,
            "partner": self._setting.other(person),
            "first": first,
            "second": self._setting.other(first),
            "seconds": round(step.seconds),
            "minutes": round(step.seconds / 60),
        }
        for key, answer in self._answers.items():
            text = text.replace("{answer." + key + "}", answer)
        return text.format_map(values)

    def _ask_again(self) -> list[Action]:
        self._turn.nudged = False
        return [Say(self._turn.said, self._turn.prompt), *self.listen()]

    def listen(self) -> list[Action]:
        """Listen for what the current beat awaits."""
        step = self._beat.step
        if self._paused:
            return [Listen(Mode.CONTROLS)]
        quiet = SECOND_QUIET if self._turn.nudged else FIRST_QUIET
        match step.expects:
            case Expects.TIME:
                return [Wait(step.seconds)]
            case Expects.WORDS:
                return [Chime(Earcon.LISTENING), Listen(Mode.ANSWERS, Patience.ANSWER, quiet)]
            case Expects.RATING | Expects.CHOICE:
                return [Listen(Mode.COMMANDS, Patience.COMMAND, quiet)]
            case _:
                return [Listen(Mode.CONTROLS, Patience.COMMAND, quiet)]

    def _remember_place(self) -> list[Action]:
        place = replace(self.plan, beat=self._at, answers=self._answers)
        kept = self.ritual.keeps is not Keeps.NOTHING
        return [
            remember(USED_KEY, sorted(self.memory.used)),
            *([remember(UNFINISHED_KEY, place)] if kept else []),
        ]

    def _close(self, now: datetime) -> list[Action]:
        done: list[Action] = [self._setting.say("ritual_done", title=self.ritual.title), *self.abandon()]
        if self.ritual.keeps is Keeps.NOTHING:
            return done
        kept = CheckIn(
            id=self._setting.new_id(now),
            time=now,
            session=self.plan.session,
            ritual=self.ritual.id,
            practice=self.ritual.practice,
            prompt="",
            speaker="",
            kind=KEPT,
            text="",
            seconds=max(0.0, (now - self.plan.began).total_seconds()),
        )
        return [Save(kept), *done]
