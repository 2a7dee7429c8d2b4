"""Phrases that end in free words ("i appreciate that ..."), spoken by held-out voices and heard by Hearth's own ear.

usage, from the root of the source tree: python audio/training/evaluate_free.py [MODEL_DIR]
Prints how often the prefix was right, the word error rate of the free words after a right prefix and in all (a wrong
prefix loses them), and how many plain answers were taken for such a phrase.
"""

import random
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import numpy as np  # noqa: E402
import soxr  # noqa: E402
from evaluate import wer  # noqa: E402
from synth import Espeak, festival_batch  # noqa: E402

from audio.ear import VoskEar  # noqa: E402
from audio.types import AudioChunk, Heard  # noqa: E402

VOICES = "F:kal_diphone en-us+Annie en-us+f4 en-us+m7 en-gb-x-gbcwmd+linda en-us-nyc+klatt3 en-us+aunty en-us+Lee".split()
PREFIXES = ["i appreciate", "i appreciate that", "i appreciate how", "thank sam for", "thank maria for"]
PREFIXES += ["remember that", "my wish is"]
SILENCE = np.random.default_rng(0).normal(0, 2, 48000).astype("<i2").tobytes()


def lines(name):
    return [line.strip() for line in (HERE / name).read_text().splitlines() if line.strip()]


def spoken(texts, shift):
    """(text, 16 kHz samples) for each text, the voices taking turns"""
    es, rng = Espeak(), random.Random(3)
    for i, text in enumerate(texts):
        voice = VOICES[(i + shift) % len(VOICES)]
        if voice.startswith("F:"):
            with tempfile.TemporaryDirectory() as folder:
                wave, rate, _ = festival_batch([("0", text)], voice[2:], folder)["0"]
        else:
            wave, rate, _ = es.say(text, voice, rng.uniform(140, 190), 50)
        sound = soxr.resample(wave, rate, 16000)
        yield text, (sound / np.abs(sound).max() * 12000 + rng.gauss(0, 1)).astype("<i2").tobytes()


def hear(ear, pcm):
    """all phrases of one utterance, joined; None if there was none"""
    found = [e for e in ear.hear(AudioChunk(SILENCE + pcm + SILENCE)) if isinstance(e, Heard)]
    return " ".join(e.phrase.text for e in found if e.phrase) or None


def split(text):
    prefix = max((p for p in PREFIXES if f"{text} ".startswith(f"{p} ")), key=len, default=None)
    return prefix, text[len(prefix) + 1 :] if prefix else ""


def main():
    model = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    commands = [c for c in lines("eval_commands.txt") if not c.startswith("i appreciate")]
    with tempfile.TemporaryDirectory() as cache:
        ear = VoskEar(model, commands + [f"{p} *" for p in PREFIXES], ["stop"], Path(cache))
        right, pairs = [], []
        for shift in (0, 3):
            for text, pcm in spoken(lines("eval_free.txt"), shift):
                (want, free), (got, heard) = split(text), split(hear(ear, pcm) or "")
                right.append(want == got)
                pairs.append((free, heard if want == got else ""))
        wrong = [hear(ear, pcm) for _, pcm in spoken(lines("eval_answers.txt"), 0)]
    print(f"prefix right {100 * np.mean(right):.1f} %")
    print(f"free words, WER after a right prefix {wer([p for p in pairs if p[1]]):.1f} %, in all {wer(pairs):.1f} %")
    print(f"answers taken for such a phrase {sum(split(w or '')[0] is not None for w in wrong)} of {len(wrong)}")


if __name__ == "__main__":
    main()
