"""What a session is made of. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

IDEAS = ("one", "two", "three")
"""Placeholders of what a step with ideas offers."""


class Who(StrEnum):
    """Whose turn a step is."""

    BOTH = "both"
    """Said to both; either may answer, and nobody is named."""
    EACH = "each"
    """One after the other, the one who starts first."""
    FIRST = "first"
    """The one who starts."""
    SECOND = "second"
    """The other one."""


class Expects(StrEnum):
    """What a step waits for after it has spoken."""

    NOTHING = "nothing"
    """Goes straight on to the next step."""
    WORDS = "words"
    """A free answer."""
    YES_NO = "yes_no"
    """Yes or no."""
    RATING = "rating"
    """A number from zero to ten."""
    CHOICE = "choice"
    """One of the step's options."""
    DAY = "day"
    """A day of the week."""
    TIME = "time"
    """The step's seconds pass in quiet or in talk; nothing is heard but control phrases; a chime at the end."""


class Keeps(StrEnum):
    """What the journal keeps of a session."""

    WORDS = "words"
    """The answers of steps with `save_as`, and that the session took place."""
    HAPPENED = "happened"
    """Only that the session took place, and how long."""
    NOTHING = "nothing"
    """Nothing at all, not even that it took place."""


class Begins(StrEnum):
    """Who starts a session."""

    IN_TURN = "in_turn"
    """The two alternate."""
    ASKED = "asked"
    """Whoever has something to say; it is asked who that is."""
    ALONE = "alone"
    """One person, who is asked for; every step is theirs, and that it took place is not kept."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One wording of a step, at most two sentences, the question last."""

    id: str
    """Unique in the language: `<ritual>.<step>.<n>` or `<collection>.<n>` unless the file names it."""
    text: str
    """May contain {name}, {partner}, {first}, {second}, {seconds}, {minutes}, {answer.<step id>},
    {answer.<step id>.first} and {answer.<step id>.second} of a step with `reveal`, and {one}, {two}, {three} of
    a step with `ideas`."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When a step takes part: an earlier step of this session was answered so."""

    step: str
    """Id of the earlier step."""
    answer: str
    """`yes`, `no`, an option, or `any` for any answer that was not passed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the assistant says, and what it then waits for."""

    id: str
    """Unique in the ritual; position and kind unless the file names it."""
    prompts: tuple[Prompt, ...]
    """The wordings to choose from; none repeats until all were used."""
    who: Who = Who.BOTH
    """Whose turn it is."""
    expects: Expects = Expects.NOTHING
    """What it waits for."""
    save_as: str = ""
    """Kind of the journal entry made from the answer (such as `appreciation`); empty keeps nothing. Of yes and no
    only a yes is kept."""
    private: bool = False
    """Whether the entry belongs to its speaker alone."""
    seconds: float = 0.0
    """TIME: how long. WORDS: the floor time after which a soft chime sounds (0: none); nobody is cut off."""
    options: tuple[str, ...] = ()
    """CHOICE: what can be chosen, as it is spoken."""
    ideas: tuple[Prompt, ...] = ()
    """CHOICE: three of these are offered as {one}, {two} and {three}, and chosen by their number."""
    kept_if: str = ""
    """With `save_as`: a later YES_NO step for each; the answer is kept only if both say yes there."""
    only_if: Condition | None = None
    """When this step takes part; None for always."""
    gate: bool = False
    """YES_NO: anything but yes ends the session kindly, and nothing is kept of it."""
    reveal: bool = False
    """WORDS: the answers are held back for a later step, which reads them as {answer.<id>.first} and
    {answer.<id>.second}; they are forgotten when the session ends, unless `save_as` keeps them."""
    ends_sitting: bool = False
    """The session rests after this step; the next time it is asked for, it goes on behind it."""


@dataclass(frozen=True, slots=True)
class Ritual:
    """One session that can be asked for by voice."""

    id: str
    """Snake-case name, unique in the language (such as `coffee`)."""
    practice: str
    """Which of the ten practices it belongs to (`connection`, `positive`, `listening`, `forgiveness`, `issues`,
    `generosity`, `presence`, `self_care`, `quality_time`, `help`), or `household` for a household's own."""
    title: str
    """As it is spoken and shown, lower case without an article: "coffee ritual"."""
    called: tuple[str, ...]
    """hassil templates of its names, as they follow "start our" or "let's do the"."""
    triggers: tuple[str, ...]
    """hassil templates of whole sentences that start it by themselves."""
    minutes: float
    """About how long it takes."""
    keeps: Keeps
    """What the journal keeps."""
    steps: tuple[Step, ...]
    """In the order of the session."""
    source: str
    """The file it came from, for messages."""
    begins: Begins = Begins.IN_TURN
    """Who starts, and whether anybody else takes part."""
