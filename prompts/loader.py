"""Ritual files and prompt collections: read, checked and joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from prompts.checking import Collections, Placed, check_ritual
from prompts.errors import PromptError
from prompts.marks import Marked, Trail, read
from prompts.schema import CollectionFile, NamedPrompt, RitualFile, StepBody
from prompts.types import Condition, Prompt, Ritual, Step

FOLDER = Path(__file__).parent
"""What is spoken, one folder per language, with a folder `rituals` in it, which is built like a household's own."""

Problem = Callable[[PromptError], None]


def load_rituals(
    language: str = "en", folders: Sequence[Path] = (), on_problem: Problem | None = None
) -> tuple[Ritual, ...]:
    """The rituals of a language and of the household's folders, which may replace rituals and collections by id.

    A folder holds ritual files and, in `collections/`, prompt collections. A broken household file raises PromptError,
    or is left out when `on_problem` takes the error.
    """
    collections: Collections = {}
    shipped = FOLDER / language / "rituals"
    _add_collections(collections, shipped / "collections", language, None)
    for folder in folders:
        _add_collections(collections, folder / "collections", language, on_problem)
    rituals: dict[str, Ritual] = {}
    _add_rituals(rituals, shipped, language, collections, None)
    if not rituals:
        hint = f"Choose one of: {', '.join(languages())}."
        raise PromptError(f"There are no rituals for the language {language!r}.", hint)
    for folder in folders:
        _add_rituals(rituals, folder, language, collections, on_problem)
    return tuple(rituals.values())


def languages() -> list[str]:
    """Language codes that have rituals."""
    return sorted(path.parent.name for path in FOLDER.glob("*/rituals"))


def _add_collections(found: Collections, folder: Path, language: str, on_problem: Problem | None) -> None:
    here: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        with _reported(on_problem):
            marked = read(path)
            file = marked.convert(marked.data, CollectionFile)
            _belongs(marked, file.language, language, file.id, here)
            found[file.id] = _placed(file.prompts, file.id, marked, ("prompts",))


def _add_rituals(
    found: dict[str, Ritual], folder: Path, language: str, collections: Collections, on_problem: Problem | None
) -> None:
    here: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        with _reported(on_problem):
            marked = read(path)
            file = marked.convert(marked.data, RitualFile)
            _belongs(marked, file.language, language, file.id, here)
            found[file.id] = _ritual(marked, file, collections)


@contextmanager
def _reported(on_problem: Problem | None) -> Iterator[None]:
    try:
        yield
    except PromptError as error:
        if on_problem is None:
            raise
        on_problem(error)


def _belongs(marked: Marked, spoken: str, language: str, name: str, here: dict[str, str]) -> None:
    """A file has to be in the language of its folder, and its id may occur only once there."""
    if spoken != language:
        raise marked.broken(("language",), f"this file is for {spoken!r}, not for {language!r}")
    if name in here:
        raise marked.broken(("id",), f"the id {name!r} is already used by {here[name]}", "Choose another id.")
    here[name] = marked.file


def _ritual(marked: Marked, file: RitualFile, collections: Collections) -> Ritual:
    """The ritual of a file; raises for everything that could not be led."""
    names = [body.id or f"{place}_{body.expects}" for place, body in enumerate(file.steps, 1)]
    wordings = [
        _wordings(marked, body, ("steps", place), f"{file.id}.{names[place]}", collections)
        for place, body in enumerate(file.steps)
    ]
    ideas = [
        _collection(marked, body.ideas, ("steps", place, "ideas"), collections) if body.ideas else ()
        for place, body in enumerate(file.steps)
    ]
    check_ritual(marked, file, names, wordings, ideas)
    return Ritual(
        id=file.id,
        practice=file.practice,
        title=file.title,
        called=tuple(file.called),
        triggers=tuple(file.triggers),
        minutes=file.minutes,
        keeps=file.keeps,
        steps=tuple(_step(*parts) for parts in zip(names, file.steps, wordings, ideas, strict=True)),
        source=marked.file,
        begins=file.begins,
    )


def _step(name: str, body: StepBody, wordings: tuple[Placed, ...], ideas: tuple[Placed, ...]) -> Step:
    return Step(
        id=name,
        prompts=tuple(Prompt(placed.id, placed.text) for placed in wordings),
        who=body.who,
        expects=body.expects,
        save_as=body.save_as or "",
        private=body.private,
        seconds=body.seconds + 60 * body.minutes,
        options=tuple(body.options),
        ideas=tuple(Prompt(placed.id, placed.text) for placed in ideas),
        kept_if=body.kept_if or "",
        only_if=Condition(body.only_if.step, body.only_if.answer) if body.only_if else None,
        gate=body.gate,
        reveal=body.reveal,
        ends_sitting=body.ends_sitting,
    )


def _wordings(marked: Marked, body: StepBody, trail: Trail, name: str, collections: Collections) -> tuple[Placed, ...]:
    if (body.say is None) == (body.prompts is None):
        raise marked.broken(trail, "a step has either say or prompts", "say: words; prompts: the id of a collection.")
    if body.prompts is not None:
        return _collection(marked, body.prompts, (*trail, "prompts"), collections)
    said = [body.say] if isinstance(body.say, str) else list(body.say or ())
    return _placed(said, name, marked, (*trail, "say"))


def _collection(marked: Marked, name: str, trail: Trail, collections: Collections) -> tuple[Placed, ...]:
    if name not in collections:
        hint = f"Collections are: {', '.join(sorted(collections))}."
        raise marked.broken(trail, f"there is no collection {name!r}", hint)
    return collections[name]


def _placed(said: Sequence[str | NamedPrompt], name: str, marked: Marked, trail: Trail) -> tuple[Placed, ...]:
    """Wordings with their ids; without one it is the name and the position."""
    return tuple(
        Placed(f"{name}.{place}", text, marked, (*trail, place - 1))
        if isinstance(text, str)
        else Placed(text.id, text.text, marked, (*trail, place - 1, "text"))
        for place, text in enumerate(said, 1)
    )
