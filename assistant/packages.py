"""Whether our packages are the ones that are imported; their names are common words, so that others may be in front."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

OURS = ("audio", "intents", "prompts")
"""Folders that must lie beside `assistant`."""

HINT = "Give Hearth an environment of its own (pipx, or a new venv), and leave PYTHONPATH unset."


def foreign() -> dict[str, str]:
    """Those that are not ours, each with the place it was found at; empty when all is well. Imports none of them."""
    home = Path(__file__).parent.parent
    found = {name: _place(name) for name in OURS}
    return {name: place for name, place in found.items() if Path(place) != home / name}


def told(strangers: dict[str, str]) -> str:
    """One sentence about them."""
    named = ", ".join(f"{name} ({place})" for name, place in strangers.items())
    return f"Something else stands where Hearth's own packages should: {named}."


def _place(name: str) -> str:
    """The folder of a package, or the file of a module."""
    spec = find_spec(name)
    if spec is None:
        return "nowhere"
    return str(next(iter(spec.submodule_search_locations or ()), spec.origin))
