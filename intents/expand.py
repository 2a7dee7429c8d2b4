"""Every phrase that a hassil template stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hassil.expression import Expression, Sentence
    from hassil.intents import SlotList

LIMIT = 4_000
"""More phrases than this are too many for one template: the graph of the speech recogniser would grow without bound."""

Slots = tuple[tuple[str, str], ...]
"""Slot names and values, in the order of the words."""
Part = tuple[str, Slots]
"""Words with blanks as they stand, and the slots they fill."""


class TooManyError(Exception):
    """A template stands for more than `LIMIT` phrases."""


class UnknownNameError(Exception):
    """A template names a list or a rule that does not exist, or a rule that contains itself."""


@dataclass(frozen=True, slots=True)
class Expander:
    """Expands templates over lists and rules; a wildcard becomes `*`."""

    lists: Mapping[str, SlotList]
    """Lists by name."""
    rules: Mapping[str, Sentence]
    """Expansion rules by name."""
    sample: bool = False
    """Whether each list and each rule stands for its first phrase only, and where several things vary one varies at a
    time: every word of the template is among the phrases, not every combination."""
    _of_rules: dict[str, list[Part]] = field(default_factory=dict)
    """The rules that were expanded before."""

    def phrases(self, expression: Expression) -> list[Part]:
        """All phrases as single-spaced words with their slots, without repeats."""
        parts = self._parts(expression, ())
        return list(dict.fromkeys((" ".join(text.split()), slots) for text, slots in parts))

    def _parts(self, expression: Expression, inside: tuple[str, ...]) -> list[Part]:
        from hassil import expression as kinds

        if isinstance(expression, kinds.TextChunk):
            return [(expression.text, ())]
        match expression:
            case kinds.Alternative():
                return _bounded([part for item in expression.items for part in self._parts(item, inside)])
            case kinds.Permutation():
                orders = permutations([self._parts(item, inside) for item in expression.items])
                return _bounded([part for order in orders for part in self._joined(list(order))])
            case kinds.Group():
                return self._joined([self._parts(item, inside) for item in expression.items])
            case kinds.RuleReference():
                return self._rule(expression.rule_name, inside)
            case kinds.ListReference():
                return self._list(expression.list_name, expression.slot_name, inside)
        raise TypeError(type(expression).__name__)

    def _rule(self, name: str, inside: tuple[str, ...]) -> list[Part]:
        if name not in self.rules:
            raise UnknownNameError(f"there is no expansion rule <{name}>")
        if name in inside:
            raise UnknownNameError(f"the expansion rule <{name}> contains itself")
        if name not in self._of_rules:
            parts = self._parts(self.rules[name].expression, (*inside, name))
            self._of_rules[name] = parts[:1] if self.sample else parts
        return self._of_rules[name]

    def _list(self, name: str, slot: str, inside: tuple[str, ...]) -> list[Part]:
        from hassil.intents import TextSlotList

        if name not in self.lists:
            raise UnknownNameError(f"there is no list {{{name}}}")
        values = self.lists[name]
        if not isinstance(values, TextSlotList):
            return [("*", ())]
        parts = [
            (text, (*slots, (slot, str(value.value_out))))
            for value in values.values
            for text, slots in self._parts(value.text_in, inside)
        ]
        return parts[:1] if self.sample else _bounded(parts)

    def _joined(self, rows: list[list[Part]]) -> list[Part]:
        if self.sample:
            return _varied(rows)
        parts: list[Part] = [("", ())]
        for row in rows:
            parts = _bounded([_glued(part, more) for part in parts for more in row])
        return parts


def _varied(rows: list[list[Part]]) -> list[Part]:
    """Each row's parts beside the first ones of the others, and the shortest of all."""
    if not all(rows):
        return []
    first = [row[0] for row in rows]
    shortest = [min(row, key=lambda part: len(part[0])) for row in rows]
    chosen = [first, shortest]
    chosen += [[*first[:place], part, *first[place + 1 :]] for place, row in enumerate(rows) for part in row[1:]]
    return [reduce(_glued, parts) for parts in chosen]


def _glued(part: Part, more: Part) -> Part:
    return part[0] + more[0], part[1] + more[1]


def _bounded(parts: list[Part]) -> list[Part]:
    if len(parts) > LIMIT:
        raise TooManyError(f"it stands for more than {LIMIT} phrases")
    return parts
