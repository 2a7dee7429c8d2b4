"""From a draft to sentences that can be matched: templates are parsed, expanded and checked against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from intents.draft import Draft, Sayings, Template, Values
from intents.errors import SentenceError
from intents.expand import Expander, Slots, TooManyError, UnknownNameError
from intents.frames import Frames
from intents.matcher import WILDCARD, Sentences
from intents.templates import Templates
from intents.types import Intent, Phrase
from intents.words import plain, typings, words

if TYPE_CHECKING:
    from hassil.expression import Expression, Sentence
    from hassil.intents import Intents, SlotList

Meaning = tuple[str, Slots]
"""Intent and slots of a phrase, the slots sorted by name."""


def join(
    draft: Draft,
    given: Mapping[str, Values],
    started: Sequence[Sayings],
    on_problem: Callable[[SentenceError], None] | None = None,
) -> Sentences:
    """The sentences of a draft, with the caller's lists and ritual triggers.

    Raises SentenceError; broken ritual triggers are left out when `on_problem` takes the error.
    """
    values = {**draft.lists, **{name: _each_once(of_caller) for name, of_caller in given.items()}}
    values = {name: _apart(each, values.get(each.without)) for name, each in values.items()}
    spellings = _spellings(draft, values, started)
    templates = Templates(spellings)
    lists = {name: _slot_list(name, each, templates) for name, each in values.items()}
    rules = {name: templates.parsed(template) for name, template in draft.rules.items()}
    book = _Book(Expander(lists, rules), templates)
    for said in draft.sayings:
        book.add(said)
    for said in started:
        try:
            book.add(said)
        except SentenceError as error:
            if on_problem is None:
                raise
            on_problem(error)
    frames = _frames(draft, Expander({}, rules), templates)
    intents = _intents(draft, book.sayings, lists, rules)
    return Sentences(intents, spellings, book.phrases, book.exact, frames, draft.fillers, draft.asides)


def _frames(draft: Draft, expander: Expander, parser: Templates) -> Frames:
    """Every frame as its words; the words that are ignored anywhere may also come first or last."""
    ignored = {tuple(word.split()) for word in draft.skip_words}
    spoken = {
        place: frozenset(
            tuple(text.split())
            for template in templates
            for text, _ in _expanded(template, parser.parsed(template).expression, expander)
        )
        for place, templates in draft.frames.items()
    }
    return Frames(spoken["before"] | ignored, spoken["wishes"], spoken["after"] | ignored)


def _each_once(values: Values) -> Values:
    """Each spoken form of a caller's list once; of two with one form the later one stands, a household's own."""
    spoken = {text: (template, out) for template, out in values.items for text in expand_over(template, ())}
    return Values(tuple((replace(template, text=text), out) for text, (template, out) in spoken.items()))


def _apart(values: Values, others: Values | None) -> Values:
    """The values but those that are in another list too."""
    taken = {template.text.lower() for template, _ in others.items} if others else set()
    return replace(values, items=tuple(item for item in values.items if item[0].text.lower() not in taken))


def _spellings(draft: Draft, lists: Mapping[str, Values], started: Sequence[Sayings]) -> dict[str, str]:
    """The spellings of the files, and every word of a template as it is typed where the keyboard lacks a letter."""
    spellings = _of_names(draft.spellings, lists)
    if not draft.letters:
        return spellings
    templates = [template for said in (*draft.sayings, *started) for template in said.templates]
    templates += [template for values in lists.values() for template, _ in values.items]
    known = {word for template in (*templates, *draft.rules.values()) for word in words(template.text)[0]}
    typed = {typing: word for word in sorted(known) for typing in typings(word, draft.letters) if typing not in known}
    return typed | spellings


def _of_names(spellings: Mapping[str, str], lists: Mapping[str, Values]) -> dict[str, str]:
    """Spellings with {list} in them, such as {partner}'s, stand for one of each value of that list."""
    spelt: dict[str, str] = {}
    for typed, spelling in spellings.items():
        named = [name for name in lists if f"{{{name}}}" in typed]
        if not named:
            spelt[typed] = spelling
        for name in named:
            for template, _ in lists[name].items:
                slot, word = f"{{{name}}}", template.text.lower()
                spelt[typed.replace(slot, word)] = spelling.replace(slot, word)
    return spelt


