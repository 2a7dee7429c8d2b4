"""The stage "evaluation": a model beside pocketsphinx, on voices and sentences kept apart. `make evaluate`.

Both hear the same sound and the same phrases. The report is evaluation.md in the work folder.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from audio.training.babel import bad_input
from audio.training.held_out import held_out
from audio.training.progress import Report
from audio.training.recognisers import Hearth, PocketSphinx, Recogniser, Result
from audio.training.scores import Bin, calibration_error, reliability, word_error_rate
from audio.training.sounds import CONDITIONS, Condition, read_sounds, write_sounds

SEED = 3
RECOGNISERS = (Hearth.name, PocketSphinx.name)
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


def evaluate(model: Path, work: Path, report: Report, processes: int = 1) -> str:
    """Measure, several conditions at a time, and write `work`/evaluation.md; returns it."""
    folder, held = work / "evaluation", held_out()
    write_sounds(folder, "commands", held.commands, SEED, CONDITIONS)
    write_sounds(folder, "answers", held.answers, SEED + 1, CONDITIONS)
    write_sounds(folder, "talk", held.talk, SEED + 2, CONDITIONS)
    jobs = [_Job(name, model, work, condition) for name in RECOGNISERS for condition in (*CONDITIONS, None)]
    parts: dict[str, list[_Part]] = {name: [] for name in RECOGNISERS}
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for done, (job, part) in enumerate(zip(jobs, pool.imap(_measure, jobs), strict=True), 1):
            parts[job.recogniser].append(part)
            report.advance(done, len(jobs))
    text = "\n".join(_table(_together(name, listed)) for name, listed in parts.items())
    (work / "evaluation.md").write_text(text)
    return text


@dataclass(frozen=True, slots=True)
class _Job:
    """One recogniser in one condition."""

    recogniser: str
    model: Path
    work: Path
    condition: Condition | None
    """None: bad input."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a job measured."""

    line: Line | None = None
    results: tuple[tuple[float, bool], ...] = ()
    """Confidence of phrases heard, and whether they were right."""
    bad: int = 0
    cpu: float = 0.0
    seconds: float = 0.0


def _measure(job: _Job) -> _Part:
    hearth = job.recogniser == Hearth.name
    recogniser: Recogniser = Hearth(job.model, job.work / "evaluation-cache") if hearth else PocketSphinx()
    phrases = sorted(held_out().commands)
    recogniser.phrases(phrases)
    if job.condition is None:
        return _Part(bad=sum(bool(recogniser.hear(pcm).text) for _, pcm in bad_input()))
    hear = partial(_hear, recogniser, job.work / "evaluation", condition=job.condition)
    said, free = hear("commands"), hear("answers")
    results = [(r.confidence, r.text == right) for right, r in said if r.text]
    results += [(r.confidence, False) for _, r in free if r.text]
    recogniser.anything()
    line = Line(
        job.condition.name,
        _percent(r.text == right for right, r in said),
        _percent(bool(r.text) and r.text != right for right, r in said),
        _percent(bool(r.text) for _, r in free),
        *(word_error_rate((right, r.text) for right, r in hear(name)) for name in ("answers", "talk")),
    )
    return _Part(line, tuple(results), 0, recogniser.cpu, recogniser.seconds)


def _together(name: str, parts: list[_Part]) -> Figures:
    lines = tuple(part.line for part in parts if part.line is not None)
    bins = tuple(reliability([result for part in parts for result in part.results]))
    speed = sum(part.cpu for part in parts) / sum(part.seconds for part in parts)
    return Figures(name, lines, bins, sum(part.bad for part in parts), speed)


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
