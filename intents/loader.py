"""Sentence files: read, checked one by one, then joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from intents.draft import Draft, Sayings, Template, Values
from intents.errors import SentenceError
from intents.joining import join
from intents.marks import Marked, Trail, read
from intents.matcher import Sentences
from intents.words import plain

FOLDER = Path(__file__).parent
"""What is understood, one folder per language, with the files of `sentences/` in it."""

START = "start_ritual"
"""The intent to which the rituals' own triggers belong; its slot is `ritual`."""


def load(
    language: str = "en",
    *,
    folders: Sequence[Path] = (),
    lists: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    triggers: Mapping[str, Sequence[str]] | None = None,
    on_problem: Callable[[SentenceError], None] | None = None,
) -> Sentences:
    """The sentences of a language, of the household's folders and of its rituals.

    `lists` fills lists by name with (spoken template, value), above all `partner`, `ritual` and `option`; `triggers`
    are whole sentences by ritual id. Broken household files and triggers raise SentenceError, or are left out when
    `on_problem` takes the error.
    """
    given = {name: _given(name, values) for name, values in (lists or {}).items()}
    started = [_started(ritual, texts) for ritual, texts in (triggers or {}).items()]
    draft = Draft(language)
    for path in _files(language):
        add_file(draft, read(path, f"{language}/{path.name}"))
    sentences = join(draft, given, started, on_problem)
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        tried = draft.copy()
        try:
            add_file(tried, read(path), known=sentences.names)
            sentences = join(tried, given, started, on_problem)
        except SentenceError as error:
            if on_problem is None:
                raise
            on_problem(error)
        else:
            draft = tried
    return sentences


def load_alone(
    path: Path, language: str = "en", *, lists: Mapping[str, Sequence[tuple[str, str]]] | None = None
) -> Sentences:
    """The sentences of one file instead of all others; raises SentenceError. `lists` as in `load`."""
    draft = Draft(language)
    add_file(draft, read(path))
    return join(draft, {name: _given(name, values) for name, values in (lists or {}).items()}, [])


def languages() -> list[str]:
    """Language codes that have sentences."""
    return sorted(path.parent.name for path in FOLDER.glob("*/sentences"))


def add_file(draft: Draft, marked: Marked, known: Sequence[str] = ()) -> None:
    """Add what a file says; with `known`, it may only add to these intents. Raises SentenceError."""
    from intents.schema import SentenceFile

    file = marked.convert(marked.data, SentenceFile)
    if file.language != draft.language:
        raise marked.broken(("language",), f"this file is for {file.language}, not for {draft.language}")
    for name, body in file.lists.items():
        draft.lists[name] = _values(marked, body, ("lists", name))
    for name, rule in file.expansion_rules.items():
        trail = ("expansion_rules", name)
        draft.rules[name] = Template(marked.convert(rule, str, trail), marked, trail)
    for word, spelling in file.spellings.items():
        draft.spellings[word] = marked.convert(spelling, str, ("spellings", word))
    for place in ("before", "wishes", "after"):
        templates = draft.frames.setdefault(place, [])
        templates += [
            Template(text, marked, ("frames", place, row)) for row, text in enumerate(getattr(file.frames, place))
        ]
    draft.letters |= file.letters
    draft.skip_words += file.skip_words
    draft.fillers += file.fillers
    draft.asides += [plain(aside) for aside in file.asides]
    for name, body in file.intents.items():
        if known and name not in known:
            raise marked.broken(("intents", name), "there is no such intent", f"Intents are: {', '.join(known)}.")
        draft.sayings += _sayings(marked, name, body)


def _sayings(marked: Marked, intent: str, body: object) -> list[Sayings]:
    from intents.schema import IntentBody

    found = []
    for place, block in enumerate(marked.convert(body, IntentBody, ("intents", intent)).data):
        trail: Trail = ("intents", intent, "data", place, "sentences")
        templates = tuple(Template(text, marked, (*trail, row)) for row, text in enumerate(block.sentences))
        control, heard = block.metadata.control, block.metadata.heard
        found.append(Sayings(intent, templates, block.slots, control, bool(heard), idle=heard == "idle"))
    return found


def _values(marked: Marked, body: object, trail: Trail) -> Values:
    from intents.schema import ListBody

    shape = marked.convert(body, ListBody, trail)
    if (shape.values is None) != shape.wildcard:
        raise marked.broken(trail, "a list has either values or wildcard: true")
    items = []
    for place, value in enumerate(shape.values or ()):
        spoken, out = (value, value) if isinstance(value, str) else (value.spoken, value.out)
        items.append((Template(spoken, marked, (*trail, "values", place)), out))
    return Values(tuple(items), shape.wildcard, shape.without)


def _given(name: str, values: Sequence[tuple[str, str]]) -> Values:
    """A list from the caller; what is no template is taken as it is spoken."""
    from hassil.util import is_template

    return Values(
        tuple(
            (Template(spoken if is_template(spoken) else plain(spoken), f"list {name}"), out) for spoken, out in values
        )
    )


def _started(ritual: str, texts: Sequence[str]) -> Sayings:
    return Sayings(START, tuple(Template(text, f"ritual {ritual}, triggers") for text in texts), {"ritual": ritual})


def _files(language: str) -> list[Path]:
    files = sorted((FOLDER / language / "sentences").glob("*.yaml"))
    if not files:
        hint = f"Choose one of: {', '.join(languages())}."
        raise SentenceError(f"There are no sentences for the language {language!r}.", hint)
    return files
