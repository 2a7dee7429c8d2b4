"""The ear on real sound: spoken files whose names are what is said in them, and oov_* files that are no phrase."""

from __future__ import annotations

import dataclasses
import random
import resource
import shutil
import wave
from array import array
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from audio.ear import VoskEar
from audio.errors import AudioError, ModelError
from audio.model import Strategy, embedded
from audio.model_files import MANIFEST
from audio.types import AudioChunk, Heard, Hearing, Onset, Silence, Word

pytestmark = pytest.mark.spoken

WAVS = Path(__file__).parent / "wav"
STATIC_GRAPH = Path(__file__).parent / "models/HCLG.fst"
"""A static graph of four phrases, made of the embedded model with OpenFst's own tools."""
FREE = ("i appreciate that", "thank sam for")
OOV = sorted(f.stem for f in WAVS.glob("oov_*.wav"))
NAMES = sorted(f.stem for f in WAVS.glob("*.wav") if f.stem not in OOV)
CONTROLS = ("skip", "repeat", "pause", "go on", "stop")
COMMANDS = (
    *(name for name in NAMES if not name.startswith(FREE) and name not in CONTROLS),
    *(f"{prefix} *" for prefix in FREE),
    "start our weekly check in",
    "what did we appreciate today",
    "help and contacts",
    "read it back",
)


@cache
def quiet(seconds: float) -> bytes:
    source = random.Random(7)
    return array("h", (int(source.gauss(0, 3)) for _ in range(int(16_000 * seconds)))).tobytes()


def spoken(name: str) -> bytes:
    with wave.open(str(WAVS / f"{name}.wav")) as file:
        return bytes(file.readframes(file.getnframes()))


def bare(name: str) -> bytes:
    """Without the silence around it."""
    samples = array("h", spoken(name))
    loud = [place for place, sample in enumerate(samples) if abs(sample) > 300]
    return samples[loud[0] : loud[-1]].tobytes()


def news(ear: VoskEar, pcm: bytes, step: int = 640) -> list[Onset | Heard | Silence]:
    chunks = (AudioChunk(pcm[at : at + step]) for at in range(0, len(pcm), step))
    return [event for chunk in chunks for event in ear.hear(chunk)]


def heard(ear: VoskEar, pcm: bytes) -> list[Heard]:
    return [event for event in news(ear, pcm) if isinstance(event, Heard)]


def phrases(ear: VoskEar, pcm: bytes) -> list[str | None]:
    return [utterance.phrase.text if utterance.phrase else None for utterance in heard(ear, pcm)]


@pytest.fixture(scope="session")
def ears(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoskEar]:
    ear = VoskEar(None, COMMANDS, CONTROLS, tmp_path_factory.mktemp("cache"))
    yield ear
    ear.close()


@pytest.fixture
def ear(ears: VoskEar) -> VoskEar:
    ears.listen_for(Hearing.COMMANDS, 0.6)
    news(ears, quiet(1.0))
    return ears


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_is_heard(name: str, ear: VoskEar) -> None:
    assert phrases(ear, spoken(name) + quiet(1.5)) == [name]


@pytest.mark.parametrize("late", [0, 128, 256, 364, 372, 384, 448])
def test_a_soft_last_sound_is_heard_once(late: int, ear: VoskEar) -> None:
    """However the sound falls into frames: the breath of "stop" is not repeated with the silence after it."""
    ear.end()
    (found,) = heard(ear, quiet(2.0)[: 2 * (31 * 512 + late)] + spoken("stop") + quiet(1.5))
    assert found.phrase is not None
    assert found.phrase.text == "stop"
    assert found.phrase.confidence > 0.9


@pytest.mark.parametrize("name", OOV)
def test_what_is_no_phrase_is_none(name: str, ear: VoskEar) -> None:
    assert not any(phrases(ear, spoken(name) + quiet(1.5)))


