"""Sound that is no command is none, in everything that can be going on: the whole ear and what it means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from assistant.config import Config, Partner
from assistant.ears import build_ear
from assistant.events import Asked, Concern
from assistant.folders import Folders
from assistant.household import load_rituals, load_safety, load_sentences
from assistant.modes import Mode
from assistant.understanding import Understanding
from audio.ear import VoskEar
from audio.training.babel import bad_input
from audio.types import AudioChunk, Heard, Hearing
from tests.test_ear import quiet, spoken

pytestmark = pytest.mark.spoken
BAD = tuple(bad_input())
Household = tuple[VoskEar, Understanding]


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    folder = tmp_path_factory.mktemp("unheard")
    config = replace(
        Config(), partners=(Partner("Sam"), Partner("Alex")), folders=Folders(folder / "none.toml", folder, folder)
    )
    sentences, safety = load_sentences(config, load_rituals(config)), load_safety(config)
    with closing(build_ear(config, sentences, safety.phrases())) as ear:
        yield ear, Understanding(safety, sentences)


def heard(household: Household, pcm: bytes, mode: Mode) -> list[Heard]:
    ear, _ = household
    ear.listen_for(Hearing(mode.value), 0.6, 0.35)
    return [event for event in ear.hear(AudioChunk(quiet(2.0) + pcm + quiet(2.0))) if isinstance(event, Heard)]


def obeyed(household: Household, utterances: list[Heard], mode: Mode, addressed: bool) -> list[Asked | Concern]:
    _, understanding = household
    meant = [understanding.meaning(one.phrase, one.answer, mode, addressed) for one in utterances]
    return [event for event in meant if isinstance(event, Asked | Concern)]


@pytest.mark.parametrize(
    ("mode", "commands"),
    [
        (Mode.COMMANDS, {False: "start our coffee ritual", True: "yes"}),
        (Mode.ANSWERS, {True: "skip"}),
        (Mode.CONTROLS, {True: "stop"}),
        (Mode.REPLIES, {True: "yes"}),
    ],
)
def test_bad_input_is_never_obeyed(household: Household, mode: Mode, commands: dict[bool, str]) -> None:
    """Silence, noise, tones, music, clatter, and twelve other languages, clear, clipped and very quiet.

    `commands`: whether they would be for Hearth by what was before → one that shows that it listens.
    """
    utterances = {name: heard(household, pcm, mode) for name, pcm in BAD}
    for addressed, command in commands.items():
        assert {name: o for name, one in utterances.items() if (o := obeyed(household, one, mode, addressed))} == {}
        assert obeyed(household, heard(household, spoken(command), mode), mode, addressed), "it does listen"
