"""The stage "people": a model beside pocketsphinx on recordings of a person. `python -m audio.training people`.

They are the announcements of a telephone exchange, spoken by Allison Smith in a studio: Debian's packages
asterisk-core-sounds-en and -en-g722 (CC BY-SA 3.0). Nothing is trained on them or fitted to them, and none of them is
part of the project. The report is people.md in the work folder.
"""

from __future__ import annotations

import gzip
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audio.training.features import RATE
from audio.training.held_out import held_out
from audio.training.progress import Report
from audio.training.prose import plain
from audio.training.recognisers import Recogniser
from audio.training.scores import word_error_rate

TEXTS = Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
SOUNDS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
PACKAGES = ("asterisk-core-sounds-en", "asterisk-core-sounds-en-g722")
SENTENCE = 3
"""Words from which an announcement is a sentence."""
AROUND = bytes(RATE)
"""Half a second of silence before and after."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One announcement."""

    text: str
    """Its words, in small letters."""
    pcm: bytes
    """16 kHz, 16 bit, mono."""


def evaluate(recognisers: list[Recogniser], words: set[str], work: Path, report: Report) -> str:
    """Measure on the sentences of which all words are among `words`, and write `work`/people.md; returns it."""
    said = [recording for recording in recordings() if set(recording.text.split()) <= words]
    phrases = sorted(held_out().commands)
    rows = ["| | word error rate | taken for a command |", "|---|---|---|"]
    for number, recogniser in enumerate(recognisers):
        recogniser.phrases(phrases)
        taken = sum(bool(recogniser.hear(one.pcm).text) for one in said)
        recogniser.anything()
        heard = []
        for done, one in enumerate(said, 1):
            heard.append((one.text, recogniser.hear(one.pcm).text))
            report.advance(number * len(said) + done, len(recognisers) * len(said))
        rows.append(f"| {recogniser.name} | {word_error_rate(heard):.1f} % | {taken} of {len(said)} |")
    text = "\n".join([*rows, "", f"{len(said)} sentences, {sum(len(one.text.split()) for one in said)} words.", ""])
    (work / "people.md").write_text(text)
    return text


def recordings() -> Iterator[Recording]:
    """All sentences without numerals; FileNotFoundError names the packages."""
    if not TEXTS.exists() or not SOUNDS.is_dir():
        raise FileNotFoundError(
            f"{SOUNDS} is missing: install asterisk-core-sounds-en and asterisk-core-sounds-en-g722"
        )
    for line in gzip.decompress(TEXTS.read_bytes()).decode("utf-8").splitlines():
        name, _, text = line.partition(": ")
        file = SOUNDS / f"{name}.g722"
        spoken = plain(text)
        if spoken.count(" ") + 1 >= SENTENCE and not re.search(r"[\d\[]", text) and file.exists():
            yield Recording(spoken, AROUND + _pcm(file) + AROUND)


def _pcm(file: Path) -> bytes:
    """pydub cannot read this format: it asks ffmpeg for samples of 4 bits."""
    command = ["ffmpeg", "-v", "error", "-f", "g722", "-i", str(file), "-f", "s16le", "-ac", "1", "-ar", str(RATE), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout
