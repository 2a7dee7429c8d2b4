"""The course of one session: which beat it is at, what was asked there, what was answered. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.conversation.memory import (
    SITTINGS_KEY,
    UNFINISHED_KEY,
    USED_KEY,
    Memory,
    Rest,
    Unfinished,
    remember,
)
from assistant.conversation.program import DELICATE, Beat, choose, takes_part, unroll
from assistant.conversation.setting import Setting
from assistant.conversation.waiting import PLACEHOLDER, HeldBack, awaited, conditions, going_on
from assistant.events import Remember, Say
from prompts.types import IDEAS, Begins, Expects, Keeps, Prompt, Ritual, Step, Who


class Course:
    """Moves from beat to beat, choosing and filling in the prompts."""

    def __init__(self, setting: Setting, ritual: Ritual, memory: Memory, plan: Unfinished) -> None:
        self.memory = memory
        self.at = 0
        self.over = False
        self.prompt = ""
        self.asked = ""
        self.answers = dict(plan.answers)
        self._chosen: dict[int, Prompt] = {}
        self._offered: dict[int, tuple[str, ...]] = {}
        self._votes: dict[str, dict[str, str]] = {}
        self._unwritten: set[str] = set()
        self._setting = setting
        self._ritual = ritual
        self._plan = plan
        self._beats = unroll(ritual, plan.starter, setting.other(plan.starter))
        self._held_back = HeldBack(self._beats, plan.starter)

    @property
    def beat(self) -> Beat:
        """The current beat."""
        return self._beats[self.at]

    @property
    def step(self) -> Step:
        """What the current beat says and awaits."""
        return self.beat.step

    @property
    def start(self) -> int:
        """The beat to begin with; the first, where a ritual was changed while it rested."""
        return self._plan.beat if self._plan.beat < len(self._beats) else 0

    @property
    def rests(self) -> bool:
        """Whether the sitting ends with the current beat."""
        after = self._beats[self.at + 1 :]
        return self.step.ends_sitting and bool(after) and after[0].step is not self.step

    @property
    def is_timed(self) -> bool:
        """Whether a time runs in which people talk with each other, or are quiet together."""
        return self.step.expects is Expects.TIME

    @property
    def options(self) -> tuple[str, ...]:
        """What can be chosen at the current beat."""
        return self._offered.get(self.at, self.step.options)

    @property
    def takes_turns(self) -> bool:
        """Whether anything in it is for one of the two."""
        return any(beat.person for beat in self._beats)

    @property
    def has_last_words(self) -> bool:
        """Whether the ritual's own words close it."""
        return self._beats[-1].step.expects is Expects.NOTHING

    @property
    def minutes_left(self) -> float:
        """About how long the rest takes."""
        beats = len(self._beats)
        return self._ritual.minutes * (beats - self.at) / beats

    def go(self, beat: int) -> list[Say]:
        """Speak from this beat on until something is awaited, or until the course is over."""
        spoken: list[Say] = []
        for at in range(beat, len(self._beats)):
            if not takes_part(self._beats[at].step, self.answers) or self._is_settled(at):
                continue
            self.at = at
            spoken += self._ask()
            if self.step.expects is not Expects.NOTHING or self.rests:
                return spoken
        self.over = True
        return spoken

    def decide(self, answer: str, *, written: bool = True) -> None:
        """A short answer at the current beat, which may be written down or not. What is asked of each is a yes when
        both said so."""
        step = self.step
        self.answers[step.id] = answer
        if not written:
            self._unwritten.add(step.id)
        if step.expects is Expects.YES_NO and step.who is Who.EACH:
            votes = self._votes.setdefault(step.id, {})
            votes[self.beat.person] = answer
            beats = [beat for beat in self._beats if beat.step is step]
            self.answers[step.id] = "yes" if list(votes.values()) == ["yes"] * len(beats) else "no"

    def take_back(self, beat: int) -> None:
        """The answer to this beat is gone, as if it had not been given."""
        step, person = self._beats[beat].step, self._beats[beat].person
        self.answers.pop(step.id, None)
        self._votes.get(step.id, {}).pop(person, None)
        self._held_back.drop(beat)

    def hold_back(self, text: str) -> bool:
        """Hold the words back, if a later step reads them; whether one does."""
        return self._held_back.hold(self.at, text)

    def awaits(self, beat: int) -> bool:
        """Whether what was said at this beat still waits, unwritten, for a step to come."""
        return awaited(self._beats, self.at, beat)

    def again(self) -> Say:
        """The current prompt as it was spoken."""
        return Say(self.asked, self.prompt)

    @property
    def place(self) -> Unfinished | None:
        """Where to go on after an interruption. It would be offered to whoever is there: what is delicate, or one
        person's alone, leaves no place."""
        fleeting = self._ritual.keeps is Keeps.NOTHING or self._ritual.begins is Begins.ALONE
        if fleeting or self._ritual.practice in DELICATE:
            return None
        kept = self._kept(self.at)
        return replace(self._plan, beat=going_on(self._beats, self.at, self.answers, kept), answers=kept)

    def _kept(self, beat: int) -> dict[str, str]:
        """The answers that may be written; where only the session itself is, those that its place tells anyway."""
        steers = conditions(self._beats[beat:])
        every = self._ritual.keeps is Keeps.WORDS
        kept = {step: answer for step, answer in self.answers.items() if every or step in steers}
        return {step: answer for step, answer in kept.items() if step not in self._unwritten}

    def remembered(self) -> list[Remember]:
        """The prompts that were used, and the place to go on from."""
        return [*self.spoken(), *([remember(UNFINISHED_KEY, self.place)] if self.place else [])]

    def spoken(self) -> list[Remember]:
        """Which prompts were used; what keeps nothing leaves not even that."""
        return [] if self._ritual.keeps is Keeps.NOTHING else [remember(USED_KEY, sorted(self.memory.used))]

    def rested(self) -> list[Remember]:
        """The next sitting goes on behind this beat."""
        rest = Rest(self.at + 1, self._kept(self.at + 1))
        self.memory = replace(self.memory, sittings={**self.memory.sittings, self._ritual.id: rest})
        return [*self.spoken(), remember(SITTINGS_KEY, self.memory.sittings)]

    def completed(self) -> list[Remember]:
        """All sittings are over: the next time begins at the beginning."""
        if self._ritual.id not in self.memory.sittings:
            return self.spoken()
        left = {ritual: rest for ritual, rest in self.memory.sittings.items() if ritual != self._ritual.id}
        self.memory = replace(self.memory, sittings=left)
        return [*self.spoken(), remember(SITTINGS_KEY, left)]

    def _ask(self) -> list[Say]:
        step, person = self.beat.step, self.beat.person
        prompt = self._chosen.get(self.at) or self._choose(step.prompts)
        self._chosen[self.at] = prompt
        if step.ideas and self.at not in self._offered:
            self._offered[self.at] = tuple(self._filled(self._choose(step.ideas).text) for _ in IDEAS)
        self.prompt, self.asked = prompt.id, self._filled(prompt.text)
        if not person or "{name}" in prompt.text or self._ritual.begins is Begins.ALONE:
            return [self.again()]
        return [self._setting.say("your_turn", name=person), self.again()]

    def _choose(self, prompts: Sequence[Prompt]) -> Prompt:
        """One that was not used for the longest time, which is used from now on."""
        prompt = choose(prompts, self.memory, self._setting.rng)
        self.memory = self.memory.using(prompt, prompts, kept=self._ritual.keeps is not Keeps.NOTHING)
        return prompt

    def _is_settled(self, at: int) -> bool:
        """Whether the sentence that asked for the session already answered this choice."""
        step = self._beats[at].step
        return step.expects is Expects.CHOICE and step.who is not Who.EACH and step.id in self._plan.answers

    def _filled(self, text: str) -> str:
        """The prompt with its placeholders filled."""
        first, person, seconds = self._plan.starter, self.beat.person, self.step.seconds
        values: dict[str, str] = {
            "name": person,
            "partner": self._setting.other(person),
            "first": first,
            "second": self._setting.other(first),
            "seconds": str(round(seconds)),
            "minutes": str(round(seconds / 60)),
            **dict(zip(IDEAS, self.options, strict=False)),
            **{f"answer.{step}": answer for step, answer in {**self.answers, **self._held_back.words}.items()},
        }
        return PLACEHOLDER.sub(lambda found: values.get(found[1]) or self._unsaid(), text)

    def _unsaid(self) -> str:
        """What stands for an answer that was passed."""
        return self._setting.lines.name("answer", "unsaid")
