"""Whole phrases only: which of the phrases listened for these words are, and where free words begin. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from audio.phrase_graph import FREE, GARBAGE_WORDS
from audio.types import Transcript, Word

ALIKE = 0.7
"""Share of the letters that two words have in common if one may be the other misheard: "by" and "bye" have 0.8."""
OPENING, UNLIKE = 2, 0.32
"""Words from which dictation has heard the beginning of a phrase, and the share of their letters that the other words
have in common, below which they were other sounds: "this" and "a surprise" have 0.31."""


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """The phrases listened for."""

    whole: frozenset[str]
    """Phrases that must be said as they stand."""
    prefixes: tuple[tuple[str, ...], ...]
    """First words of phrases that end in free words, the longest first."""
    openings: frozenset[str]
    """All beginnings of phrases, word by word, without the whole ones."""
    small_talk: tuple[tuple[str, ...], ...] = ()
    """What may come before and after a phrase and is no part of it, the longest first."""

    @classmethod
    def of(cls, phrases: Iterable[str], small_talk: Iterable[str] = ()) -> PhraseBook:
        """Sort phrases into those with free words at the end and those without."""
        split = [phrase.split() for phrase in phrases]
        whole = frozenset(" ".join(words) for words in split if words and words[-1] != FREE)
        prefixes = _longest_first(tuple(words[:-1]) for words in split if len(words) > 1 and words[-1] == FREE)
        openings = frozenset(" ".join(words[:end]) for words in split for end in range(1, len(words)))
        return cls(whole, prefixes, openings, _longest_first(tuple(talk.split()) for talk in small_talk))

    def bare(self, transcript: Transcript) -> Transcript:
        """The phrase without small talk around it, the longest there is; what holds no phrase stays as it is."""
        words = transcript.text.split()
        ends = [len(words), *(len(words) - len(talk) for talk in self.small_talk if _ends(words, talk))]
        for start in self._starts(words):
            for end in ends:
                if " ".join(words[start:end]) in self.whole or (end == len(words) and self.prefix_of(words[start:])):
                    return replace(transcript, text=" ".join(words[start:end]), words=transcript.words[start:end])
        return transcript

    def led_in(self, words: Sequence[str]) -> Sequence[str]:
        """These words without the small talk that no phrase begins with; all of them if none begins behind it."""
        behind = (words[start:] for start in self._starts(words))
        return next((rest for rest in behind if self.begins(" ".join(rest)) or self.prefix_of(rest)), words)

    def overshoots(self, phrase: str, dictated: Transcript) -> bool:
        """Whether dictation heard the first words of the phrase and nothing after them, "hello" for "hello hearth", or
        nothing like the others, "help me with this" for "help me with a surprise"; a breath may be a word before, but
        no word that is like the first one ("by bye")."""
        words, heard = phrase.split(), self.led_in(dictated.text.split())
        breath = len(heard) > 1 and not _alike(words[0], heard[0])
        return _overshoots(words, heard) or (breath and _overshoots(words, heard[1:]))

    def _starts(self, words: Sequence[str]) -> list[int]:
        """Where a phrase may begin: at first, and after small talk."""
        starts = [0]
        for at in starts:
            after = [at + len(talk) for talk in self.small_talk if tuple(words[at : at + len(talk)]) == talk]
            starts += [start for start in after if start not in starts]
        return sorted(starts)

    def is_complete(self, text: str) -> bool:
        """Whether this is a whole phrase and no phrase goes on from it."""
        return text in self.whole and text not in self.openings

    def begins(self, text: str) -> bool:
        """Whether this is the beginning of a phrase, or all of one, or nothing yet."""
        return not text or text in self.openings or text in self.whole

    def prefix_of(self, words: Sequence[str]) -> tuple[str, ...] | None:
        """The longest prefix that these words begin with."""
        return next((p for p in self.prefixes if tuple(words[: len(p)]) == p), None)

    def free_prefix(self, transcript: Transcript) -> tuple[str, ...] | None:
        """The prefix, if the transcript is one followed by unknown speech."""
        words = transcript.text.split()
        prefix = self.prefix_of(words)
        rest = words[len(prefix) :] if prefix else []
        return prefix if rest and all(word in GARBAGE_WORDS for word in rest) else None


def _overshoots(words: Sequence[str], heard: Sequence[str]) -> bool:
    from rapidfuzz.distance import Indel

    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(heard, words, strict=False)))
    if not 0 < same < len(words) or same < min(len(heard), OPENING):
        return False
    return Indel.normalized_similarity("".join(words[same:]), "".join(heard[same:])) < UNLIKE


def _alike(word: str, other: str) -> bool:
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity(word, other) > ALIKE


def _longest_first(found: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted(set(found), key=lambda words: (-len(words), words)))


def _ends(words: Sequence[str], talk: Sequence[str]) -> bool:
    return tuple(words[-len(talk) :]) == tuple(talk)


def spliced(prefix: Sequence[Word], dictated: Transcript) -> Transcript | None:
    """The words of the prefix, then those that dictation heard after it; None if it heard none.

    Dictation that heard the prefix word for word is followed to the letter; otherwise word times decide.
    """
    names = [word.text for word in prefix]
    if [word.text for word in dictated.words[: len(names)]] == names:
        free = dictated.words[len(names) :]
    else:
        end = prefix[-1].end
        free = tuple(word for word in dictated.words if (word.start + word.end) / 2 > end)
    free = tuple(word for word in free if word.text not in GARBAGE_WORDS)
    return joined([*prefix, *free]) if free else None


def with_free_words(book: PhraseBook, dictated: Transcript) -> Transcript | None:
    """The dictation itself, if it begins with a prefix word for word and goes on."""
    prefix = book.prefix_of(dictated.text.split())
    return dictated if prefix and len(dictated.words) > len(prefix) else None


def agreement(words: Sequence[Word], dictated: Transcript) -> tuple[float, tuple[str, ...]]:
    """How alike dictation heard the same words, letter by letter, 0 to 1 (normalised insertions and deletions), and
    what it heard."""
    from rapidfuzz.distance import Indel

    begin, end = (words[0].start, words[-1].end) if words else (0.0, 0.0)
    ours = [word.text for word in words]
    other = tuple(word.text for word in dictated.words if begin <= (word.start + word.end) / 2 <= end)
    return Indel.normalized_similarity("".join(ours), "".join(other)), other


def merged(paths: Iterable[Transcript]) -> tuple[Transcript, ...]:
    """One transcript for each text, as likely as all paths that say it; the likeliest first."""
    likely: dict[str, float] = {}
    first: dict[str, Transcript] = {}
    for path in paths:
        first.setdefault(path.text, path)
        likely[path.text] = likely.get(path.text, 0.0) + path.confidence
    return tuple(_as_likely(first[text], likely[text]) for text in sorted(first, key=lambda text: -likely[text]))


def _as_likely(path: Transcript, confidence: float) -> Transcript:
    words = tuple(replace(word, confidence=confidence) for word in path.words)
    return replace(path, confidence=confidence, words=words)


def joined(words: Sequence[Word]) -> Transcript:
    """A transcript of these words, as confident as they are on average."""
    confidence = sum(word.confidence for word in words) / len(words) if words else 0.0
    return Transcript(" ".join(word.text for word in words), confidence, tuple(words))
