"""What a typed or heard sentence means: whole sentences only, never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from intents.frames import Frames
from intents.types import Intent, Phrase
from intents.words import words

if TYPE_CHECKING:
    from hassil.intents import Intents

WILDCARD = "*"
"""The last word of a phrase that goes on with free words."""
MORE = "…"
"""What stands for free words where a phrase is shown."""
NEAR = 50.0
"""How alike (0–100, rapidfuzz's ratio) an example is at least."""
LIKELY = 72.0
"""How alike a sentence is at least of which it is asked whether it was meant."""


class Sentences:
    """All sentences of one language, for one household. Made by `intents.loader.load`."""

    def __init__(
        self,
        intents: Intents,
        spellings: Mapping[str, str],
        phrases: Sequence[Phrase],
        exact: Mapping[str, Intent],
        frames: Frames,
        fillers: Iterable[str] = (),
        asides: Iterable[str] = (),
    ) -> None:
        self._intents = intents
        self._spellings = spellings
        self._phrases = tuple(phrases)
        self._exact = exact
        self._frames = frames
        self._fillers = frozenset(fillers)
        self.asides = tuple(asides)
        """What people say to each other that sounds like a sentence: to be listened for, but no sentence."""
        self._small_talk = [tuple(skipped.split()) for skipped in intents.skip_words]
        self._examples: dict[str, Phrase] = {}

    def warm_up(self) -> None:
        """Parse all templates for matching (0.2 s), so that the first sentence is answered as fast as the others."""
        from hassil.recognize import recognize_best

        recognize_best("", self._intents)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all intents, in the order of the files."""
        return tuple(self._intents.intents)

    @property
    def small_talk(self) -> tuple[str, ...]:
        """What may stand around a sentence without being a part of it, such as "um" and "please"."""
        return tuple(self._intents.skip_words)

    def without_fillers(self, text: str) -> str:
        """The words of a text that are more than "um"; any number of blanks between words becomes one."""
        return " ".join(piece for piece in text.split() if piece.lower().strip(".,…") not in self._fillers)

    @property
    def controls(self) -> frozenset[str]:
        """Names of the intents that have control sentences."""
        return frozenset(phrase.intent for phrase in self._phrases if phrase.control)

    def match(self, text: str) -> Intent | None:
        """The meaning of the whole text, or of what is wrapped in it; None when it is no known sentence."""
        known, origin = words(text, self._spellings)
        if not known:
            return None
        found = self._match(text.split(), known, origin)
        if found is not None:
            return found
        for core in self._frames.cores(known):
            inside = slice(core.start, core.end)
            until = None if core.end == len(known) else origin[core.end - 1] + 1
            found = self._match(text.split()[:until], known[inside], origin[inside])
            if found is not None and not (found.control and core.wished):
                return found
        return None

    def _match(self, pieces: Sequence[str], known: Sequence[str], origin: Sequence[int]) -> Intent | None:
        """What these words mean as a whole sentence; `origin` is the piece of the text that each comes from.

        A phrase that is listened for means what it says, whatever the wider wordings for typed text would make of it,
        with small talk around it too: "um well done" is praise, and not "done".
        """
        from hassil.recognize import recognize_best

        for sentence in bared(known, self._small_talk):
            if sentence in self._exact:
                return self._exact[sentence]
        found = recognize_best(" ".join(known), self._intents)
        if found is None:
            return None
        slots: dict[str, str] = {}
        for entity in found.entities_list:
            slots[entity.name] = str(entity.value)
            if entity.is_wildcard:
                start = origin[len(known) - len(entity.text.split())]
                slots[entity.name] = " ".join(pieces[start:])
        return Intent(found.intent.name, slots, bool((found.intent_metadata or {}).get("control")))

    def nearest(self, text: str, limit: int = 3) -> list[str]:
        """Example sentences that look most like a text, at most one per intent, the nearest first."""
        best: dict[str, str] = {}
        for example, _ in self._ranked(text, NEAR):
            best.setdefault(self._examples[example].intent, example)
        return list(best.values())[:limit]

    def guess(self, text: str) -> str:
        """The whole sentence that was probably meant by a text that is none; empty when nothing comes close."""
        return next((example for example, _ in self._ranked(text, LIKELY) if not example.endswith(MORE)), "")

    def _ranked(self, text: str, cutoff: float) -> list[tuple[str, float]]:
        """Phrases and how alike they are (0–100), the most alike first."""
        from rapidfuzz import fuzz, process

        if not self._examples:
            self._examples = {_readable(phrase.text): phrase for phrase in self._phrases}
        said = words(text, self._spellings)[0]
        core = min(self._frames.cores(said), key=lambda core: core.end - core.start, default=None)
        wanted = " ".join(said[core.start : core.end] if core else said)
        ranked = process.extract(wanted, list(self._examples), scorer=fuzz.ratio, score_cutoff=cutoff, limit=50)
        return [(example, score) for example, score, _ in ranked]

    def phrases(self) -> list[Phrase]:
        """Every phrase of every sentence, as a lexicon has its words; a last word `*` stands for free words."""
        return list(self._phrases)


def bared(known: Sequence[str], small_talk: Sequence[Sequence[str]]) -> Iterator[str]:
    """The sentence, and what is left of it without small talk at its ends, the longest first."""
    ends = [(0, len(known))]
    for start, end in ends:
        inside = tuple(known[start:end])
        for skipped in small_talk:
            size = len(skipped)
            if inside[:size] == skipped and (start + size, end) not in ends:
                ends.append((start + size, end))
            if inside[-size:] == skipped and (start, end - size) not in ends:
                ends.append((start, end - size))
    for start, end in sorted(ends, key=lambda pair: pair[0] - pair[1]):
        yield " ".join(known[start:end])


def _readable(phrase: str) -> str:
    return phrase.removesuffix(WILDCARD) + MORE if phrase.endswith(WILDCARD) else phrase
