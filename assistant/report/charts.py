"""Charts over time, drawn by pygal. Pure: numbers in, SVG out.

Of pygal's picture the page takes the shapes. Its styles, its script and its hints for the mouse are left out: the
style sheet of the page colours the shapes by their class, in light, dark and print, and the page forbids scripts. For
a screen reader each picture is one image with a name and a description.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any
from xml.etree import ElementTree

WIDTH, HEIGHT = 340, 128
"""Of a picture, in units of its view box."""

FEW = 4
"""The count at which columns are full when none is higher, so that few moments look few."""

LABEL_ROOM = 38
"""Width that a label below a column needs."""
DIGIT = 8
"""Width that a digit above a column needs."""
WIDEST = 36
"""Width of a column when there are few."""

RATINGS = (0, 10)
"""The lowest and the highest rating."""

UNDRAWN = ("defs", "title", "desc")
"""Elements of pygal's that the page has no use for: its styles and its script, and hints for the mouse."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a picture says to those who do not see it."""

    id: str
    """One word, once on a page."""
    name: str
    """What is drawn."""
    text: str
    """What can be seen in it."""


def columns(counts: Sequence[int], labels: Sequence[str], most: int, told: Told) -> str:
    """One column for each count; `most` is the highest count of all pictures that are to be compared with this one."""
    pygal = _pygal()
    room = WIDTH / len(counts)
    roomy = len(str(max(counts))) * DIGIT <= room

    class Columns(pygal.Bar):  # type: ignore[name-defined,misc,unused-ignore]
        _series_margin = max(0.14, (1 - WIDEST / room) / 2)

    picture = _plain(
        Columns,
        range=(0, max(most, FEW)),
        show_y_labels=False,
        print_values=True,
        print_values_position="top",
        rounded_bars=3,
        show_minor_x_labels=False,
        x_labels_major_every=ceil(LABEL_ROOM / room),
        spacing=0,
        margin_bottom=16,
    )
    picture.x_labels = list(labels)
    highest = counts.index(max(counts))
    numbered = [count > 0 and (roomy or place == highest) for place, count in enumerate(counts)]
    picture.add(None, [_point(count, shown) for count, shown in zip(counts, numbered, strict=True)])
    return _drawn(picture, told)


def line(points: Sequence[tuple[date, int]], label: Callable[[date], str], told: Told) -> str:
    """Ratings from 0 to 10 by day, joined by a line; the first and the last day are written below it."""
    pygal = _pygal()
    picture = _plain(pygal.DateLine, range=RATINGS, y_labels=[0, 5, 10], x_value_formatter=label, dots_size=3)
    picture.x_labels = sorted({points[0][0], points[-1][0]})
    picture.add(None, list(points))
    return _drawn(picture, told)


def _pygal() -> Any:
    """The module, without the hook for plugins that it leaves among the importers of the whole process."""
    import pygal

    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
    return pygal


def _plain(kind: Any, **settings: Any) -> Any:
    return kind(
        width=WIDTH,
        height=HEIGHT,
        **{"margin": 2, "margin_top": 20, "margin_right": 14, **settings},
        show_legend=False,
        no_prefix=True,
        js=(),
        css=(),
        disable_xml_declaration=True,
        pretty_print=False,
    )


def _point(count: int, numbered: bool) -> dict[str, Any]:
    return {"value": count, "formatter": str if numbered else lambda _: ""}


def _drawn(picture: Any, told: Told) -> str:
    picture.add_xml_filter(lambda root: _bare(root, told))
    svg: str = picture.render(is_unicode=True)
    return svg.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)  # HTML knows what an svg is


def _bare(root: ElementTree.Element, told: Told) -> ElementTree.Element:
    """The shapes alone, with a name and a description."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag in UNDRAWN or "tooltip-overlay" in child.get("class", ""):
                parent.remove(child)
    root.set("role", "img")
    root.set("aria-labelledby", f"{told.id} {told.id}-text")
    del root.attrib["id"]
    for tag, id_, text in (("desc", f"{told.id}-text", told.text), ("title", told.id, told.name)):
        spoken = ElementTree.Element(tag, id=id_)
        spoken.text = text
        root.insert(0, spoken)
    return root
