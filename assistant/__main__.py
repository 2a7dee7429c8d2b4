"""`python -m assistant` is `hearth`."""

from __future__ import annotations

import sys

from assistant import packages
from assistant.plain_text import tell_error


def main() -> int:
    """Run one command and return its exit code; 1 with one sentence where our own packages cannot be imported."""
    if strangers := packages.foreign():
        tell_error(packages.told(strangers), packages.HINT)
        return 1
    from assistant.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
