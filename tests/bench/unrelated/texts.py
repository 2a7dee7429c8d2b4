"""What is said in the hours of unrelated speech."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

import yaml

SLOT = re.compile(r"{(\w+)}")
BACKCHANNELS = 0.3
"""Share of the turns in a conversation that are a word or two."""
NEAR = 1 / 30
"""Share of the sentences in a conversation that come close to a command."""
PROGRAMMES = ("news", "sport", "drama", "advert", "show")


@cache
def material() -> dict[str, list[str]]:
    """Templates by kind; `slots` is looked up with `words`."""
    content: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "talk.yaml").read_text("utf-8"))
    return content


def filled(template: str, random: Random) -> str:
    """One sentence of a template."""
    slots: dict[str, list[str]] = dict(material()["slots"])  # type: ignore[arg-type]
    while found := SLOT.search(template):
        template = template[: found.start()] + random.choice(slots[found[1]]) + template[found.end() :]
    return template


def conversation(turns: int, random: Random) -> list[str]:
    """What two people say in turn: sentences, one or two at a time, and the little words between them."""
    said = []
    for _ in range(turns):
        if random.random() < BACKCHANNELS:
            said.append(random.choice(material()["short"]))
        else:
            said.append(" ".join(_sentence(random) for _ in range(random.choice((1, 1, 2)))))
    return said


def _sentence(random: Random) -> str:
    kind = "near" if random.random() < NEAR else "talk"
    return filled(random.choice(material()[kind]), random)


def programme(sentences: int, random: Random) -> list[str]:
    """What is said on television, all of one kind."""
    kind = random.choice(PROGRAMMES)
    return [filled(random.choice(material()[kind]), random) for _ in range(sentences)]


def read(files: list[Path]) -> list[str]:
    """Sentences of up to 25 words of any text, lower case and without marks."""
    text = " ".join(file.read_text("utf-8", errors="replace") for file in files)
    sentences = (re.sub(r"[^a-z' ]+", " ", part.lower()).split() for part in re.split(r"[.!?;:\n]\s", text))
    return [" ".join(words) for words in sentences if 1 <= len(words) <= 25]