@pytest.mark.parametrize("name", ["oov_noise", "oov_hum", "oov_clicks"])
def test_what_is_no_voice_is_not_even_an_onset(name: str, ear: VoskEar) -> None:
    assert not [event for event in news(ear, spoken(name)) if not isinstance(event, Silence)]


def test_a_conversation_is_heard_in_order_whatever_the_chunks(ear: VoskEar) -> None:
    names = ["start our coffee ritual", "yes", "skip", "oov_weather", "stop"]
    pcm = b"".join(spoken(name) + quiet(1.0) for name in names)
    expected = ["start our coffee ritual", "yes", "skip", None, "stop"]
    assert phrases(ear, pcm) == expected
    found = [event for event in news(ear, pcm, step=7_777 * 2) if isinstance(event, Heard)]
    assert [utterance.phrase and utterance.phrase.text for utterance in found] == expected


def test_an_onset_comes_first_and_the_times_fit(ear: VoskEar) -> None:
    assert phrases(ear, spoken("stop") + quiet(1.0)) == ["stop"]
    before = [round(event.seconds) for event in news(ear, quiet(3.2)) if isinstance(event, Silence)]
    assert before[-3:] == [2, 3, 4]
    events = news(ear, spoken("what did we appreciate this week") + quiet(1.0))
    onset, utterance = (event for event in events if not isinstance(event, Silence))
    assert isinstance(onset, Onset)
    assert isinstance(utterance, Heard)
    length = len(spoken("what did we appreciate this week")) / 32_000
    assert utterance.seconds == pytest.approx(length, abs=0.8)
    assert utterance.ended == pytest.approx(onset.at + utterance.seconds + 0.6, abs=0.1)


def test_words_have_times_within_the_utterance_each_time(ear: VoskEar) -> None:
    for _ in range(2):
        (utterance,) = heard(ear, spoken("what did we appreciate this week") + quiet(1.0))
        assert utterance.phrase is not None
        words = utterance.phrase.words
        assert [word.text for word in words] == utterance.phrase.text.split()
        assert all(0 <= word.start < word.end <= utterance.seconds + 0.8 for word in words)
        assert all(0 < word.confidence <= 1 for word in words)


def test_free_words_carry_the_confidence_of_dictation(ear: VoskEar) -> None:
    (utterance,) = heard(ear, spoken("i appreciate that you made dinner") + quiet(2.0))
    assert utterance.phrase is not None
    prefix, free = utterance.phrase.words[:3], utterance.phrase.words[3:]
    assert [word.text for word in free] == ["you", "made", "dinner"]
    assert prefix[-1].end <= free[0].start + 0.1
    assert utterance.phrase.confidence == pytest.approx(mean([*prefix, *free]))


def mean(words: list[Word]) -> float:
    return sum(word.confidence for word in words) / len(words)


def test_a_free_phrase_waits_longer_for_the_next_word(ear: VoskEar) -> None:
    pcm = spoken("i appreciate that you made dinner") + quiet(0.3) + spoken("yes") + quiet(2.0)
    (found,) = phrases(ear, pcm)
    assert found is not None
    assert found.startswith("i appreciate that you made dinner ")


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[VoskEar]:
    """An ear that ends what is sure to be complete after 0.35 s, and everything else after 0.9 s."""
    ear = VoskEar(None, ("start our coffee ritual", "yes stop", "evening reflection", "pause"), ("yes",), tmp_path)
    ear.listen_for(Hearing.COMMANDS, 0.9, 0.35)
    news(ear, quiet(1.0))
    yield ear
    ear.close()


def delays(ear: VoskEar, pcm: bytes) -> list[tuple[str | None, float]]:
    """What was heard, and the silence in seconds after which that was decided."""
    began, found = 0.0, []
    for event in news(ear, pcm):
        match event:
            case Onset(at=at):
                began = at
            case Heard(phrase=phrase, seconds=seconds, ended=ended):
                found.append((phrase.text if phrase else None, ended - began - seconds))
    return found


