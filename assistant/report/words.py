"""The words of the page, from one file per language, with dates written as that language writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from assistant.errors import ConfigError
from assistant.report.steps import Size, Step
from assistant.weekdays import Weekday

FOLDER = Path(__file__).parent

Line = str | dict[str, str]
"""One wording, or several by the key that chooses among them: `one` and `other` by a count."""


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that a page says in one language."""

    language: str
    """Name of the file it comes from, such as `en`."""
    lines: dict[str, Line]
    """Every sentence and label by its key."""
    months: tuple[str, ...]
    """Names of the months, January first."""
    months_short: tuple[str, ...]
    """The same, as short as they are written below a chart."""
    weekdays: tuple[str, ...]
    """Names of the days of the week, Monday first."""
    weekdays_short: tuple[str, ...]
    """The same, as short as they are written above a table."""
    weekdays_letter: tuple[str, ...]
    """The same, as short as they are written in a calendar."""
    periods: dict[str, str]
    """Titles of periods by their id; the others are told by their dates."""
    practices: dict[str, str]
    """Titles of practices by their id."""
    ratings: dict[str, str]
    """Titles of what is rated, by the step that asks for it."""

    def say(self, key: str, count: int | None = None, choice: str = "", **values: object) -> str:
        """A line with its values in it; raises KeyError for a key, a form or a value that is not there."""
        line = self.lines[key]
        if not isinstance(line, str):
            line = line[choice or ("one" if count == 1 else "other")]
        return line.format_map({"count": count, **values})

    def day(self, day: date, key: str = "day") -> str:
        """A date as the line `key` writes it."""
        month, weekday = self.months[day.month - 1], self.weekdays[day.weekday()]
        return self.say(key, day=day.day, month=month, year=day.year, weekday=weekday)

    def day_short(self, day: date) -> str:
        """A date as it is written below a chart."""
        return self.say("day_short", day=day.day, month=self.months_short[day.month - 1])

    def days(self, first: date, last: date) -> str:
        """A stretch of days; one day alone by its name."""
        if first == last:
            return self.day(first, "weekday_and_day")
        key = "day_in_month" if first.replace(day=1) == last.replace(day=1) else "day_in_year"
        key = key if first.year == last.year else "day"
        return self.say("dates", first=self.day(first, key), last=self.day(last))

    def step(self, step: Step) -> str:
        """A step of time in full."""
        keys = {Size.DAY: "weekday_and_day", Size.WEEK: "week_of", Size.MONTH: "month_and_year", Size.YEAR: "year"}
        return self.day(step.first, keys[step.size])

    def step_short(self, step: Step) -> str:
        """A step of time as it is written below a chart."""
        match step.size:
            case Size.DAY:
                return self.weekdays_short[step.first.weekday()]
            case Size.WEEK:
                return self.day_short(step.first)
            case Size.MONTH:
                return self.months_short[step.first.month - 1]
            case Size.YEAR:
                return str(step.first.year)

    def period(self, period: str, dates: str) -> str:
        """The title of a period id; `dates` for one that has no title of its own."""
        return self.periods.get(period, dates)

    def length(self, seconds: float) -> str:
        """A length of time, short: minutes, and hours once there are any."""
        hours, minutes = divmod(round(seconds / 60), 60)
        parts = [("hours_short", hours), ("minutes_short", minutes)]
        shown = [self.say(key, count) for key, count in parts if count]
        return " ".join(shown) or self.say("minutes_short", 0)


def load_words(language: str) -> Words:
    """The words of a language such as `en` or `en_GB`, by dialect if there is one.

    Raises ConfigError when the page is not written in that language.
    """
    for name in (language, language.partition("_")[0]):
        file = FOLDER / f"{name}.yaml"
        if file.is_file():
            return _read(name, file)
    known = ", ".join(sorted(path.stem for path in FOLDER.glob("*.yaml")))
    raise ConfigError(f"The report is not written in the language '{language}' yet.", f"It is there in: {known}.")


def _read(name: str, file: Path) -> Words:
    import yaml

    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return msgspec.convert({"language": name, **content}, Words)


def turned(days: tuple[str, ...], begins: Weekday) -> tuple[str, ...]:
    """Seven words for the days of the week, Monday first, from the household's first day on."""
    return days[begins.number :] + days[: begins.number]
