"""`python -m audio.training [STAGE ...] [--recipe FILE] [--model FOLDER]`: the whole recipe, or some of its stages."""

from __future__ import annotations

import argparse
import dataclasses
import signal
import sys
import time
from pathlib import Path

from audio.training.progress import Report
from audio.training.settings import RECIPE, read
from audio.training.stages import EXTRA, STAGES


def main(arguments: list[str] | None = None) -> int:
    """Run the stages; 1 if one lacks what it needs, 130 after Ctrl-C. Whatever ends it ends its processes too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    stages = {stage.name: stage for stage in (*STAGES, *EXTRA)}
    parser = argparse.ArgumentParser(
        prog="python -m audio.training",
        description="Make the embedded voice model. A stage whose files are there is not done again.",
        epilog="Stages: " + "; ".join(f"{stage.name}: {stage.does}" for stage in stages.values()) + ".",
    )
    default = [stage.name for stage in STAGES]
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"which to run (default: {' '.join(default)})")
    parser.add_argument("--recipe", type=Path, default=RECIPE, help="configuration file (default: recipe.toml)")
    parser.add_argument("--model", type=Path, help="for the stage evaluation: another model than the one made")
    chosen = parser.parse_args(arguments)
    wanted = chosen.stages or default
    unknown = [name for name in wanted if name not in stages]
    if unknown:
        parser.error(f"no stage {unknown[0]}; there are {', '.join(stages)}")
    for name in wanted:
        begun = time.monotonic()
        try:
            with Report(name) as report:
                stages[name].run(dataclasses.replace(read(chosen.recipe), measured=chosen.model), report)
        except (OSError, RuntimeError, ValueError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print(f"{name}: interrupted; the same command goes on from here", file=sys.stderr)
            return 128 + signal.SIGINT
        print(f"{name}: done in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
