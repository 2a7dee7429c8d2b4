"""The command line: one file per family of commands, and one exit point.

A family's `add` describes its commands, with `argparse` alone; its `run…` functions import what they need when
they run, so that `hearth --help` needs neither a sound card nor a model.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from assistant.cli.parser import parse
from assistant.errors import AssistantError
from assistant.plain_text import tell_error
from audio.errors import AudioError
from intents.errors import SentenceError
from prompts.errors import PromptError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it (128 + SIGINT)."""

PACKAGES = ("assistant", "audio", "intents", "prompts")
"""Whose log lines `--debug` shows; what libraries would log could contain what was said."""


class Told(Protocol):
    """An error that already speaks to a person."""

    message: str
    hint: str


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 well, 1 failed, 2 used wrongly, 130 after Ctrl-C."""
    debug = False
    try:
        args = parse(sys.argv[1:] if argv is None else argv)
        debug = args.debug
        return _run(args)
    except AssistantError as error:
        return _tell(error, error.exit_code, debug)
    except (AudioError, SentenceError, PromptError) as error:
        return _tell(error, 1, debug)
    except KeyboardInterrupt:
        print("\nGoodbye.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _leave_stdout()
        return 0
    except OSError as error:
        return _tell_system(error, debug)
    except Exception as error:  # noqa: BLE001 - the last exit: a message could contain what was said
        return _tell_mistake(error, debug)


def _run(args: Namespace) -> int:
    if not args.debug and not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    for package in PACKAGES:
        logging.getLogger(package).setLevel(logging.DEBUG if args.debug else logging.WARNING)
    code: int = args.run(args)
    sys.stdout.flush()
    return code


def _tell(error: Told, code: int, debug: bool) -> int:
    tell_error(error.message, error.hint)
    if debug and isinstance(error, BaseException):
        _trace(error)
    return code


def _tell_system(error: OSError, debug: bool) -> int:
    about = f"{error.filename}: " if error.filename else ""
    reason = error.strerror or type(error).__name__
    try:
        sys.stdout.flush()
    except OSError:
        _leave_stdout()
    return _tell(AssistantError(f"{about}{reason}.", "'hearth doctor' checks folders, space and devices."), 1, debug)


def _tell_mistake(error: Exception, debug: bool) -> int:
    """A mistake of our own: its kind and place, never its message."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}, line {last.lineno}"
    hint = "Please report it with the output of the same command and --debug; nothing that was saved is lost."
    if debug:
        _trace(error)
    return _tell(
        AssistantError(f"Something went wrong inside Hearth: {type(error).__name__} in {place}.", hint), 1, False
    )


def _leave_stdout() -> None:
    """Whatever reads it has seen enough, or is full; without this, flushing at exit would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _trace(error: BaseException) -> None:
    """Where an error came from, without its message."""
    print("".join(traceback.format_tb(error.__traceback__)), end="", file=sys.stderr)
