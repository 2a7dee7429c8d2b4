"""Splitting a text into sentences, so that the first of them sounds while the others are still rendered."""

from __future__ import annotations

import re

LONG = 140
"""Characters beyond which a sentence is divided at a comma: about nine seconds of speech."""

ABBREVIATIONS = frozenset(
    {
        *("mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "e.g", "i.e"),
        *("bzw", "ca", "d.h", "nr", "z.b"),
    }
)
"""Words whose full stop ends no sentence, of all languages: none of them is a last word in another one."""

_END = re.compile(r"""[.!?…]+["'”’)\]]*(?=\s|$)""")
_PAUSE = re.compile(r"[,;:–—]\s")


def split(text: str) -> list[str]:
    """The sentences of a text without the white space around them, in order; nothing else is changed."""
    sentences = []
    for line in text.splitlines():
        for sentence in _sentences(" ".join(line.split())):
            sentences.extend(_divided(sentence))
    return sentences


def _sentences(line: str) -> list[str]:
    found, begin = [], 0
    for end in _END.finditer(line):
        if _ends_here(line[begin : end.start()], end.group(), line[end.end() :]):
            found.append(line[begin : end.end()].strip())
            begin = end.end()
    found.append(line[begin:].strip())
    return [sentence for sentence in found if sentence]


def _ends_here(before: str, mark: str, after: str) -> bool:
    """Whether the mark ends a sentence: not after an abbreviation or initial, nor before a small letter."""
    following = after.lstrip()
    if not following:
        return True
    if mark[0] in "!?":
        return not following[0].islower()
    word = before.rsplit(maxsplit=1)[-1].lstrip("(\"'“‘") if before.strip() else ""
    if following[0].islower():
        return False
    if mark != ".":
        return True
    initial = len(word) == 1 and word.isupper() and word != "I"
    return not initial and word.lower() not in ABBREVIATIONS


def _divided(sentence: str) -> list[str]:
    """A long sentence in parts at its commas, each part as long as allowed."""
    parts = []
    while len(sentence) > LONG:
        pauses = [pause.end() for pause in _PAUSE.finditer(sentence)]
        early = [place for place in pauses if LONG // 4 <= place <= LONG] or pauses[:1]
        if not early:
            break
        parts.append(sentence[: early[-1]].strip())
        sentence = sentence[early[-1] :]
    return [*parts, sentence.strip()]
