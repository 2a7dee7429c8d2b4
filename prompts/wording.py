"""How a prompt should sound: short enough to be kept in mind, the question last. Advice, no errors."""

from __future__ import annotations

import re

from prompts.types import Expects, Ritual

SENTENCES = 2
"""More sentences than this are not kept in mind by listeners."""

LENGTH = 160
"""Characters; about ten seconds of speech."""

_SENTENCE = re.compile(r"[^.?!…]+[.?!…]+")
_UNSPEAKABLE = re.compile(r"[^\w\s.,:;?!'’{}\-…]")


def remarks(ritual: Ritual) -> list[str]:
    """What could be worded better, one sentence each, with the id of the prompt."""
    found = []
    for step in ritual.steps:
        for prompt in step.prompts:
            asked = step.expects in (Expects.WORDS, Expects.YES_NO, Expects.RATING, Expects.CHOICE, Expects.DAY)
            found += [f"{prompt.id}: {remark}" for remark in _remarks(prompt.text, asked)]
    return found


def _remarks(text: str, asked: bool) -> list[str]:
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(text)]
    said = []
    if not text.strip().endswith((".", "?", "!", "…")):
        said.append("it should end with a full stop or a question mark")
    if len(sentences) > SENTENCES:
        said.append(f"it has {len(sentences)} sentences; two are enough")
    if asked and not text.strip().endswith("?"):
        said.append("an answer is awaited, so the question should come last")
    if len(text) > LENGTH:
        said.append(f"it has {len(text)} characters; more than {LENGTH} are hard to keep in mind")
    if strange := _UNSPEAKABLE.search(text):
        said.append(f"{strange[0]!r} cannot be spoken")
    return said
