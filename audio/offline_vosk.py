"""Vosk's Python module without the HTTP library that it brings along."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

HTTP = "requests"
"""What vosk 0.3.45 imports so that it can fetch models by itself, if it is asked for one by name. We never ask."""


def offline_vosk() -> Any:
    """The module. What hears has nothing in it then that talks to a server, takes 6 MB less, and starts sooner.

    Where the library is there already it stays; what is imported later is the real one.
    """
    needless = HTTP not in sys.modules and "vosk" not in sys.modules
    if needless:
        sys.modules[HTTP] = ModuleType(HTTP)
    try:
        import vosk
    finally:
        if needless:
            del sys.modules[HTTP]
    return vosk
