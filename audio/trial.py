"""python -m audio.trial FOLDER: decode half a second with a Vosk model, in a process that may die of it."""

from __future__ import annotations

import random
import sys

from audio.offline_vosk import offline_vosk
from audio.types import BYTES_PER_SAMPLE, EAR_RATE


def main(folder: str) -> None:
    """Load the model and decode noise with it; Vosk ends the process if a file is damaged."""
    vosk = offline_vosk()
    vosk.SetLogLevel(-1)
    recognizer = vosk.KaldiRecognizer(vosk.Model(folder), EAR_RATE)
    recognizer.SetWords(True)
    recognizer.AcceptWaveform(random.Random(1).randbytes(EAR_RATE * BYTES_PER_SAMPLE // 2))
    recognizer.FinalResult()


if __name__ == "__main__":
    main(sys.argv[1])
