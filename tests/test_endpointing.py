"""Who decides where an utterance ends: Hearth's segmenter, never Vosk. And what is never a command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audio.ear import VoskEar
from audio.model import embedded
from audio.training.babel import bad_input
from audio.training.held_out import held_out
from audio.types import AudioChunk, Heard, Hearing
from tests.test_ear import quiet, spoken

pytestmark = pytest.mark.spoken

PARTS = ("oov_weather", "i appreciate that you made dinner", "oov_breakfast")
"""Recorded sentences that make one answer, with long pauses between them."""
THINKING = 4.0
"""Seconds in which somebody looks for words."""
BAD = list(bad_input())


@pytest.mark.parametrize("conf", ["model", "commands"])
def test_vosk_never_ends_an_answer_by_itself(conf: str, tmp_path: Path) -> None:
    from vosk import KaldiRecognizer, Model, SetLogLevel

    from audio.model import check
    from audio.model_folder import assemble, dictation

    SetLogLevel(-1)
    model = check(embedded(), tmp_path)
    folder = dictation(model, tmp_path) if conf == "model" else assemble(model, tmp_path, ["yes", "no"])
    recognizer = KaldiRecognizer(Model(str(folder.path)), 16_000)
    answer = b"".join(spoken(part) + quiet(THINKING) for part in PARTS) + quiet(30.0)
    assert not any(recognizer.AcceptWaveform(answer[at : at + 6_400]) for at in range(0, len(answer), 6_400))


def test_pauses_for_thought_are_part_of_an_answer(tmp_path: Path) -> None:
    ear = VoskEar(None, ["yes"], ["stop"], tmp_path)
    ear.listen_for(Hearing.ANSWERS, THINKING + 1.0)
    pcm = b"".join(spoken(part) + quiet(THINKING) for part in PARTS) + quiet(THINKING + 2.0)
    found = [e for e in ear.hear(AudioChunk(pcm)) if isinstance(e, Heard)]
    assert len(found) == 1
    assert found[0].answer is not None
    assert len(found[0].answer.words) > 10
    gaps = [b.start - a.end for a, b in zip(found[0].answer.words, found[0].answer.words[1:], strict=False)]
    assert sum(gap > THINKING - 0.5 for gap in gaps) == len(PARTS) - 1


@pytest.fixture(scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoskEar]:
    made = VoskEar(None, held_out().commands, ["stop", "skip", "pause"], tmp_path_factory.mktemp("cache"))
    yield made
    made.close()


@pytest.mark.parametrize("pcm", [pcm for _, pcm in BAD], ids=[name for name, _ in BAD])
def test_what_is_no_english_speech_is_no_command(ear: VoskEar, pcm: bytes) -> None:
    found = [e for e in ear.hear(AudioChunk(quiet(0.5) + pcm + quiet(1.5))) if isinstance(e, Heard)]
    assert [e.phrase.text for e in found if e.phrase] == []
