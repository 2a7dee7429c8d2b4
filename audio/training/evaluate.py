"""The stage "evaluation": a model beside pocketsphinx, on voices and sentences kept apart. `make evaluate`.

Both hear the same sound and the same phrases. What was measured of a recogniser in a condition stays beside the sounds:
a stopped evaluation goes on from there, and its report is of all that is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from audio.model import check
from audio.training.babel import bad_input
from audio.training.held_out import held_out
from audio.training.progress import Report
from audio.training.recognisers import Hearth, PocketSphinx, Recogniser, Result
from audio.training.scores import Bin, calibration_error, reliability, word_error_rate
from audio.training.sounds import CONDITIONS, Condition, read_sounds
from audio.training.workers import share

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
    bad: tuple[int, int] | None
    """Bad inputs taken for a phrase, and of how many; None: not measured yet."""
    speed: float
    """Processor seconds for each second of sound."""


def evaluate(model: Path, folder: Path, file: Path, report: Report, processes: int = 1) -> None:
    """Measure on the sounds in `folder`, several conditions at a time, and write `file` after each; what is known
    of this very model is not measured again."""
    names = {Hearth.name: check(model, folder / "cache").fingerprint, PocketSphinx.name: PocketSphinx.name}
    jobs = [_Job(name, model, folder, names[name], c) for name in RECOGNISERS for c in (*CONDITIONS, None)]
    missing = [job for job in jobs if not job.file.exists()]
    _write(file, jobs)
    share(_measure, missing, len(jobs), report, processes, after=partial(_write, file, jobs))


@dataclass(frozen=True, slots=True)
class _Job:
    """One recogniser in one condition."""

    recogniser: str
    model: Path
    folder: Path
    of: str
    """Which recogniser it is, to the last bit."""
    condition: Condition | None
    """None: bad input."""

    @property
    def file(self) -> Path:
        """Where its figures are."""
        condition = self.condition.name if self.condition else "bad input"
        return self.folder / f"{self.of} {condition}.json".replace(" ", "_")


@dataclass(frozen=True, slots=True)
class _Part:
    """What a job measured."""

    line: Line | None = None
    results: tuple[tuple[float, bool], ...] = ()
    """Confidence of phrases heard, and whether they were right."""
    bad: tuple[int, int] | None = None
    cpu: float = 0.0
    seconds: float = 0.0


def _measure(job: _Job) -> None:
    """Write what it measures."""
    recogniser: Recogniser = (
        Hearth(job.model, job.folder / "cache") if job.recogniser == Hearth.name else PocketSphinx()
    )
    recogniser.phrases(sorted(held_out().commands))
    part = _bad(recogniser) if job.condition is None else _heard(recogniser, job.folder, job.condition)
    aside = job.file.with_suffix(".part")
    aside.write_bytes(msgspec.json.encode(part))
    aside.replace(job.file)


def _bad(recogniser: Recogniser) -> _Part:
    taken = [bool(recogniser.hear(pcm).text) for _, pcm in bad_input()]
    return _Part(bad=(sum(taken), len(taken)))


def _heard(recogniser: Recogniser, folder: Path, condition: Condition) -> _Part:
    hear = partial(_hear, recogniser, folder, condition=condition)
    said, free = hear("commands"), hear("answers")
    results = [(r.confidence, r.text == right) for right, r in said if r.text]
    results += [(r.confidence, False) for _, r in free if r.text]
    recogniser.anything()
    line = Line(
        condition.name,
        _percent(r.text == right for right, r in said),
        _percent(bool(r.text) and r.text != right for right, r in said),
        _percent(bool(r.text) for _, r in free),
        *(word_error_rate((right, r.text) for right, r in hear(name)) for name in ("answers", "talk")),
    )
    return _Part(line, tuple(results), None, recogniser.cpu, recogniser.seconds)


def _write(file: Path, jobs: list[_Job]) -> None:
    """The report of those jobs that are done."""
    known = {name: [job for job in jobs if job.recogniser == name and job.file.exists()] for name in RECOGNISERS}
    parts = {name: [_read(job) for job in done] for name, done in known.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(_table(_together(name, theirs)) for name, theirs in parts.items() if theirs))


def _read(job: _Job) -> _Part:
    return msgspec.json.decode(job.file.read_bytes(), type=_Part)


def _together(name: str, parts: list[_Part]) -> Figures:
    lines = tuple(part.line for part in parts if part.line is not None)
    bins = tuple(reliability([result for part in parts for result in part.results]))
    speed = sum(part.cpu for part in parts) / max(sum(part.seconds for part in parts), 1.0)
    bad = [part.bad for part in parts if part.bad is not None]
    return Figures(name, lines, bins, bad[0] if bad else None, speed)


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
    taken = "not measured yet" if f.bad is None else "{} of {}".format(*f.bad)
    rows += ["", f"Bad input taken for a command: {taken}. {f.speed:.3f} processor seconds a second.", ""]
    rows += ["| confidence | phrases | right |", "|---|---|---|"]
    rows += [f"| {b.confidence:.2f} | {b.count} | {100 * b.right:.1f} % |" for b in f.bins]
    return "\n".join([*rows, "", f"Expected calibration error {calibration_error(f.bins):.3f}.", ""])
