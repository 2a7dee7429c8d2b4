"""What the spoken conversations of the tests share, since it takes seconds to load: Sam and Alex, and all the ears."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.config import Config, Partner, PrivacySettings
from assistant.ears import build_dictation, build_ear, spoken_titles
from assistant.folders import Folders
from assistant.household import load_rituals, load_safety, load_sentences
from assistant.journal.vault import Vaults
from assistant.recording import heard
from assistant.understanding import Understanding
from audio.ear import VoskEar
from audio.types import Hearing
from intents.matcher import Sentences
from prompts.types import Ritual
from tests.partners import Partners
from tests.stage import NOON, PARTNERS

OWN_RITUALS = Path(__file__).parent / "rituals"
"""What the household wrote itself: everything that the engine can lead."""

PASSPHRASE = "four birds over the harbour"


@dataclass(frozen=True, slots=True)
class SpokenHousehold:
    """Everything that no conversation changes."""

    config: Config
    rituals: tuple[Ritual, ...]
    sentences: Sentences
    understanding: Understanding
    ear: VoskEar
    dictation: VoskEar
    partners: Partners
    vaults: Path

    def make_journal(self, folder: Path) -> None:
        """An empty journal, in which both have a vault."""
        shutil.copytree(self.vaults, folder)

    def dictated(self, pcm: bytes) -> str:
        """What our own ear makes of 16 kHz samples."""
        found = heard(self.dictation, Hearing.ANSWERS, pcm)
        return " ".join(one.answer.text for one in found if one.answer)


def spoken_household(folder: Path, stack: ExitStack) -> SpokenHousehold:
    """Set up in this folder; `stack` closes it."""
    first, second = PARTNERS
    config = replace(
        Config(),
        country="US",
        timezone="UTC",
        partners=(Partner(first), Partner(second)),
        privacy=PrivacySettings(consent=NOON.date()),
        folders=Folders(folder / "config.toml", folder / "data", folder / "cache"),
    )
    shutil.copytree(OWN_RITUALS, config.folders.rituals)
    rituals = load_rituals(config)
    sentences = load_sentences(config, rituals)
    safety = load_safety(config)
    ear = stack.enter_context(closing(build_ear(config, sentences, safety.phrases(), spoken_titles(rituals))))
    dictation = stack.enter_context(closing(build_dictation(config)))
    for name in PARTNERS:
        Vaults(config.folders.data).create(name, PASSPHRASE)
    return SpokenHousehold(
        config=config,
        rituals=rituals,
        sentences=sentences,
        understanding=Understanding(safety, sentences),
        ear=ear,
        dictation=dictation,
        partners=stack.enter_context(closing(Partners())),
        vaults=config.folders.data,
    )
