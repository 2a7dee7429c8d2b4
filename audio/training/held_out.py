"""What is kept apart for measuring: voices and sentences, from held_out.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Never used for training."""

    voices: frozenset[str]
    """Of festival and flite."""
    espeak_variants: frozenset[str]
    """Variants of espeak-ng, with any accent."""
    espeak_accents: frozenset[str]
    """Accents of espeak-ng, with any variant."""
    kokoro: frozenset[str]
    """Speakers of Kokoro, alone or mixed with others."""
    speakers: tuple[str, ...]
    """Those of them who speak in the evaluation, in turns."""
    commands: tuple[str, ...]
    """Whole phrases."""
    answers: tuple[str, ...]
    """What somebody says freely."""
    talk: tuple[str, ...]
    """The same, as it comes: longer, with second thoughts, about anything."""
    free: tuple[str, ...]
    """Phrases that end in free words."""

    @property
    def sentences(self) -> frozenset[str]:
        """All texts."""
        return frozenset((*self.commands, *self.answers, *self.talk, *self.free))

    def holds(self, voice: str) -> bool:
        """Whether a voice is kept apart: "accent+variant" of espeak-ng, "kokoro-NAME+NAME", flite's and festival's."""
        if voice.startswith("kokoro-"):
            return not self.kokoro.isdisjoint(voice.removeprefix("kokoro-").split("+"))
        accent, _, variant = voice.removeprefix("festival-").removeprefix("flite-").partition("+")
        return accent in self.voices or accent in self.espeak_accents or variant in self.espeak_variants


def held_out() -> HeldOut:
    """Read the file."""
    table = tomllib.loads((HERE / "held_out.toml").read_text("utf-8"))
    sets = {name: frozenset(table[name]) for name in ("voices", "espeak_variants", "espeak_accents", "kokoro")}
    return HeldOut(**sets, **{name: tuple(table[name]) for name in ("speakers", "commands", "answers", "talk", "free")})
