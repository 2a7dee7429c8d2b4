"""One ritual being led: whose turn it is, what was asked, what became of the answer. Pure: events in, actions out."""

from __future__ import annotations

from datetime import datetime

from assistant.conversation.answers import EXPECTED, MOVED_ON, given, told
from assistant.conversation.beginning import opened
from assistant.conversation.course import Course
from assistant.conversation.discretion import Discretion
from assistant.conversation.entries import answer_entry, is_kept, kept_entry, takes_place
from assistant.conversation.keeping import Keeping
from assistant.conversation.memory import UNFINISHED_KEY, Memory, Unfinished, remember
from assistant.conversation.misheard import Misheard
from assistant.conversation.patience import BREAK, WHILE_PAUSED, break_begins, listening, pausing
from assistant.conversation.setting import Setting
from assistant.earcon import Earcon
from assistant.events import (
    Action,
    Asked,
    Chime,
    Elapsed,
    Event,
    Forgotten,
    Hush,
    NotSaved,
    NotUnderstood,
    NoVault,
    Quiet,
    Said,
    Save,
    Saved,
    Wait,
)
from assistant.journal.records import CheckIn
from intents.types import Intent
from prompts.types import Expects, Ritual


class Session:
    """Leads one ritual from its first beat to its last."""

    def __init__(
        self, setting: Setting, ritual: Ritual, memory: Memory, plan: Unfinished, discretion: Discretion
    ) -> None:
        self.ritual = ritual
        self.plan = plan
        self.finished = False
        self.recording = True
        self.unfinished = memory.unfinished
        self._setting = setting
        self._discretion = discretion
        self._course = Course(setting, ritual, memory, plan)
        self._misheard = Misheard(setting)
        self._speaker = ""
        self.paused = self._resting = False
        self._nudged = False
        self._keeping = Keeping(setting)
        self._unwritten = -1

    @property
    def person(self) -> str:
        """Whose turn it is; empty for both."""
        return self._speaker or self._course.beat.person

    @property
    def minutes_left(self) -> float:
        """About how long the rest takes."""
        return self._course.minutes_left

    @property
    def last_saved(self) -> tuple[str, ...]:
        """Ids of the entries that were kept last."""
        return self._keeping.last_saved

    @property
    def memory(self) -> Memory:
        """What is known after this session so far."""
        return self._course.memory

    # ------------------------------------------------------------ what happens

    def begin(self, now: datetime) -> list[Action]:
        """Name the ritual and the one who starts, and go to the first beat."""
        resumed, takes_turns = bool(self._course.start), self._course.takes_turns
        opening = opened(self._setting, self.ritual, self.plan, resumed=resumed, takes_turns=takes_turns)
        return [*opening, *self._go(self._course.start, now)]

    def react(self, event: Event, now: datetime) -> list[Action]:
        """What to do about an event; a session that is finished does nothing."""
        if self.finished:
            return []
        match event:
            case Asked(intent=intent):
                return self._asked(intent, event, now)
            case Said(text=text, confidence=confidence) if not self.paused:
                return self._answered(text, confidence, now)
            case Saved(entry=entry):
                return self._saved(entry, now)
            case NotSaved():
                return [Chime(Earcon.ERROR), self._setting.say("not_saved"), *self.listen()]
            case NoVault(entry=entry):
                return self._unkept(entry, now)
            case Forgotten():
                return self._scrapped(now)
            case NotUnderstood() if not self.paused:
                return self._not_understood()
            case Quiet() if not self.paused:
                return self._quiet(now)
            case Quiet():
                return [self._setting.say("ritual_done_early", title=self.ritual.title), *self._leave()]
            case Elapsed() if self.paused:
                self._resting = False
                return [Chime(Earcon.TIME), self._setting.say("break_over"), *self.listen()]
            case Elapsed():
                return self._elapsed(now)
            case _:
                return []

    def abandon(self) -> list[Action]:
        """The session ends here and is not offered again."""
        self.finished, self.unfinished = True, None
        return [remember(UNFINISHED_KEY, None)]

    def dismissed(self, intent: Intent) -> list[Action] | None:
        """Somebody says goodbye: what is left to do; None where it was said to somebody else, in time for talk."""
        meant = not intent.slots or self.paused or not self._course.is_timed
        return self._leave() if meant else None

    def _leave(self) -> list[Action]:
        """It ends at once; whoever asks for it again can go on here. At a gate, to leave is to say no."""
        self.finished = True
        return self.abandon() if self._course.step.gate else []

    # ------------------------------------------------------------ control sentences

    def _asked(self, intent: Intent, event: Asked, now: datetime) -> list[Action]:
        say = self._setting.say
        if self.paused and intent.name not in WHILE_PAUSED:
            return [Hush(), say("still_paused"), *self.listen()]
        match intent.name:
            case "stop":
                return [Hush(), say("stopped"), *self._leave()]
            case "pause":
                self.paused = True
                return [Hush(), say("paused"), *self.listen()]
            case "go_on" if self.paused:
                self.paused = self._resting = False
                return [Hush(), say("resumed"), *self._ask_again()]
            case "skip" | "go_on" | "pass" | "done" as name if not self._course.step.gate:
                return [Hush(), *(say(line) for line in MOVED_ON[name]), *self._next(now)]
            case "skip" | "pass" | "done":
                return self._declined()
            case "time_out":
                self.paused = self._resting = True
                return [Hush(), break_begins(self._setting, now), Wait(BREAK)]
            case "repeat":
                return [Hush(), *self._ask_again()]
            case "scrap_that":
                return self._scrap(now)
            case "time_left" | "help" | "contacts" | "stranger" as name:
                return [Hush(), *told(name, self._setting, self.minutes_left), *self.listen()]
            case "say_who":
                self._speaker = intent.slots["partner"]
                return [Hush(), Chime(Earcon.LISTENING), *self.listen()]
            case _:
                return self._short_answer(intent, event, now)

    def _scrap(self, now: datetime) -> list[Action]:
        if self._unwritten >= 0 and self._course.awaits(self._unwritten):
            self._keeping.drop(self._unwritten)
            return [Hush(), *self._again(self._unwritten, now)]
        nothing: list[Action] = [Hush(), self._setting.say("nothing_to_scrap"), *self.listen()]
        return self._keeping.take_back() or nothing

    def _scrapped(self, now: datetime) -> list[Action]:
        self._keeping.last_saved = ()
        return self._again(self._keeping.beat, now)

    def _again(self, beat: int, now: datetime) -> list[Action]:
        """The words are gone; their question is asked again."""
        self._unwritten = -1
        self._course.take_back(beat)
        return [self._setting.say("scrapped"), *self._go(beat, now)]

    # ------------------------------------------------------------ answers

    def _short_answer(self, intent: Intent, event: Asked, now: datetime) -> list[Action]:
        """Yes, no, a number or an option: an answer where one is awaited, words where words are."""
        if self._course.step.expects is Expects.WORDS:
            return self._answered(event.text, event.confidence, now)
        answer = given(self._course.step.expects, self._course.options, intent)
        return self._not_understood() if answer is None else self._decided(answer, event, now)

    def _decided(self, answer: str, event: Asked, now: datetime) -> list[Action]:
        step = self._course.step
        if step.gate and answer != "yes":
            return self._declined()
        self._course.decide(answer, written=self.recording and not self._discretion.covers(step, self.person))
        both = self._course.answers[step.id] == "yes" and self.recording
        agreed = self._keeping.agreed(step.id) if both else []
        return [Hush(), *(agreed or self._keep(answer, event.confidence, now))]

    def _declined(self) -> list[Action]:
        """Nobody said yes at the gate: it ends here, and no reason is needed."""
        return [Hush(), self._setting.say("gate_no"), *self.abandon()]

    def _answered(self, text: str, confidence: float, now: datetime) -> list[Action]:
        if self._course.step.expects is not Expects.WORDS or not text.strip():
            return self._not_understood()
        self._course.answers[self._course.step.id] = ""
        covered = self._discretion.covers(self._course.step, self.person)
        if not covered and self._course.hold_back(text.strip()):
            self._unwritten = self._course.at
        return self._keep(text.strip(), confidence, now)

    def _keep(self, text: str, confidence: float, now: datetime) -> list[Action]:
        step = self._course.step
        self._misheard.understood()
        heard = [Chime(Earcon.HEARD)] if step.expects is Expects.WORDS else []
        if not (self.recording and is_kept(self.ritual, step, text)):
            return [*heard, *self._next(now)]
        said = (self.person, text, confidence)
        entry = self._discretion.marked(answer_entry(self._setting, self.ritual, self.plan, self._course, said, now))
        if step.kept_if:
            self._keeping.hold(entry, step.kept_if, self._course.at)
            self._unwritten = self._course.at
            return [*heard, *self._next(now)]
        return self._keeping.save(entry)

    def _saved(self, entry: CheckIn, now: datetime) -> list[Action]:
        """The answer is on the disk: say so, and go on."""
        if not self._keeping.awaits(entry):
            return []
        self._unwritten = -1
        return [self._keeping.saved(self._course.at), *self._next(now)]

    def _unkept(self, entry: CheckIn, now: datetime) -> list[Action]:
        """What is for one alone could not be sealed: say so, and go on."""
        going = self._next(now) if self._keeping.awaits(entry) else []
        return [self._discretion.unkept(entry), *going]

    def _quiet(self, now: datetime) -> list[Action]:
        if self._nudged:
            gate, said = self._course.step.gate, self._setting.say("moving_on")
            return self._declined() if gate else [said, *self._next(now)]
        self._nudged = True
        return [self._setting.say("take_your_time"), *self.listen()]

    def _elapsed(self, now: datetime) -> list[Action]:
        """A timer is over and the session goes on; floor time is over and nobody is cut off."""
        return [Chime(Earcon.TIME), *(self._next(now) if self._course.is_timed else [])]

    def _not_understood(self) -> list[Action]:
        """Ask again, unless it is time for the two to talk with each other."""
        if self._course.is_timed:
            return self.listen()
        return [self._misheard.again(EXPECTED.get(self._course.step.expects, ""), self._course.options), *self.listen()]

    # ------------------------------------------------------------ moving

    def _next(self, now: datetime) -> list[Action]:
        if self._course.rests:
            return self._rest(now)
        return self._go(self._course.at + 1, now)

    def _go(self, beat: int, now: datetime) -> list[Action]:
        self._speaker, self._nudged = "", False
        self._misheard.understood()
        spoken = self._course.go(beat)
        if self._course.over:
            return [*spoken, *self._close(now)]
        if self._course.rests and self._course.step.expects is Expects.NOTHING:
            return [*spoken, *self._rest(now)]
        self.unfinished = self._course.place or self.unfinished
        return [*spoken, *self._course.remembered(), *listening(self._course.step, self._nudged)]

    def _ask_again(self) -> list[Action]:
        self._nudged = False
        return [self._course.again(), *listening(self._course.step, self._nudged)]

    def listen(self) -> list[Action]:
        """Go on listening for what the current beat awaits; a time that runs is not begun again."""
        if self.paused:
            return [pausing(self._resting)]
        return listening(self._course.step, self._nudged, anew=False)

    def _rest(self, now: datetime) -> list[Action]:
        """The sitting is over; the next one begins behind this beat."""
        rested = self._course.rested()
        return [self._setting.say("sitting_done", title=self.ritual.title), *rested, *self._ended(now)]

    def _close(self, now: datetime) -> list[Action]:
        last = [] if self._course.has_last_words else [self._setting.say("ritual_done", title=self.ritual.title)]
        return [*last, *self._course.completed(), *self._ended(now)]

    def _ended(self, now: datetime) -> list[Action]:
        """Nothing is left to be offered again; that it took place is kept, where the ritual keeps that."""
        saved = [Save(kept_entry(self._setting, self.ritual, self.plan, now))] if takes_place(self.ritual) else []
        return [*saved, *self.abandon()]
