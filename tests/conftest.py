"""Fixtures for all tests."""

from tests.virtual_card import card

__all__ = ["card"]
