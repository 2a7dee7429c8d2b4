"""Each of the ten practices, held aloud: heard by the real ear, answered by the real voice, kept on a disk.

The scripts (`tests/conversations/spoken`, one for each practice) are golden conversations, which are also played typed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.events import Said
from audio.files import load, resampled
from audio.types import BYTES_PER_SAMPLE, EAR_RATE
from prompts.checking import PRACTICES
from tests.golden import perform, read
from tests.partners import likeness
from tests.spoken_household import SpokenHousehold, spoken_household
from tests.spoken_stage import SpokenStage

pytestmark = pytest.mark.spoken

FOLDER = Path(__file__).parent / "conversations/spoken"
SCRIPTS = sorted(FOLDER.glob("*.txt"))
LISTENED_TO = 4
"""Sentences of each conversation, at least, that are heard out of the WAV file of the replies."""
A_FEW = 4
"""Blanks in a sentence that is long enough to be told from others."""
ALIKE = 0.7
"""The least share of their words, on average, that our own ear makes out of the replies; 0.85 is usual."""


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpokenHousehold]:
    with ExitStack() as stack:
        yield spoken_household(tmp_path_factory.mktemp("household"), stack)


def test_every_practice_is_spoken() -> None:
    assert {path.stem for path in SCRIPTS} >= set(PRACTICES) - {"household"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_practice(script: Path, household: SpokenHousehold, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    golden = read(script)
    household.make_journal(tmp_path / "journal")
    with ExitStack() as stack:
        stage = SpokenStage(household, golden.voices, tmp_path, stack, consent=golden.consent)
        perform(golden, stage)
        shared = [entry.text for entry in stage.kept if not entry.private]
    answers = {event.text for event in stage.recorder.events if isinstance(event, Said)}
    assert not traces(answers - set(shared), tmp_path / "journal"), "what is not shared is in the journal"
    assert not [answer for answer in answers if answer in caplog.text], "words are in the log"
    assert_audible(stage, household)


def traces(texts: set[str], folder: Path) -> set[str]:
    """Those of the texts that are anywhere in the files of a folder."""
    everything = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    return {text for text in texts if text.encode() in everything}


def assert_audible(stage: SpokenStage, household: SpokenHousehold) -> None:
    """The replies are in the file, one after the other, and can be understood."""
    pcm = resampled(load(stage.replies), EAR_RATE).pcm
    spoken = stage.recorder.spoken
    long = {one.text: (one, after.start) for one, after in pairwise(spoken) if one.text.count(" ") >= A_FEW}
    heard = {}
    for one, end in list(long.values())[:: max(1, len(long) // LISTENED_TO)]:
        first, last = (BYTES_PER_SAMPLE * int(at * EAR_RATE) for at in (one.start, end))
        heard[one.text] = household.dictated(pcm[first:last])
    found = [likeness(words(text), dictated) for text, dictated in heard.items()]
    assert len(found) >= LISTENED_TO
    assert sum(found) / len(found) > ALIKE, heard


def words(text: str) -> str:
    kept = (letter if letter.isalpha() or letter in "' " else " " for letter in text.lower())
    return " ".join("".join(kept).split())
