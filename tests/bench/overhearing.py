"""The ear of Sam and Alex, and what would be reacted to of what it hears while nobody is addressed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from assistant.config import Config, HearingSettings, Partner
from assistant.ears import build_ear, wake_phrases
from assistant.events import Asked, Concern
from assistant.folders import Folders
from assistant.household import load_rituals, load_safety, load_sentences
from assistant.modes import Mode
from assistant.understanding import Understanding
from audio.ear import VoskEar
from audio.training.progress import Report
from audio.types import Heard, Hearing
from intents.matcher import Sentences

CHUNK = 1_024
"""Bytes that the ear is given at once."""
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Home:
    """The settings that are shipped, with or without a wake phrase."""

    ear: VoskEar
    understanding: Understanding
    sentences: Sentences

    def reaction(self, heard: Heard) -> list[tuple[str, str]]:
        """What would be reacted to: the intent and the phrase."""
        event = self.understanding.meaning(heard.phrase, heard.answer, Mode.COMMANDS, addressed=False)
        match event:
            case Asked(intent=intent, text=text):
                return [(intent.name, text)]
            case Concern(topic=topic):
                return [(f"concern {topic}", heard.phrase.text if heard.phrase else "")]
            case _:
                return []


@cache
def home(wake: bool = False) -> Home:
    """One for each process; loading takes a second."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-overhearing-"))
    partners, folders = (Partner("Sam"), Partner("Alex")), Folders(folder, folder, folder)
    config = Config(partners=partners, folders=folders, hearing=HearingSettings(wake=wake))
    sentences = load_sentences(config, load_rituals(config))
    safety = load_safety(config)
    ear = build_ear(config, sentences, safety.phrases())
    patience = config.hearing.patience
    ear.listen_for(Hearing.COMMANDS, patience.command, patience.sure)
    return Home(ear, Understanding(safety, sentences, wake_phrases(config, sentences)), sentences)


def on_all_cores(work: Callable[[int], Found], numbers: Sequence[int], name: str) -> Iterator[Found]:
    """The results, in order; says on stderr how far it is."""
    with Report(name) as report, ProcessPoolExecutor(os.cpu_count()) as pool:
        for done, found in enumerate(pool.map(work, numbers, chunksize=5), 1):
            report.advance(done, len(numbers))
            yield found
