"""The stage "evaluation": a model beside pocketsphinx, on voices and sentences kept apart. `make evaluate`.

Both hear the same sound and the same phrases. The report is evaluation.md in the work folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from audio.training.babel import bad_input
from audio.training.held_out import held_out
from audio.training.progress import Report
from audio.training.recognisers import Hearth, PocketSphinx, Recogniser, Result
from audio.training.scores import Bin, calibration_error, reliability, word_error_rate
from audio.training.sounds import CONDITIONS, Condition, read_sounds, write_sounds

SEED = 3
COLUMNS = ("commands right", "for another", "answers for a command", "word errors of answers", "of talk")


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of one recogniser in one condition, percent."""

    condition: str
    commands: float
    """Whole phrases right."""
    mistaken: float
    """Taken for another phrase."""
    accepted: float
    """Free answers taken for a phrase."""
    words: float
    """Word error rate of free answers."""
    talk: float
    """The same of answers as they come."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All of one recogniser."""

    name: str
    lines: tuple[Line, ...]
    bins: tuple[Bin, ...]
    """Confidence of phrases heard, over all conditions and over answers taken for phrases."""
    bad: int
    """Bad inputs taken for a phrase."""
    speed: float
    """Processor seconds for each second of sound."""


def evaluate(model: Path, work: Path, report: Report) -> str:
    """Measure and write `work`/evaluation.md; returns it."""
    folder, held = work / "evaluation", held_out()
    write_sounds(folder, "commands", held.commands, SEED, CONDITIONS)
    write_sounds(folder, "answers", held.answers, SEED + 1, CONDITIONS)
    write_sounds(folder, "talk", held.talk, SEED + 2, CONDITIONS)
    cache = work / "evaluation-cache"
    both: list[Recogniser] = [Hearth(model, cache), PocketSphinx()]
    steps = Steps(report, len(both) * (2 * len(CONDITIONS) + 1))
    figures = [_figures(recogniser, folder, steps) for recogniser in both]
    text = "\n".join(_table(f) for f in figures)
    (work / "evaluation.md").write_text(text)
    return text


class Steps:
    """Counts what is done."""

    def __init__(self, report: Report, total: int) -> None:
        self._report, self._total, self._done = report, total, 0

    def next(self) -> None:
        """One more."""
        self._done += 1
        self._report.advance(self._done, self._total)


def _figures(recogniser: Recogniser, folder: Path, steps: Steps) -> Figures:
    held = held_out()
    phrases, results = sorted(held.commands), []
    heard: dict[str, list[tuple[str, Result]]] = {}
    recogniser.phrases(phrases)
    taken = {}
    for condition in CONDITIONS:
        heard[condition.name] = _hear(recogniser, folder, "commands", condition)
        results += [(r.confidence, r.text == right) for right, r in heard[condition.name] if r.text]
        answers = [r for _, r in _hear(recogniser, folder, "answers", condition)]
        results += [(r.confidence, False) for r in answers if r.text]
        taken[condition.name] = _percent(bool(r.text) for r in answers)
        steps.next()
    bad = sum(bool(recogniser.hear(pcm).text) for _, pcm in bad_input())
    steps.next()
    recogniser.anything()
    lines = []
    for condition in CONDITIONS:
        said = heard[condition.name]
        lines.append(
            Line(
                condition.name,
                _percent(r.text == right for right, r in said),
                _percent(bool(r.text) and r.text != right for right, r in said),
                taken[condition.name],
                *(
                    word_error_rate((right, r.text) for right, r in _hear(recogniser, folder, name, condition))
                    for name in ("answers", "talk")
                ),
            )
        )
        steps.next()
    speed = recogniser.cpu / recogniser.seconds
    return Figures(recogniser.name, tuple(lines), tuple(reliability(results)), bad, speed)


def _hear(recogniser: Recogniser, folder: Path, name: str, condition: Condition) -> list[tuple[str, Result]]:
    return [(sound.text, recogniser.hear(sound.pcm)) for sound in read_sounds(folder, name, condition)]


def _percent(flags: Iterable[bool]) -> float:
    listed = list(flags)
    return 100.0 * sum(listed) / max(len(listed), 1)


def _table(f: Figures) -> str:
    rows = [f"### {f.name}", "", "| " + " | ".join(("", *COLUMNS)) + " |", "|---" * (1 + len(COLUMNS)) + "|"]
    for x in f.lines:
        values = (x.commands, x.mistaken, x.accepted, x.words, x.talk)
        rows.append("| " + " | ".join((x.condition, *(f"{value:.1f} %" for value in values))) + " |")
    total = sum(1 for _ in bad_input())
    rows += ["", f"Bad input taken for a command: {f.bad} of {total}. {f.speed:.3f} processor seconds a second.", ""]
    rows += ["| confidence | phrases | right |", "|---|---|---|"]
    rows += [f"| {b.confidence:.2f} | {b.count} | {100 * b.right:.1f} % |" for b in f.bins]
    return "\n".join([*rows, "", f"Expected calibration error {calibration_error(f.bins):.3f}.", ""])