def test_a_phrase_from_which_no_other_goes_on_ends_sooner(quick: VoskEar) -> None:
    names = ("start our coffee ritual", "yes", "evening reflection", "oov_weather")
    pcm = b"".join(spoken(name) + quiet(1.5) for name in names)
    found = delays(quick, pcm)
    assert [text for text, _ in found] == ["start our coffee ritual", "yes", "evening reflection", None]
    assert [delay for _, delay in found] == pytest.approx([0.35, 0.9, 0.35, 0.9], abs=0.05)


def test_speech_that_goes_on_after_such_a_pause_is_heard_as_a_whole(quick: VoskEar) -> None:
    first = bare("yes") + quiet(0.5)
    pcm = first + bare("stop") + quiet(1.5) + first + bare("oov_weather") + quiet(1.5)
    assert phrases(quick, pcm) == ["yes stop", None]


def test_a_short_request_that_is_no_phrase_is_dictated_and_long_talk_is_not(ear: VoskEar) -> None:
    ear.listen_for(Hearing.COMMANDS, 0.6)
    short, long, known = heard(
        ear,
        bare("oov_weather") + quiet(1.0) + bare("oov_weather") * 4 + quiet(1.0) + bare("help") + quiet(1.0),
    )
    assert (short.phrase, long.phrase, known.answer) == (None, None, None)
    assert short.answer is not None
    assert "tomorrow" in short.answer.text
    assert short.seconds < 6.0 < long.seconds
    assert long.answer is None


def test_only_controls_are_heard_when_told(ear: VoskEar) -> None:
    ear.listen_for(Hearing.CONTROLS, 0.6)
    pcm = b"".join(spoken(name) + quiet(1.0) for name in ["stop", "start our coffee ritual", "pause", "yes"])
    assert phrases(ear, pcm) == ["stop", None, "pause", None]


def test_answers_are_dictated_beside_the_controls(ear: VoskEar) -> None:
    ear.listen_for(Hearing.ANSWERS, 1.0)
    answer, control = heard(
        ear, spoken("thank sam for cooking dinner on sunday") + quiet(1.5) + spoken("skip") + quiet(1.5)
    )
    assert answer.phrase is None
    assert answer.answer is not None
    assert "cooking dinner" in answer.answer.text
    assert control.phrase is not None
    assert control.phrase.text == "skip"
    assert control.answer is not None


def test_an_answer_that_is_closed_at_once_ends_sooner_and_one_that_goes_on_does_not(tmp_path: Path) -> None:
    ear = VoskEar(None, COMMANDS, CONTROLS, tmp_path, closing=("skip", "stop"))
    ear.listen_for(Hearing.ANSWERS, 3.0, 0.35)
    news(ear, quiet(1.0))
    goes_on = bare("skip") + quiet(0.9) + bare("oov_weather")
    found = delays(ear, bare("skip") + quiet(3.5) + bare("repeat") + quiet(3.5) + goes_on + quiet(3.5))
    assert [text for text, _ in found] == ["skip", "repeat", None]
    assert [delay for _, delay in found] == pytest.approx([1.2, 3.0, 3.0], abs=0.06)


def test_an_answer_may_pause_to_think(ear: VoskEar) -> None:
    ear.listen_for(Hearing.ANSWERS, 3.0)
    pcm = spoken("oov_breakfast") + quiet(1.5) + spoken("oov_weather") + quiet(3.5)
    (utterance,) = heard(ear, pcm)
    assert utterance.answer is not None
    assert utterance.answer.text.count(" ") > 12
    starts = [word.start for word in utterance.answer.words]
    assert starts == sorted(starts)


