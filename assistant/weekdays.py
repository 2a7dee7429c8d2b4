"""The days of the week, and which of them a week begins on. Pure."""

from __future__ import annotations

from enum import StrEnum

SUNDAY_COUNTRIES = (
    "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT "
    "MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW"
)
"""Where the week begins on Sunday (Unicode CLDR, supplemental weekData, firstDay)."""

SATURDAY_COUNTRIES = "AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY"
"""Where the week begins on Saturday (the same table)."""

FRIDAY_COUNTRIES = "MV"
"""Where the week begins on Friday (the same table); everywhere else it is Monday."""


class Weekday(StrEnum):
    """Days of the week, in the order of `datetime.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """0 for Monday to 6 for Sunday, as `datetime.weekday()` counts."""
        return tuple(Weekday).index(self)


def first_weekday_of(country: str) -> Weekday:
    """The day on which the week begins in a country (ISO 3166); Monday where it is unknown."""
    if not country:
        return Weekday.MONDAY
    if country in SUNDAY_COUNTRIES:
        return Weekday.SUNDAY
    if country in SATURDAY_COUNTRIES:
        return Weekday.SATURDAY
    return Weekday.FRIDAY if country in FRIDAY_COUNTRIES else Weekday.MONDAY
