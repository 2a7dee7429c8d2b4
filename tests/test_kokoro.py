"""The neural synthesiser of the recipe: how texts are spelled for it, and when its phones sound."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from audio.training import kokoro, spelling
from audio.training.held_out import held_out
from audio.training.kokoro import FRAME, RATE, SOONER, segments, style
from audio.training.phones import PHONES
from audio.training.spelling import BRITISH, GLIDES, NUMBERS, SYMBOLS, Token, spelled
from audio.training.voices import taught

SAID = {
    "butter": (("B", "AH1", "T", "ER0"),),
    "go": (("G", "OW1"),),
    "home": (("HH", "OW1", "M"),),
    "the": (("DH", "AH0"), ("DH", "IY0")),
    "nurse": (("N", "ER1", "S"),),
    "car": (("K", "AA1", "R"),),
    "is": (("IH1", "Z"),),
    "here": (("HH", "IY1", "R"),),
    "morning": (("M", "AO1", "R", "N", "IH0", "NG"),),
    "coffee": (("K", "AO1", "F", "IY0"),),
    "what": (("W", "AA1", "T"),),
    "water": (("W", "AO1", "T", "ER0"),),
    "ease": (("IY1", "Z"),),
    "see": (("S", "IY1"),),
    "tomorrow": (("T", "AH0", "M", "AA1", "R", "OW0"),),
    "father": (("F", "AA1", "DH", "ER0"),),
}


@pytest.fixture(autouse=True)
def _few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dictionary is a package that only training needs."""
    monkeypatch.setattr(spelling, "stressed", lambda: SAID)


def test_every_phone_has_symbols_that_have_numbers() -> None:
    assert set(SYMBOLS) == set(PHONES) - {"SIL"}
    spelled_with = {symbol for table in (SYMBOLS, BRITISH, GLIDES) for symbols in table.values() for symbol in symbols}
    assert spelled_with | {"ɾ", "ɒ", "_", "."} <= set(NUMBERS)
    assert len(set(NUMBERS.values())) == len(NUMBERS)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("butter", "bˈʌɾəɹ."),
        ("go home", "ɡˈO_hˈOm."),
        ("the ritual", "ðə_ɹˈɪʧuəl."),
        ("nurse", "nˈɜɹs."),
    ],
)
def test_words_are_spelled_as_they_are_said(text: str, symbols: str) -> None:
    drawn = {"".join(symbol for symbol, _ in spelled(text, random.Random(seed)) or ()) for seed in range(20)}
    assert symbols in drawn


@pytest.mark.parametrize(
    ("text", "symbols", "phones"),
    [
        ("butter", "bˈʌtə.", "B AH T ER"),
        ("go home", "ɡˈQ_hˈQm.", "G OW HH OW M"),
        ("nurse", "nˈɜːs.", "N ER S"),
        ("car", "kˈɑː.", "K AA R"),
        ("car is here", "kˈɑːɹ_ɪz_hˈɪə.", "K AA R IH Z HH IY R"),
        ("butter is here", "bˈʌtəɹ_ɪz_hˈɪə.", "B AH T ER IH Z HH IY R"),
        ("morning coffee", "mˈɔːnɪŋ_kˈɒfi.", "M AO R N IH NG K AO F IY"),
        ("ease water", "ˈiːz_wˈɔːtə.", "IY Z W AO T ER"),
        ("what father", "wˈɒt_fˈɑːðə.", "W AA T F AA DH ER"),
        ("see ritual", "sˈiː_ɹˈɪʧuːəl.", "S IY R IH CH UW AX L"),
        ("tomorrow", "təmˈɒɹQ.", "T AX M AA R OW"),
    ],
)
def test_a_briton_says_other_sounds_for_the_same_phones(text: str, symbols: str, phones: str) -> None:
    tokens = spelled(text, random.Random(1), british=True) or []
    assert "".join(symbol for symbol, _ in tokens) == symbols
    assert " ".join(phone for _, phone in tokens if phone) == phones


def test_a_text_with_an_unknown_word_is_not_spelled() -> None:
    assert spelled("go qwxyz", random.Random(1)) is None


TOKENS: list[Token] = [("ɡ", "G"), ("ˈ", "OW"), ("O", ""), ("_", None), ("h", "HH"), ("ˈ", "OW"), ("O", ""), ("m", "M")]
TOKENS.append((".", None))


def test_phones_follow_each_other_and_what_is_soft_at_the_ends_is_silence() -> None:
    lengths = np.array([12, 2, 1, 3, 2, 2, 1, 4, 9, 8, 1])
    samples = np.zeros(int(lengths.sum()) * FRAME, np.float32)
    samples[9 * FRAME : 28 * FRAME] = 0.5
    found = segments(TOKENS, lengths, samples)
    assert [segment.phone for segment in found] == ["SIL", "G", "OW", "HH", "OW", "M", "SIL"]
    assert all(before.end == pytest.approx(after.start) for before, after in pairwise(found))
    assert found[0].end == pytest.approx(9 * FRAME / RATE)  # one unit before the first phone's time
    assert found[-1].start == pytest.approx(28 * FRAME / RATE, abs=1 / RATE)
    assert found[-1].end == pytest.approx(len(samples) / RATE)


def test_a_long_time_between_words_is_a_silence() -> None:
    lengths = np.array([12, 2, 1, 3, 8, 2, 1, 4, 9, 8, 1])
    samples = np.full(int(lengths.sum()) * FRAME, 0.5, np.float32)
    found = segments(TOKENS, lengths, samples)
    assert [segment.phone for segment in found] == ["SIL", "G", "OW", "SIL", "HH", "OW", "M", "SIL"]
    assert found[0].end == pytest.approx(10 * FRAME / RATE - SOONER)  # what sounds before that is a breath


def test_somebody_between_two_speakers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("one", 1.0), ("two", 3.0)):
        np.full((510, 256), value, "<f4").tofile(tmp_path / f"{name}.bin")
    monkeypatch.setattr(kokoro, "VOICES", tmp_path)
    assert kokoro.speakers() == ("one", "two")
    mixed = style("kokoro-one+two", 7, 0.25)
    assert mixed.shape == (1, 256)
    assert mixed == pytest.approx(2.5)
    spoken_otherwise = style("kokoro-one+two+one", 7, 0.25)[0]
    assert spoken_otherwise[:128] == pytest.approx(2.5)
    assert spoken_otherwise[128:] == pytest.approx(1.0)


def test_speakers_that_are_missing_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kokoro, "VOICES", tmp_path)
    with pytest.raises(FileNotFoundError, match="run make kokoro"):
        kokoro.speakers()


def test_no_speaker_that_is_kept_apart_is_trained_on() -> None:
    kept = sorted(held_out().kokoro)
    assert taught(["af_heart", *kept, "am_adam"]) == ["af_heart", "am_adam"]
    assert held_out().holds(f"kokoro-af_heart+{kept[0]}")
    assert not held_out().holds("kokoro-af_heart+am_adam")
