"""How a text is spelled for Kokoro: the phones of CMUdict in its symbols, as an American or as a Briton says them.

A Briton's phones keep the names of CMUdict, the only ones that the lexicon knows: the R of "car" ends a long vowel.
"""

from __future__ import annotations

import random
import re

from audio.training.lexicon import OURS, Phones, stressed

Token = tuple[str, str | None]
"""A symbol and the phone whose time it begins, "" for one that goes on with it; None for silence."""
_WEAK = "the a of to and in is it that for on with as at by from or an be this are was i my your"
WEAK = frozenset(_WEAK.split())
"""Words that are said without stress."""
_NUMBERS = (
    "_=16 .=4 A=24 I=25 O=31 Q=33 W=39 Y=41 a=43 b=44 d=46 f=48 h=50 i=51 j=52 k=53 l=54 m=55 n=56 p=58 s=61 t=62 u=63 "
    "v=64 w=65 z=68 ɑ=69 ɒ=71 æ=72 ɔ=76 ð=81 ʤ=82 ə=83 ɛ=86 ɜ=87 ɡ=92 ɪ=102 ŋ=112 θ=119 ɹ=123 ɾ=125 ʃ=131 ʧ=133 ʊ=135 "
    "ʌ=138 ʒ=147 ˈ=156 ː=158"
)
NUMBERS = {item[0]: int(item[2:]) for item in _NUMBERS.split()}
"""Symbol → its number for the network (config.json of Kokoro-82M); "_" stands between words."""


def _table(text: str) -> dict[str, str]:
    return dict(item.split("=") for item in text.split())


SYMBOLS = _table(
    "AA=ɑ AE=æ AH=ʌ AX=ə AO=ɔ AW=W AY=I B=b CH=ʧ D=d DH=ð EH=ɛ ER=ɜɹ EY=A F=f G=ɡ HH=h IH=ɪ IY=i JH=ʤ K=k L=l M=m N=n "
    "NG=ŋ OW=O OY=Y P=p R=ɹ S=s SH=ʃ T=t TH=θ UH=ʊ UW=u V=v W=w Y=j Z=z ZH=ʒ"
)
"""Phone → how Kokoro writes it."""
BRITISH = SYMBOLS | _table("AA=ɑː AE=a AO=ɔː ER=ɜː IY=iː OW=Q UW=uː")
"""The same for British speakers."""
GLIDES = {"AA": "ː", "AO": "ː", "EH": "ː", "ER": "ː"}
"""What is left of an R after these vowels, where no vowel follows; after others it is a schwa."""
LOT = {"AA": re.compile(r"wh?a(?!lk|ll|ter)|qua|o(?![aouwr])"), "AO": re.compile(r"o(?![aouwr])")}
"""Spellings of the short vowel of "lot", "what" and "coffee", by what CMUdict calls it."""
_VOWELS = "AA AE AH AX AO AW AY EH ER EY IH IY OW OY UH UW"
VOWELS = frozenset(_VOWELS.split())
STRESS = "ˈ"


def spelled(text: str, rng: random.Random, british: bool = False) -> list[Token] | None:
    """The tokens of a text, each word in one of its ways of being said; None if a word is unknown."""
    words = text.split()
    ways = [_ways(word) for word in words]
    if not all(ways):
        return None
    said = [rng.choice(way) for way in ways]
    found: list[Token] = []
    for place, (word, phones) in enumerate(zip(words, said, strict=True)):
        following = said[place + 1][0] if place + 1 < len(said) else ""
        for at in range(len(phones)):
            symbols = _british(word, phones, at, following) if british else _american(phones, at)
            stress = STRESS if phones[at].endswith("1") and word not in WEAK else ""
            first, *others = stress + symbols
            found += [(first, _name(phones[at])), *((symbol, "") for symbol in others)]
        found.append((".", None) if place == len(words) - 1 else ("_", None))
    return found


def _name(phone: str) -> str:
    return "AX" if phone == "AH0" else phone.rstrip("012")


def _american(phones: Phones, at: int) -> str:
    """A T between vowels is a flap."""
    name = _name(phones[at])
    before, after = phones[at - 1][:2] if at else "", phones[at + 1] if at + 1 < len(phones) else ""
    if name == "T" and before in VOWELS | {"R"} and after.endswith("0"):
        return "ɾ"
    return "əɹ" if name == "ER" and not phones[at].endswith("1") else SYMBOLS[name]


def _british(word: str, phones: Phones, at: int, following: str) -> str:
    """An R is heard before vowels only, those of the next word (`following` is its first phone) included."""
    name, later = _name(phones[at]), [_name(phone) for phone in (*phones[at + 1 :], following)]
    before = _name(phones[at - 1]) if at else ""
    if name == "R" and before in VOWELS and later[0] not in VOWELS:
        return GLIDES.get(before, "ə")
    if name == "ER":
        return ("ɜː" if phones[at].endswith("1") else "ə") + ("ɹ" if later[0] in VOWELS else "")
    if later[0] == "R" and len(later) > 1 and later[1] not in VOWELS:
        return {"IY": "ɪ", "UW": "ʊ"}.get(name, BRITISH[name][0])  # the R makes it long
    if name in LOT and LOT[name].search(word):
        return "ɒ"
    return "i" if phones[at] == "IY0" else BRITISH[name]


def _ways(word: str) -> tuple[Phones, ...]:
    """As CMUdict says a word, with stress; words of our own have theirs on the first vowel."""
    if word in OURS:
        return tuple(_first_stressed(way.split()) for way in OURS[word].split(","))
    return stressed().get(word, ())


def _first_stressed(phones: list[str]) -> Phones:
    first = next((i for i, phone in enumerate(phones) if phone in VOWELS - {"AX"}), -1)
    return tuple(f"{phone}{1 if i == first else 0}" if phone in VOWELS else phone for i, phone in enumerate(phones))
