"""Fixtures for all tests, and which of them keep together where several processes share them (`pytest -n 2`)."""

from __future__ import annotations

import gc

import pytest

from tests.virtual_card import card

__all__ = ["card"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The tests of a file share what is dear to make; those of a sound card need time as it passes, one by one."""
    if hasattr(config, "workerinput"):
        for item in items:
            group = "card" if item.get_closest_marker("card") else item.path.name
            item.add_marker(pytest.mark.xdist_group(group))


def pytest_collection_finish() -> None:
    """What was imported stays, and is not looked through for garbage again and again."""
    gc.freeze()
