"""Plain text for people: on a terminal no line is wider than it, and none is broken within a word."""

from __future__ import annotations

import re
import shutil
import sys
from textwrap import TextWrapper
from typing import TextIO

NARROW = 60
"""Terminals with fewer columns get what stands side by side elsewhere one below the other."""

ERROR = " " * len("hearth: ")
"""Before the second and further lines of an error."""

GAP = "  "
"""What stands between two columns of a line, at least."""


def tell(text: str = "", out: TextIO | None = None, beneath: str = "") -> None:
    """Print it, made to fit where the output is a terminal; what programs read goes to `print` instead."""
    out = sys.stdout if out is None else out
    print(fitted(text, columns(), beneath) if out.isatty() else text, file=out, flush=True)


def tell_error(message: str, hint: str = "") -> None:
    """Print what is wrong on stderr, and below it what to do."""
    tell(f"hearth: {message}", sys.stderr, ERROR)
    if hint:
        tell(ERROR + hint, sys.stderr)


def tell_prose(text: str) -> None:
    """Print paragraphs, their lines broken anew where the terminal is too narrow for them."""
    tell(filled(text, columns()) if sys.stdout.isatty() else text)


def ask(question: str) -> str:
    """What is typed after a question; raises KeyboardInterrupt at the end of the input, which is an answer to none.

    Python itself would write the question to stderr, which is off the terminal while a sound device is closed.
    """
    print(as_question(question), end="", flush=True)
    try:
        return input()
    except EOFError as error:
        raise KeyboardInterrupt from error


def as_question(text: str) -> str:
    """A question that fits the terminal, with a space behind it."""
    return f"{fitted(text.rstrip(), columns() - 1)} "


def columns() -> int:
    """How wide the terminal is; 80 where that is not known."""
    return shutil.get_terminal_size().columns


def fitted(text: str, width: int, beneath: str = "") -> str:
    """The lines, those that are too wide broken between their columns, and within these between words.

    What follows on a broken line is set in as its last column is, or by `beneath`. A word that is wider than the
    terminal is left whole, so that a path or a command can be copied.
    """
    return "\n".join(piece for line in text.split("\n") for piece in _fitted(line, width, beneath))


def filled(text: str, width: int) -> str:
    """Prose whose lines are broken anew where they are too wide; lines that are set in stay lines."""
    wide = any(len(line) > width for line in text.split("\n"))
    return fitted(re.sub(r"(?<=\S)\n(?=\S)", " ", text) if wide else text, width)


def _fitted(line: str, width: int, beneath: str) -> list[str]:
    """A column that begins beyond three eighths of the terminal would leave no room for words: it begins a line."""
    if len(line) <= width:
        return [line]
    room = width * 3 // 8
    body = line.strip(" ")
    deep = len(line) - len(line.lstrip(" "))
    indent = " " * (deep if deep <= room else len(GAP) * 2)
    fields = re.split(r" {2,}", body)
    last = len(indent) + len(body) - len(fields[-1])
    if last <= room:
        return _wrapped(indent + body, width, beneath or " " * last)
    further = beneath or indent + GAP
    lines = [indent + fields[0]]
    for field in fields[1:]:
        if len(lines[-1]) + len(GAP) + len(field) <= width:
            lines[-1] += GAP + field
        else:
            lines.append(further + field)
    return [piece for whole in lines for piece in _wrapped(whole, width, further)]


def _wrapped(line: str, width: int, further: str) -> list[str]:
    wrapper = TextWrapper(width, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)
    return wrapper.wrap(line) if len(line) > width else [line]
