"""The report in a real browser: it draws, asks for nothing, complains about nothing, and everybody can read it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from assistant.journal.records import CheckIn
from assistant.report.figures import measure
from assistant.report.own import Own, own_figures
from assistant.report.page import render, save
from assistant.report.words import load_words
from prompts.common_words import load_common_words
from tests import report_household
from tests.browser import Browser, open_browser

PERIODS = ("this_year", "last_month", "this_week", "today")
PHONE, DESK, NARROW = 390, 1280, 320
NASTY = "<img src=x onerror=alert(1)> </style><script>alert(2)</script> thank you " + "w" * 200


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of each period, one without any moment, and one with words that try to be code."""
    folder, year = tmp_path_factory.mktemp("pages"), report_household.year()
    contents = dict.fromkeys(PERIODS, year) | {"yesterday": (), "ever": (*year, report_household.entry(text=NASTY))}
    pages = {period: _page(folder / f"{period}.html", period, entries) for period, entries in contents.items()}
    own = own_figures(report_household.SAM, report_household.ratings(), report_household.DUBLIN)
    return {
        **pages,
        "german": _page(folder / "german.html", "this_year", year, "de"),
        "private": _page(folder / "private.html", "this_year", year, own=own),
        "private_alone": _page(folder / "private_alone.html", "yesterday", (), "de", own),
    }


def _page(file: Path, period: str, entries: tuple[CheckIn, ...], language: str = "en", own: Own | None = None) -> Path:
    words, common = load_words(language), load_common_words(language)
    frame = report_household.frame(period)
    inside = [entry for entry in entries if frame.span.contains(entry.time)]
    figures = measure(inside, frame, common.no_theme, common.delicate)
    return save(render(figures, words, report_household.TITLES, own), file)


ALL = (*PERIODS, "yesterday", "ever", "private")


@pytest.mark.parametrize("period", ALL)
def test_nothing_leaves_the_page_and_nothing_complains(browser: Browser, pages: dict[str, Path], period: str) -> None:
    browser.show(pages[period], width=DESK)
    assert browser.run("return document.querySelector('h1').innerText") == "Sam and Alex"
    assert browser.requests() == [pages[period].as_uri()]
    assert browser.complaints() == []
    assert browser.run("return document.scripts.length") == 0


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """The address of a picture on another server, and what was asked of that server."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in http.server
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/away.png", asked
        server.shutdown()


def test_the_page_may_ask_for_nothing_even_if_it_tried(
    browser: Browser, pages: dict[str, Path], tmp_path: Path, elsewhere: tuple[str, list[str]]
) -> None:
    address, asked = elsewhere
    (tmp_path / "free.html").write_text(f"<img src={address}>")
    page = pages["this_week"].read_text(encoding="utf-8")
    (tmp_path / "held.html").write_text(page.replace("<main>", f"<main><img src={address}><script>0</script>"))
    browser.show(tmp_path / "free.html", width=DESK)
    assert browser.requests()[1:] == [address]
    assert asked == ["/away.png"]
    browser.show(tmp_path / "held.html", width=DESK)
    assert sum("Content Security Policy" in line for line in browser.complaints()) == 2
    assert asked == ["/away.png"]


@pytest.mark.parametrize(
    ("period", "width", "dark"),
    [
        ("this_year", PHONE, False),
        ("this_year", PHONE, True),
        ("this_year", DESK, False),
        ("this_year", DESK, True),
        ("this_week", PHONE, True),
        ("yesterday", DESK, False),
        ("ever", PHONE, False),
        ("german", PHONE, False),
        ("private", PHONE, True),
        ("private", DESK, False),
        ("private_alone", DESK, False),
    ],
)
def test_axe_finds_no_fault(browser: Browser, pages: dict[str, Path], period: str, width: int, dark: bool) -> None:
    browser.show(pages[period], width=width, dark=dark)
    browser.run("document.querySelectorAll('details').forEach(part => part.open = true)")
    faults = [f"{fault['impact']} {fault['id']}: {fault['nodes'][0]['html']}" for fault in browser.accessibility()]
    assert faults == []


@pytest.mark.parametrize("width", [NARROW, PHONE, DESK])
def test_the_page_is_never_wider_than_its_window(browser: Browser, pages: dict[str, Path], width: int) -> None:
    for page in pages.values():
        browser.show(page, width=width)
        assert browser.run("return [innerWidth, document.documentElement.scrollWidth]") == [width, width]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_screenshot_shows_light_and_dark(browser: Browser, pages: dict[str, Path], width: int) -> None:
    shots = {}
    for dark in (False, True):
        browser.show(pages["this_year"], width=width, dark=dark)
        shots[dark] = browser.screenshot()
        assert _size(shots[dark])[0] == width
        assert _size(shots[dark])[1] > 2000
        background = browser.run("return getComputedStyle(document.documentElement).backgroundColor")
        assert background == ("rgb(24, 18, 16)" if dark else "rgb(251, 245, 236)")
    assert shots[False] != shots[True]


def test_every_day_with_a_moment_is_warm(browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(pages["this_year"], width=DESK)
    drawn = browser.run("return document.querySelectorAll('.months .day:not(.warm-0)').length")
    listed = browser.run("return document.querySelectorAll('[aria-labelledby=calendar] tbody tr').length")
    assert drawn == listed > 100
    colours = browser.run(
        "return [0, 1, 2, 3].map(n => getComputedStyle(document.querySelector('.months .warm-' + n)).fill)"
    )
    assert len(set(colours)) == 4


def test_every_chart_has_a_name_and_a_description(browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(pages["this_year"], width=DESK)
    charts = browser.run(
        "return [...document.querySelectorAll('svg[role=img]')].map("
        "chart => chart.getAttribute('aria-labelledby').split(' ').map(id => document.getElementById(id).textContent))"
    )
    assert len(charts) > 10
    for name, text in charts:
        assert name.strip()
        assert text.strip()


def test_what_is_just_for_one_stands_on_that_page_alone(browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(pages["private"], width=DESK)
    assert browser.run("return document.querySelector('.own h2').innerText") == "Just for Sam"
    assert "delete it" in browser.run("return document.querySelector('.own').innerText")
    names = browser.run("return [...document.querySelectorAll('.own svg[role=img] > title')].map(t => t.textContent)")
    assert names == ["Sleep over time", "Body over time", "Load over time"]
    colours = "return [...document.querySelectorAll('.own .dot')].map(dot => getComputedStyle(dot).fill)"
    light = browser.run(colours)
    assert len(light) == len(report_household.ratings())
    browser.show(pages["private"], width=DESK, dark=True)
    assert not set(browser.run(colours)) & set(light)
    browser.show(pages["this_year"], width=DESK)
    assert browser.run("return document.querySelectorAll('.own').length") == 0


def test_it_has_landmarks_and_headings_in_order(browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(pages["this_year"], width=DESK)
    assert browser.run("return ['header', 'nav', 'main', 'footer'].map(n => document.querySelectorAll(n).length)") == [
        1,
        1,
        1,
        1,
    ]
    headings = browser.run("return [...document.querySelectorAll('h1, h2, h3')].map(h => h.tagName)")
    assert headings == ["H1", *["H2"] * 6]
    assert browser.run("return [...document.querySelectorAll('nav a')].every(a => document.querySelector(a.hash))")


def test_it_prints_on_a_few_pages(browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(pages["this_year"], width=DESK, dark=True)
    pdf = browser.pdf()
    assert pdf.startswith(b"%PDF")
    assert 2 <= pdf.count(b"/Type /Page\n") <= 4


def _size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height
