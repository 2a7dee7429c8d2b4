"""Fixtures for all tests, and which of them keep together where several processes share them (`pytest -n 2`)."""

from __future__ import annotations

import gc
import os

import pytest

from tests.virtual_card import card

__all__ = ["card"]


LONGEST = ("card", "test_unheard.py", "test_training_small.py")
"""Groups that are begun first, so that no process is left with one of them at the end."""


POLITE = 19
"""Niceness of all tests but those of a sound card: these mostly wait, and must not be late when they go on."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The tests of a file share what is dear to make; those of a sound card need time as it passes, one by one."""
    if hasattr(config, "workerinput"):
        groups = {item: "card" if item.get_closest_marker("card") else item.path.name for item in items}
        for item, group in groups.items():
            item.add_marker(pytest.mark.xdist_group(group))
        places = {group: place for place, group in enumerate(LONGEST)}
        items.sort(key=lambda item: places.get(groups[item], len(places)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Once it has no more test of the card, a process makes way for the one that has: that one begins with them."""
    if hasattr(item.config, "workerinput") and not item.get_closest_marker("card"):
        os.nice(max(POLITE - os.nice(0), 0))


def pytest_collection_finish() -> None:
    """What was imported stays, and is not looked through for garbage again and again."""
    gc.freeze()
