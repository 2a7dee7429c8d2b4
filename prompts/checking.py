"""What a ritual file must not say: everything the engine could not lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Formatter

from prompts.marks import Marked, Trail
from prompts.schema import RitualFile, StepBody
from prompts.types import IDEAS, Begins, Expects, Keeps, Who

PRACTICES = (
    "quality_time",
    "listening",
    "positive",
    "self_care",
    "presence",
    "issues",
    "generosity",
    "forgiveness",
    "connection",
    "help",
    "household",
)
"""The ten practices, and a household's own."""

NAMED = ("name", "partner")
"""Placeholders that need a turn: who is speaking, and the other one."""

ALWAYS = ("first", "second", "seconds", "minutes")
"""Placeholders that every step knows: who starts, the other one, and how long the step takes."""

GATED = ("listening", "issues", "forgiveness")
"""Practices that open with a gate: only if both feel safe to disagree."""

ANSWERED = (Expects.WORDS, Expects.YES_NO, Expects.RATING, Expects.CHOICE, Expects.DAY)
"""What leaves an answer."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A wording and where it stands."""

    id: str
    """Its id."""
    text: str
    """Its words, with placeholders."""
    marked: Marked
    """Its file."""
    trail: Trail
    """Its place in the file."""


Collections = dict[str, tuple[Placed, ...]]
"""Wordings by name of the collection."""


def check_ritual(
    marked: Marked,
    file: RitualFile,
    names: Sequence[str],
    wordings: Sequence[tuple[Placed, ...]],
    ideas: Sequence[tuple[Placed, ...]],
) -> None:
    """Raise PromptError for the first thing in a ritual that could not be led."""
    if file.practice not in PRACTICES:
        hint = f"Practices are: {', '.join(PRACTICES)}."
        raise marked.broken(("practice",), f"there is no practice {file.practice!r}", hint)
    _check_whole(marked, file)
    for key, texts in (("called", file.called), ("triggers", file.triggers)):
        for place, text in enumerate(texts):
            _check_template(marked, (key, place), text)
    for place, (name, body) in enumerate(zip(names, file.steps, strict=True)):
        trail: Trail = ("steps", place)
        if name in names[:place]:
            raise marked.broken((*trail, "id"), f"the step {name!r} stands here twice")
        for key, problem in _problems(body, file):
            raise marked.broken((*trail, key), problem)
        earlier = dict(zip(names[:place], file.steps, strict=False))
        _check_condition(marked, trail, body, earlier)
        _check_consent(marked, trail, body, dict(zip(names[place + 1 :], file.steps[place + 1 :], strict=True)))
        named = NAMED if body.who is not Who.BOTH or file.begins is Begins.ALONE else ()
        _check_sittings(marked, place, names, file, wordings[place])
        for placed in wordings[place]:
            _check_wording(placed, (*named, *(IDEAS if body.ideas else ())), earlier)
        for placed in ideas[place]:
            _check_wording(placed, named, earlier)


def _check_whole(marked: Marked, file: RitualFile) -> None:
    """What a ritual of a delicate practice, or for one person, has to be like."""
    awaited = [body for body in file.steps if body.expects is not Expects.NOTHING]
    if file.practice in GATED and not (awaited and awaited[0].gate):
        problem = f"a ritual of the practice {file.practice!r} opens with a gate"
        raise marked.broken(("practice",), problem, "The first question of it has gate: true.")
    if file.begins is Begins.ALONE and file.keeps is Keeps.HAPPENED:
        problem = "of a ritual for one person it is not kept that it took place"
        raise marked.broken(("keeps",), problem, "Choose words or nothing.")


def _problems(body: StepBody, file: RitualFile) -> Iterator[tuple[str, str]]:
    """Keys of a step that contradict each other, and why."""
    keeps = file.keeps
    if body.expects is Expects.CHOICE and len(body.options) < 2 and not body.ideas:
        yield "options", "a choice needs at least two options"
    if body.ideas and (body.expects is not Expects.CHOICE or body.options):
        yield "ideas", "ideas belong to a step that expects: choice, instead of options"
    if file.begins is Begins.ALONE and body.who is not Who.BOTH:
        yield "who", "in a ritual for one person every step is theirs: leave who out"
    if body.options and body.expects is not Expects.CHOICE:
        yield "options", "options belong to a step that expects: choice"
    if body.seconds and body.minutes:
        yield "minutes", "give seconds or minutes, not both"
    if body.expects is Expects.TIME and not body.seconds + body.minutes:
        yield "expects", "a step that expects: time needs seconds or minutes"
    if body.gate and (body.expects is not Expects.YES_NO or body.who is not Who.BOTH):
        yield "gate", "a gate is a step for both that expects: yes_no"
    if body.reveal and (body.expects is not Expects.WORDS or body.who is not Who.EACH):
        yield "reveal", "only what each says in words can be revealed later"
    if body.ends_sitting and keeps is Keeps.NOTHING:
        yield "ends_sitting", "a ritual that keeps: nothing cannot remember where it rested"
    if body.save_as and body.expects not in ANSWERED:
        yield "save_as", "only an answer can be saved, and this step expects none"
    if body.save_as and keeps is not Keeps.WORDS:
        yield "save_as", f"nothing can be saved in a ritual that keeps: {keeps}"
    if body.private and not body.save_as:
        yield "private", "private belongs to a step with save_as"
    if body.kept_if and not body.save_as:
        yield "kept_if", "kept_if belongs to a step with save_as"