def test_a_long_answer_is_heard_to_the_end_in_bounded_memory(ear: VoskEar) -> None:
    ear.listen_for(Hearing.ANSWERS, 2.0)
    piece = spoken("oov_breakfast") + quiet(0.3)
    news(ear, piece + quiet(2.5))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (utterance,) = heard(ear, piece * 20 + quiet(2.5))
    assert utterance.answer is not None
    assert utterance.seconds > 60
    assert utterance.answer.text.count("airport") + utterance.answer.text.count("train") >= 15
    assert utterance.answer.words[-1].end == pytest.approx(utterance.seconds, abs=1.5)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


def test_switching_in_the_middle_leaves_the_running_utterance_alone(ear: VoskEar) -> None:
    pcm = spoken("start our coffee ritual")
    middle = len(pcm) // 4 * 2
    news(ear, pcm[:middle])
    ear.listen_for(Hearing.CONTROLS, 0.6)
    assert phrases(ear, pcm[middle:] + quiet(1.0)) == ["start our coffee ritual"]
    assert phrases(ear, spoken("start our coffee ritual") + quiet(1.0)) == [None]


def test_the_end_of_the_sound_ends_the_utterance(ear: VoskEar) -> None:
    assert phrases(ear, spoken("evening reflection")) == []
    (utterance,) = ear.end()
    assert utterance.phrase is not None
    assert utterance.phrase.text == "evening reflection"
    assert ear.end() == []


def test_other_rates_are_refused(ear: VoskEar) -> None:
    with pytest.raises(AudioError, match="16000"):
        ear.hear(AudioChunk(bytes(640), 44_100))


def test_phrases_with_unknown_words_are_reported(tmp_path: Path) -> None:
    ear = VoskEar(None, ["skip", "open the xyzzy"], ["stop"], tmp_path)
    assert [(deaf.phrase, deaf.words) for deaf in ear.deaf] == [("open the xyzzy", ("xyzzy",))]
    assert phrases(ear, quiet(0.5) + spoken("skip") + quiet(1.0)) == ["skip"]


def test_without_a_single_phrase_nothing_is_heard(tmp_path: Path) -> None:
    assert phrases(VoskEar(None, [], [], tmp_path), quiet(0.5) + spoken("skip") + quiet(1.0)) == [None]


def test_a_model_that_takes_only_json_grammars_hears_whole_phrases(tmp_path: Path) -> None:
    ear = VoskEar(None, COMMANDS, CONTROLS, tmp_path)
    ear.model = dataclasses.replace(ear.model, strategy=Strategy.JSON_GRAMMAR)
    names = ["start our coffee ritual", "skip", "evening reflection", "what did we appreciate this week"]
    assert [phrases(ear, quiet(1.0) + spoken(name) + quiet(2.0)) for name in names] == [[name] for name in names]
    assert phrases(ear, quiet(1.0) + spoken("oov_weather") + quiet(1.0)) == [None]


def test_a_model_with_a_static_graph_hears_whole_phrases(tmp_path: Path) -> None:
    model = Path(shutil.copytree(embedded(), tmp_path / "static"))
    for part in (MANIFEST, "graph/HCLr.fst", "graph/Gr.fst"):
        (model / part).unlink()
    shutil.copy(STATIC_GRAPH, model / "graph/HCLG.fst")
    ear = VoskEar(model, ["start our coffee ritual", "i appreciate that *"], ["skip"], tmp_path / "cache")
    assert ear.model.strategy is Strategy.OPEN
    assert phrases(ear, quiet(1.0) + spoken("start our coffee ritual") + quiet(1.0)) == ["start our coffee ritual"]
    free = "i appreciate that you made dinner"
    assert phrases(ear, quiet(1.0) + spoken(free) + quiet(2.0)) == [free]
    assert phrases(ear, quiet(1.0) + spoken("stop") + quiet(1.0)) == [None]
    ear.listen_for(Hearing.ANSWERS, 0.8)
    (utterance,) = heard(ear, spoken("skip") + quiet(1.5))
    assert utterance.phrase == utterance.answer


def test_a_model_that_is_not_there_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no voice model"):
        VoskEar(tmp_path / "none", COMMANDS, CONTROLS, tmp_path)
