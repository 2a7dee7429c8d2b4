"""Figures in, one HTML page out: no script, no request, everything escaped. Written for its owner alone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.journal.disk import write_file
from assistant.journal.realdisk import RealDisk
from assistant.report import charts, heatmap
from assistant.report.figures import Course, Figures
from assistant.report.own import Own, Trend
from assistant.report.quotes import Quote
from assistant.report.words import FOLDER, Words, turned

TEMPLATE = "report.html.j2"
STYLE = "report.css"

LISTED = 12
"""Plans that are listed, the latest; all are counted."""


def render(figures: Figures, words: Words, titles: Mapping[str, str], own: Own | None = None) -> str:
    """The whole page; `titles` are those of rituals by their id, `own` is for one partner alone."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    style = (FOLDER / STYLE).read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(
        style=Markup(style),
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        say=words.say,
        words=words,
        titles=titles,
        **_told(figures, words),
        **_drawn(figures, words),
        own=own,
        rated=lambda trend: _rated(trend, words),
        columns_of=lambda course, number: Markup(_columns(course, figures, words, number)),
        line_of=lambda trend, number: Markup(_line(trend, words, number)),
    )


def save(page: str, file: Path) -> Path:
    """Write the page for its owner alone, all at once or not at all; raises AssistantError when that fails."""
    if file.exists() and not file.is_file():
        raise AssistantError(
            f"The report {file} cannot be written: that is no ordinary file.", "Name another file with --output."
        )
    try:
        write_file(RealDisk(), file, page.encode("utf-8", "replace"))
    except OSError as error:
        raise AssistantError(
            f"The report {file} cannot be written: {error.strerror or type(error).__name__}.",
            "Check the folder and the free space, or name another file with --output.",
        ) from error
    return file


def _told(figures: Figures, words: Words) -> dict[str, Any]:
    """The sentences and labels that the template cannot look up by itself."""
    dates = words.days(figures.first, figures.last)
    parts = {
        "calendar": True,
        "weekdays": figures.rituals,
        "themes": figures.themes,
        "practices": True,
        "quotes": figures.quotes,
        "plans": figures.plans,
    }
    return {
        "figures": figures,
        "names": figures.frame.names,
        "dates": dates,
        "period": words.period(figures.frame.span.period, dates),
        "parts": [part for part, content in parts.items() if content],
        "tiles": _tiles(figures, words),
        "plans": figures.plans[-LISTED:],
        "plans_text": _plans_text(figures, words),
        "by": lambda quote: _by(quote, words),
        "month_days": lambda grid: ", ".join(str(day.day) for day in grid.days),
    }


def _drawn(figures: Figures, words: Words) -> dict[str, Any]:
    """The shapes, and what the template needs to draw them."""
    begins = figures.frame.week_begins
    busiest = max((max(week.counts) for week in figures.rituals), default=1)
    grids = heatmap.calendar(figures)
    return {
        "grids": grids,
        "calendar_text": words.say(
            "calendar_text", choice="whole" if grids[0].month.holds(figures.first) else "latest"
        ),
        "letters": turned(words.weekdays_letter, begins),
        "weekdays": list(zip(turned(words.weekdays_short, begins), turned(words.weekdays, begins), strict=True)),
        "busiest": busiest,
        "radius": heatmap.radius,
        "warmth": heatmap.warmth,
    }


def _tiles(figures: Figures, words: Words) -> list[tuple[str, str]]:
    rituals = sum(sum(week.counts) for week in figures.rituals)
    tiles = [
        (str(count), words.say(key, count))
        for key, count in (
            ("figure_moments", figures.moments),
            ("figure_days", len(figures.days) if figures.first < figures.last else 0),
            ("figure_rituals", rituals),
        )
        if count
    ]
    if figures.seconds >= 60:
        tiles.append((words.length(figures.seconds), words.say("figure_time")))
    return tiles


def _plans_text(figures: Figures, words: Words) -> str:
    made, kept = len(figures.plans), sum(plan.kept is not None for plan in figures.plans)
    told = [words.say("plans_text", made)]
    if kept:
        told.append(words.say("plan_kept_alone") if made == 1 else words.say("plans_kept", kept))
    if made > LISTED:
        told.append(words.say("plans_latest"))
    return " ".join(told)


def _by(quote: Quote, words: Words) -> str:
    if not quote.speaker:
        return words.say("quote_both")
    key = "quote_for" if quote.about else "quote_by"
    return words.say(key, speaker=quote.speaker, about=quote.about)


def _columns(course: Course, figures: Figures, words: Words, number: int) -> str:
    """One practice over time, on the scale of all of them."""
    name = words.say("practices_course", practice=words.practices[course.practice])
    told = charts.Told(f"course-{number}", name, _values(course, figures, words))
    labels = [words.step_short(step) for step in figures.steps]
    return charts.columns(course.counts, labels, max(max(course.counts) for course in figures.courses), told)


def _line(trend: Trend, words: Words, number: int) -> str:
    values = "; ".join(words.say("own_value", count, day=words.day(day)) for day, count in trend.points)
    told = charts.Told(f"own-{number}", words.say("own_course", what=_rated(trend, words)), f"{values}.")
    return charts.line(trend.points, words.day_short, told)


def _rated(trend: Trend, words: Words) -> str:
    return words.ratings.get(trend.name) or trend.name.capitalize()


def _values(course: Course, figures: Figures, words: Words) -> str:
    """The numbers of a course as a sentence for those who do not see it."""
    pairs = zip(figures.steps, course.counts, strict=True)
    told = [words.say("practices_values", count, when=words.step(step)) for step, count in pairs if count]
    return "; ".join(told) + "."