def _check_condition(marked: Marked, trail: Trail, body: StepBody, earlier: dict[str, StepBody]) -> None:
    if body.only_if is None:
        return
    step, answer = body.only_if.step, body.only_if.answer
    if step not in earlier or earlier[step].expects not in ANSWERED:
        hint = f"Earlier steps are: {', '.join(earlier) or 'none'}."
        raise marked.broken((*trail, "only_if", "step"), f"there is no earlier step {step!r} with an answer", hint)
    expects = earlier[step].expects
    allowed = ["any", *earlier[step].options, *(("yes", "no") if expects is Expects.YES_NO else ())]
    if answer not in allowed:
        hint = f"Answers of that step are: {', '.join(allowed)}."
        raise marked.broken((*trail, "only_if", "answer"), f"the step {step!r} has no answer {answer!r}", hint)


def _check_consent(marked: Marked, trail: Trail, body: StepBody, later: dict[str, StepBody]) -> None:
    """What both have to agree to is asked of each, after the words are said."""
    asked = later.get(body.kept_if or "")
    if body.kept_if and (asked is None or asked.expects is not Expects.YES_NO or asked.who is not Who.EACH):
        hint = "It is a step further down, who: each and expects: yes_no."
        raise marked.broken((*trail, "kept_if"), f"there is no later question {body.kept_if!r} for each", hint)


def _check_sittings(
    marked: Marked, place: int, names: Sequence[str], file: RitualFile, wordings: Sequence[Placed]
) -> None:
    """Words that nobody wrote down are gone when a sitting ends, and the last step ends the session anyway."""
    body = file.steps[place]
    if body.ends_sitting and place == len(file.steps) - 1:
        raise marked.broken(("steps", place, "ends_sitting"), "nothing is left for another sitting after the last step")
    if body.kept_if in names[place:]:
        between = file.steps[place : names.index(body.kept_if)]
        if any(each.ends_sitting for each in between):
            raise marked.broken(("steps", place, "kept_if"), "both have to be asked in the same sitting")
    for placed in wordings:
        for name in placeholders(placed):
            step = name.split(".")[1] if name.startswith("answer.") else ""
            before = names.index(step) if step in names[:place] else place
            rests = any(each.ends_sitting for each in file.steps[before:place])
            if rests and file.steps[before].expects is Expects.WORDS:
                problem = f"{{{name}}} was said in an earlier sitting, and nobody kept it until this one"
                raise placed.marked.broken(placed.trail, problem, "Read it in the sitting in which it was said.")


def _check_wording(placed: Placed, named: Sequence[str], earlier: dict[str, StepBody]) -> None:
    answers = [
        f"answer.{name}{of}"
        for name, step in earlier.items()
        if step.expects in ANSWERED
        for of in ((".first", ".second") if step.reveal else ("",))
    ]
    known = [*ALWAYS, *answers, *named]
    for name in placeholders(placed):
        if name not in known:
            why = " in a step for both" if name in NAMED else ""
            hint = f"Placeholders here are: {', '.join('{' + each + '}' for each in known)}."
            raise placed.marked.broken(placed.trail, f"{{{name}}} has no meaning{why}", hint)
    if not placed.text.strip():
        raise placed.marked.broken(placed.trail, "there is nothing to say")


def placeholders(placed: Placed) -> list[str]:
    """Names in braces, in their order; raises PromptError for braces that do not close."""
    try:
        return [name for _, name, _, _ in Formatter().parse(placed.text) if name is not None]
    except ValueError as error:
        raise placed.marked.broken(placed.trail, f"the braces are not right ({error})") from error


def _check_template(marked: Marked, trail: Trail, text: str) -> None:
    """A template of names or triggers has to be one that the sentences can take in."""
    from hassil.parse_expression import parse_sentence
    from hassil.parser import ParseError

    try:
        parse_sentence(text)
    except (ParseError, AssertionError, ValueError) as error:
        hint = "[optional] and (one|other) have to be closed."
        raise marked.broken(trail, f"the template cannot be read: {text!r}", hint) from error
    if re.search(r"[0-9.,;:!?\"]", text):
        raise marked.broken(trail, f"write the words as they are spoken: {text!r}", "No digits, no punctuation.")
