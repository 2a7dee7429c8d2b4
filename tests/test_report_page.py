"""The page as text: whole, escaped, alone in the world, kind, and for its owner's eyes."""

from __future__ import annotations

import base64
import hashlib
import re
import stat
import sys
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant.errors import AssistantError, ConfigError
from assistant.journal.records import PLAN, CheckIn
from assistant.periods import EVER, NAMED
from assistant.report.figures import measure
from assistant.report.page import render, save
from assistant.report.shown import PRACTICES
from assistant.report.words import FOLDER, Words, load_words
from prompts.common_words import load_common_words
from tests.report_household import NOW, TITLES, entry, frame, year

LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
VOID = {"meta", "link", "br", "img", "input", "hr"}
HARD = r"\b(streak|score|missed|failed|conflict|argu|fight|vulnerab|forgiv|apolog|rank|winner|best of|more than)"


def page_of(*entries: CheckIn, period: str = "this_year", language: str = "en") -> str:
    words, common = load_words(language), load_common_words(language)
    figures = measure(entries, frame(period), common.no_theme, common.delicate)
    return render(figures, words, TITLES)


class Outline(HTMLParser):
    """Every element and attribute of a page, and whether each element is closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


@pytest.mark.parametrize("period", [*NAMED, EVER])
def test_every_element_is_closed_and_every_id_is_one(period: str) -> None:
    outline = Outline(page_of(*year(), period=period))
    assert outline.open == []
    ids = [value for name, value in outline.attributes if name == "id"]
    assert len(ids) == len(set(ids)) > 0
    named = {part for name, value in outline.attributes if name == "aria-labelledby" for part in value.split()}
    assert named <= set(ids)


def test_it_stands_alone() -> None:
    page = page_of(*year())
    outline = Outline(page)
    assert {"script", "link", "img", "iframe", "form", "object"}.isdisjoint(outline.tags)
    links = [value for name, value in outline.attributes if name in ("href", "src", "srcset", "action", "data")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not re.search(r"https?:|url\(|@import|javascript:", page)
    assert not [name for name, _ in outline.attributes if name.startswith("on") or name == "style"]


def test_the_browser_may_load_nothing_and_use_this_style_only() -> None:
    page = page_of()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert f'content="{policy}"' in page


@pytest.mark.parametrize(
    "nasty", ["</style><script>x</script>", '"><img src=x onerror=y>', "{{ 7*7 }}", "{count}", "a\x00b"]
)
def test_what_people_said_is_never_code(nasty: str) -> None:
    words = f"zebra {nasty}"
    entries = [entry(id=str(n), text=f"{n} {words}", speaker=nasty, about=nasty, ritual=nasty) for n in range(3)]
    plain, page = page_of(entry(text="zebra")), page_of(*entries, entry(kind=PLAN, practice="quality_time", text=words))
    assert set(Outline(page).tags) <= {*Outline(plain).tags, "ul", "li", "path", "circle", "table", "tr", "td"}
    assert nasty in "".join(Outline(page).text)


def test_words_of_one_person_alone_and_of_hard_hours_are_nowhere() -> None:
    secret = "xylophone"
    hidden = [entry(id=p, text=secret, practice=p) for p in ("issues", "listening", "forgiveness", "help", "self_care")]
    hidden += [entry(id="p", text=secret, private=True), entry(id="l", text=secret, confidence=0.2)]
    hidden += [entry(id="d", text=f"{secret} and i am sorry")]
    assert secret not in page_of(*hidden, *hidden)
    assert secret in page_of(entry(text=secret))


@pytest.mark.parametrize("entries", [(), year()], ids=["empty", "full"])
def test_it_never_judges(entries: tuple[CheckIn, ...]) -> None:
    own = "".join(Outline(page_of(*entries)).text)
    assert not re.search(HARD, own, re.IGNORECASE)


def test_the_same_journal_makes_the_same_page() -> None:
    assert page_of(*year()) == page_of(*reversed(year()))


def test_an_empty_time_is_told_kindly() -> None:
    outline = Outline(page_of(period="yesterday"))
    assert "that is all right" in "".join(outline.text)
    assert "table" not in outline.tags
    assert "0" not in re.sub(r"\d{4}", "", "".join(outline.text))


def test_parts_without_content_are_left_out() -> None:
    text = "".join(Outline(page_of(entry(confidence=0.1))).text)
    words = load_words("en")
    assert words.say("calendar") in text
    for part in ("weekdays", "themes", "quotes", "plans"):
        assert words.say(part) not in text


def test_of_many_plans_the_latest_are_listed_and_all_are_counted() -> None:
    made = [
        entry(NOW - timedelta(days=n), id=str(n), kind=PLAN, practice="quality_time", text=f"plan {n}.")
        for n in range(20)
    ]
    text = "".join(Outline(page_of(*made)).text)
    assert "20 plans" in text
    assert "plan 0." in text
    assert "plan 19." not in text


# ---------------------------------------------------------------- the words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_everything(language: str) -> None:
    words, english = load_words(language), load_words("en")
    assert words.lines.keys() == english.lines.keys()
    assert len(words.months) == len(words.months_short) == 12
    assert len(words.weekdays) == len(words.weekdays_short) == len(words.weekdays_letter) == 7
    assert words.periods.keys() == {*NAMED, EVER}
    assert words.practices.keys() == set(PRACTICES)
    common = load_common_words(language)
    assert len(common.little) > 100
    assert common.little.isdisjoint(common.delicate)
    assert Outline(page_of(*year(), language=language)).open == []
    for key, line in english.lines.items():
        assert _places(words.lines[key]) == _places(line), key


def _places(line: str | dict[str, str]) -> set[str]:
    texts = [line] if isinstance(line, str) else line.values()
    return {place for text in texts for place in re.findall(r"{(\w+)}", text)} - {"count", "day", "days"}


def test_every_line_is_used() -> None:
    sources = [path.read_text(encoding="utf-8") for path in FOLDER.iterdir() if path.suffix in (".py", ".j2")]
    named = {name for text in sources for name in re.findall(r"[\"'](\w+)[\"']", text)}
    unused = [key for key in load_words("en").lines if key not in named]
    assert unused == []


def test_a_dialect_speaks_its_language_and_a_missing_one_is_told() -> None:
    assert load_words("en_GB").language == "en"
    with pytest.raises(ConfigError, match="'xx'") as caught:
        load_words("xx")
    assert "en" in caught.value.hint


def test_dates_are_not_said_twice() -> None:
    words = load_words("en")
    days = [frame(period).span.days for period in ("this_week", "this_month", "this_year", "today")]
    assert [words.days(*pair) for pair in days if pair] == [
        "16 to 22 November 2026",
        "1 to 30 November 2026",
        "1 January to 31 December 2026",
        "Wednesday, 18 November 2026",
    ]


@pytest.mark.parametrize(("seconds", "text"), [(20, "0 min"), (61, "1 min"), (3600, "1 h"), (5400, "1 h 30 min")])
def test_lengths(seconds: float, text: str) -> None:
    assert load_words("en").length(seconds).replace("\xa0", " ") == text


# ---------------------------------------------------------------- the style and the file


def _schemes() -> list[dict[str, str]]:
    css = (FOLDER / "report.css").read_text(encoding="utf-8")
    blocks = [dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in re.findall(r":root {(.*?)}", css, re.DOTALL)]
    return [block for block in blocks if "warm-0" in block]


@pytest.mark.parametrize("scheme", _schemes(), ids=["light", "dark", "print"])
def test_every_number_stands_out_from_its_colour(scheme: dict[str, str]) -> None:
    pairs = [(f"on-{n}", f"warm-{n}") for n in range(5)]
    pairs += [(text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "card", "glow")]
    weak = {pair: round(_contrast(scheme[pair[0]], scheme[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    assert _contrast(scheme["bar"], scheme["card"]) >= 3


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_file_is_for_its_owner_alone_even_where_another_was(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text("older")
    file.chmod(0o644)
    save("newer ❤ \ud800", file)
    assert file.read_text(encoding="utf-8") == "newer ❤ ?"
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("place", ["missing/report.html", "", "file/report.html"])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(AssistantError, match="cannot be written") as caught:
        save("page", tmp_path / place)
    assert "--output" in caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_words_are_values() -> None:
    assert isinstance(load_words("en"), Words)
    with pytest.raises(KeyError):
        load_words("en").say("no such line")
