"""What counts of speech that nobody addressed to the assistant: whole sentences that can begin something. Pure.

The ear must decide for one of its phrases even if it heard none of them well. Measured over hours of talk, television
and music (`python -m tests.bench accepts`), what it mistakes for a sentence of three words or more is unsure, and short
remarks are said in every home; what people do say to it is sure. It also completes them: "good morning" becomes "good
morning coffee". What dictation heard only the beginning of is therefore no sentence, unless it calls for help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from audio.types import Transcript
from intents.types import Intent
from intents.words import plain

REPLIES = frozenset(
    {
        *("yes", "no", "number", "choose", "when", "starts", "say_who", "for_both", "more", "thanks", "hello"),
        *("skip", "pass", "done", "repeat", "pause", "go_on", "stop", "time_left", "time_out", "snooze"),
        *("who_said_that", "scrap_that", "just_for_me", "share_again"),
    }
)
"""Intents that answer, comment or steer what goes on: where nothing does, people say such things to each other."""

FULL = 3
"""Words from which a sentence is a full one."""

SURE, SURER, URGENT = 0.92, 0.95, 0.5
"""Least probability, among the best paths, of a full sentence's meaning, of a shorter one's and of a call."""

ALIKE, ROUGHLY, BEFORE = 0.7, 0.58, 0.82
"""Least agreement of dictation with the words, with those of a full sentence that is as sure as a short one, and with
those before free words: of these any speech may be made."""

LIKELY = 0.75
"""Least probability of a sentence that dictation heard word for word."""

LONG, FEW, LIKE = 4, 0.5, 0.75
"""Words from which a sentence is a long one; dictation hears at least this share of its words, or something this like
them."""

CALLED, PERHAPS = 0.9, 0.75
"""Least probability of a call by name whatever dictation heard, and of one that it heard roughly, or without which
nothing counts: then people do call, and it only opens the window."""

NAMED, NAMESAKE = ("partner", "owner", "thanked"), 0.55
"""Slots that name a partner, and the share of its letters from which a dictated word may be the name misheard, "some"
for "sam" and not "tom". People often ask what somebody else said about something."""

UNCLEAR, BRIEF = ("tail", "unclear"), 6
"""The slot of a reminder of which the time was not understood, and the most words that a time has."""

FREE = "words"
"""The slot of free words."""

CALLS = frozenset({"help", "contacts", "wake"})
"""Intents that are better answered once too often."""

WAKE = "wake"
"""The one among them that is no call for help."""

Match = Callable[[str], Intent | None]
"""The meaning of a whole sentence; None for none."""


@dataclass(frozen=True, slots=True)
class Overheard:
    """Decides whether a sentence was meant for the assistant."""

    match: Match
    """What sentences mean."""
    wake: tuple[str, ...] = ()
    """Wake phrases; if there are any, nothing counts that does not begin with one."""

    def counts(self, phrase: Transcript, intent: Intent) -> bool:
        """Whether this was said to the assistant, although it neither spoke last nor asked anything."""
        if self.wake and not any(f"{phrase.text} ".startswith(f"{wake} ") for wake in self.wake):
            return False
        words = phrase.text.count(" ") + 1
        probability = self.probability(phrase, intent)
        if phrase.overshoots and intent.name not in CALLS - {WAKE}:
            return False
        if intent.name == WAKE:
            perhaps = bool(self.wake) or phrase.agreement >= ROUGHLY
            return words > 1 and probability >= (PERHAPS if perhaps else CALLED)
        if intent.name in CALLS:
            return probability >= URGENT and phrase.agreement >= ROUGHLY
        if intent.name in REPLIES or words == 1 or not _heard_alike(phrase, intent):
            return False
        free = FREE in intent.slots
        if not free and probability >= LIKELY and set(phrase.text.split()).issubset(phrase.dictated or ()):
            return True
        least = BEFORE if free else ROUGHLY if words >= FULL and probability >= SURER else ALIKE
        return probability >= (SURE if words >= FULL else SURER) and phrase.agreement >= least

    def probability(self, phrase: Transcript, intent: Intent) -> float:
        """That of all paths with this meaning; words of a path are as probable as the path, dictated ones are not."""
        own = phrase.words[0].confidence if phrase.words else phrase.confidence
        same = (rival.confidence for rival in phrase.rivals if _alike(self.match(rival.text), intent))
        return own + sum(same)


def _heard_alike(phrase: Transcript, intent: Intent) -> bool:
    """Whether dictation heard what this sentence can hardly be without: the names in it, a short beginning before free
    words, and of a long sentence more than next to nothing."""
    if phrase.dictated is None:
        return True
    free = len(intent.slots.get(FREE, "").split())
    words = phrase.text.split()[: -free or None]
    unheard = [word for word in words if word not in phrase.dictated]
    names = {name for slot in NAMED for name in plain(intent.slots.get(slot, "")).split()}
    if not all(_like_one(name, set(phrase.dictated).difference(words)) for name in names.intersection(unheard)):
        return False
    if free:
        unclear = intent.slots.get(UNCLEAR[0]) == UNCLEAR[1] and (unheard or free > BRIEF)
        return not unclear and (len(words) >= FULL or not unheard)
    few = len(unheard) > len(words) * FEW
    return not (len(words) >= LONG and few and phrase.agreement < LIKE)


def _like_one(name: str, words: Iterable[str]) -> bool:
    from rapidfuzz.distance import Indel

    return any(Indel.normalized_similarity(name, word) >= NAMESAKE for word in words)


def _alike(one: Intent | None, other: Intent) -> bool:
    """Whether both lead to the same; a reminder for another day still is one, another ritual is not the same."""
    return one is not None and one.name == other.name and one.slots.get("ritual") == other.slots.get("ritual")
