"""One row of the table of measurements."""

from __future__ import annotations

Row = dict[str, float | str | None]


def row(name: str, value: float, unit: str, baseline: float | None, how: str) -> Row:
    """One figure."""
    return {"name": name, "value": round(value, 4), "unit": unit, "baseline": baseline, "how": how}
