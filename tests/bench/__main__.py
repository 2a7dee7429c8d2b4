"""`python -m tests.bench [SECTION…]`: measure, print one table, write build/bench.json.

A section is a module `bench_SECTION.py` in this folder with a function `figures() -> list[dict]`, whose rows have the
keys name, value, unit, baseline (a number, or None) and how.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULT = HERE.parents[1] / "build/bench.json"
KEYS = ("name", "value", "unit", "baseline", "how")

Row = Mapping[str, Any]


def main(wanted: Sequence[str]) -> int:
    """Measure the wanted sections, or all; 1 if one of them fails, 2 if there is none of that name."""
    known = sections()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"There is no section {', '.join(unknown)}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    found: dict[str, list[Row] | None] = {}
    for name in wanted or known:
        found[name] = measured(name)
        rows, failed = write(found)
    print("\n".join(table(rows)))
    print(f"\nWritten to {RESULT}.")
    if failed:
        print(f"These sections failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def write(found: Mapping[str, list[Row] | None]) -> tuple[list[Row], list[str]]:
    """Leave what is known so far in build/bench.json; returns the rows and the names of failed sections."""
    rows: list[Row] = [{"section": name, **row} for name, section in found.items() for row in section or ()]
    failed = [name for name, section in found.items() if section is None]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"figures": rows, "failed": failed}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return rows, failed


def sections() -> list[str]:
    """Names of everything that can be measured."""
    return sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))


def measured(section: str) -> list[Row] | None:
    """The rows of one section; None if it failed, which is told on stderr."""
    began = time.monotonic()
    print(f"measuring {section} …", file=sys.stderr, flush=True)
    try:
        rows: list[Row] = import_module(f"tests.bench.bench_{section}").figures()
        wrong = [row for row in rows if set(row) != set(KEYS)]
        if wrong:
            raise ValueError(f"rows without the keys {', '.join(KEYS)}: {wrong}")
    except Exception:  # noqa: BLE001 - whatever goes wrong in one section, the others are measured
        traceback.print_exc()
        return None
    print(f"measured {section}: {len(rows)} rows in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


def table(rows: Iterable[Row]) -> list[str]:
    """One aligned line for each row."""
    cells = [[row["name"], number(row["value"]), row["unit"], number(row["baseline"]), row["how"]] for row in rows]
    lines = [["figure", "value", "unit", "baseline", "how it was taken"], *cells]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return [
        f"{name:<{widths[0]}}  {value:>{widths[1]}}  {unit:<{widths[2]}}  {baseline:>{widths[3]}}  {how}"
        for name, value, unit, baseline, how in lines
    ]


def number(value: float | str | None) -> str:
    """Three digits that count; words as they are; nothing for what there is not."""
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
