"""Run by the training tools' interpreter: `training_evaluation.py FOLDER`, which is empty.

An evaluation of the embedded model that was stopped when one condition was left, and a few sentences in it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from audio.model import check
from audio.training.evaluate import evaluate
from audio.training.held_out import held_out
from audio.training.progress import Report
from audio.training.sounds import CONDITIONS, SETS, Heard, at_16k, save_sounds, spoken
from audio.training.stages import EMBEDDED

FEW = 2
TAKEN = {"hearth": 11, "pocketsphinx": 22}
"""Bad inputs, as measured before it was stopped."""


def main(folder: Path) -> None:
    """Leaves evaluation.md in the folder."""
    for name, seed in SETS.items():
        few = getattr(held_out(), name)[:FEW]
        pcm = [np.round(at_16k(said)).astype("<i2").tobytes() for said in spoken(few, seed)]
        save_sounds(folder, name, CONDITIONS[0], [Heard(text, "", one) for text, one in zip(few, pcm, strict=True)])
    names = {"hearth": check(EMBEDDED, folder / "cache").fingerprint, "pocketsphinx": "pocketsphinx"}
    for name, of in names.items():
        for condition in CONDITIONS[1:]:
            (folder / f"{of}_{condition.name}.json".replace(" ", "_")).write_text("{}")
        (folder / f"{of}_bad_input.json").write_text(json.dumps({"bad": [TAKEN[name], 33]}))
    for _ in range(2):  # and then there is nothing left to measure
        with Report("evaluation") as report:
            evaluate(EMBEDDED, folder, folder / "evaluation.md", report)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
