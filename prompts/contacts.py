"""Numbers for help, by country: nothing but what a source gives, with the day on which it was checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from prompts.marks import read
from prompts.schema import ContactBody, ContactFile

FILE = Path(__file__).parent / "contacts.yaml"
"""The numbers that come with the program."""

COMMON = "EU"
"""The list for countries that have none of their own and belong to the European Union."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One number to call or to write to."""

    what: str
    """What it is for, as it is spoken."""
    number: str
    """The number, as it is written."""
    hours: str
    """Opening hours; empty when not known."""
    note: str
    """What else is to be known, such as how to write; empty for nothing."""
    emergency: bool
    """Whether it is the emergency number of the country."""
    source: str
    """Whose number it is."""
    checked: date
    """When it was last compared with published pages of the source or of a public body."""

    @property
    def spoken(self) -> str:
        """The number digit by digit, its groups apart, so that a voice does not read thousands."""
        return ", ".join(" ".join(group) for group in re.findall(r"\d+", self.number))


def contacts(country: str) -> tuple[Contact, ...]:
    """The contacts of a country (ISO 3166, two capital letters; `EU` works too); empty where none are known."""
    lists = _lists()
    return lists.get(country, ())


def countries() -> tuple[str, ...]:
    """Codes of all countries with contacts."""
    return tuple(_lists())


def emergency(country: str) -> Contact | None:
    """The emergency number of a country; None where it is not known."""
    return next((contact for contact in contacts(country) if contact.emergency), None)


def _lists() -> dict[str, tuple[Contact, ...]]:
    marked = read(FILE, "contacts.yaml")
    file = marked.convert(marked.data, ContactFile)
    lists = {
        country: tuple(map(_contact, marked.convert(rows, list[ContactBody], ("countries", country))))
        for country, rows in file.countries.items()
    }
    return lists | dict.fromkeys(file.members, lists[COMMON])


def _contact(body: ContactBody) -> Contact:
    return Contact(
        what=body.what,
        number=body.number,
        hours=body.hours,
        note=body.note,
        emergency=body.emergency,
        source=body.source,
        checked=date.fromisoformat(body.checked),
    )
