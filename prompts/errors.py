"""Errors of the ritual and line files."""

from __future__ import annotations


class PromptError(Exception):
    """A ritual or line file is broken; the message names file, key and line where known."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