class _Book:
    """Every phrase once, with its one meaning."""

    def __init__(self, expander: Expander, templates: Templates) -> None:
        self._expander = expander
        self._sampler = Expander(expander.lists, expander.rules, sample=True)
        self._templates = templates
        self._seen: dict[str, tuple[Meaning, Template]] = {}
        self._heard: set[str] = set()
        self.sayings: list[tuple[Sayings, list[Sentence]]] = []
        self.phrases: list[Phrase] = []
        self.exact: dict[str, Intent] = {}

    def add(self, said: Sayings) -> None:
        """Add sentences, all or none; raises when one of their phrases already means something else.

        Of sentences that are only typed, which may be very many, each list and rule stands for its first phrase.
        """
        expander = self._expander if said.heard else self._sampler
        fresh: dict[str, tuple[Meaning, Template]] = {}
        sentences = [self._templates.parsed(template) for template in said.templates]
        for template, sentence in zip(said.templates, sentences, strict=True):
            for text, slots in _expanded(template, sentence.expression, expander):
                meaning = said.intent, tuple(sorted({**said.slots, **dict(slots)}.items()))
                known = fresh.setdefault(text, self._seen.get(text, (meaning, template)))
                if known[0] != meaning:
                    raise _twice(text, template, meaning, *known)
        self._seen |= fresh
        self.sayings.append((said, sentences))
        if said.heard:
            always = said.control and not said.idle
            self.phrases += [Phrase(text, said.intent, always) for text in fresh if text not in self._heard]
            self._heard |= fresh.keys()
            self.exact |= {
                text: Intent(said.intent, dict(meaning[1]), said.control)
                for text, (meaning, _) in fresh.items()
                if not text.endswith(WILDCARD) and text not in self.exact
            }


def expand_over(template: Template, names: Sequence[str]) -> list[str]:
    """The phrases of a template that uses no rules and no list but `partner`; raises SentenceError."""
    given = Values(tuple((Template(plain(name), "list partner"), name) for name in names))
    templates = Templates({})
    expander = Expander({"partner": _slot_list("partner", given, templates)}, {})
    return [text for text, _ in _expanded(template, templates.parsed(template).expression, expander)]


def _expanded(template: Template, expression: Expression, expander: Expander) -> list[tuple[str, Slots]]:
    try:
        phrases = expander.phrases(expression)
    except (TooManyError, UnknownNameError) as error:
        raise template.broken(str(error)) from error
    for text, _ in phrases:
        if not text:
            raise template.broken("something in this sentence has to be said", "Not everything can be optional.")
        if WILDCARD in text.split()[:-1] or text == WILDCARD:
            raise template.broken("free words stand at the end of a sentence only, and not alone")
    return phrases


def _twice(text: str, template: Template, meaning: Meaning, other: Meaning, first: Template) -> SentenceError:
    here, there = (f"{intent} {dict(slots) or ''}".strip() for intent, slots in (meaning, other))
    problem = f"{text!r} would mean {here} here and {there} in {first.where}"
    return template.broken(problem, "A phrase has one meaning: word one of the two differently.")


def _slot_list(name: str, values: Values, templates: Templates) -> SlotList:
    from hassil.intents import TextSlotList, WildcardSlotList

    if values.wildcard:
        return WildcardSlotList(name=name)
    for template, _ in values.items:
        templates.parsed(template)
    return TextSlotList.from_tuples([(template.text, out) for template, out in values.items], name=name)


def _intents(
    draft: Draft,
    sayings: Iterable[tuple[Sayings, list[Sentence]]],
    lists: dict[str, SlotList],
    rules: dict[str, Sentence],
) -> Intents:
    from hassil import intents as hassil

    from intents.parsed import ParsedData

    wildcards = {name for name, values in draft.lists.items() if values.wildcard}
    intents: dict[str, hassil.Intent] = {}
    for said, sentences in sayings:
        data = ParsedData(
            sentence_texts=[template.text for template in said.templates],
            slots=dict(said.slots),
            wildcard_list_names=wildcards,
            metadata={"control": said.control},
            parsed=sentences,
        )
        intents.setdefault(said.intent, hassil.Intent(said.intent)).data.append(data)
    return hassil.Intents(draft.language, intents, lists, rules, draft.skip_words)
