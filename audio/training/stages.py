"""The recipe, stage by stage. A stage whose files are there is done; to do it again, remove them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from audio.model_files import write_manifest
from audio.training.lexicon import Lexicon, lexicon
from audio.training.progress import Report
from audio.training.prose import examples, told
from audio.training.settings import Recipe
from audio.training.store import shard
from audio.training.texts import Grammar, spoken_texts
from audio.training.workers import share

if TYPE_CHECKING:
    import numpy as np

    from audio.training.network import Checkpoint

EMBEDDED = Path(__file__).parent.parent / "model_en"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the recipe."""

    name: str
    """As on the command line."""
    does: str
    """In a few words."""
    run: Callable[[Recipe, Report], None]
    """Make what is missing."""


def texts(recipe: Recipe, report: Report) -> None:
    """The sentences of the language model."""
    file = _sentences(recipe)
    if file.exists():
        return
    grammar, rng = Grammar(), random.Random(recipe.speech.seed)
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".part")
    total = recipe.language.sentences
    with aside.open("w") as out:
        for done in range(1, total + 1):
            out.write(grammar.sentence(rng) + "\n")
            if done % 1000 == 0 or done == total:
                report.advance(done, total)
    aside.replace(file)


def voices(recipe: Recipe, report: Report) -> None:
    """Dry speech."""
    _each(recipe, report, "voices", _speak, recipe.speech.shards)


def augmentation(recipe: Recipe, report: Report) -> None:
    """Speech in rooms and noise."""
    _each(recipe, report, "augmentation", _record, recipe.speech.heard)


def features(recipe: Recipe, report: Report) -> None:
    """Frames and labels."""
    _each(recipe, report, "features", _analyse, recipe.speech.heard)


def training(recipe: Recipe, report: Report) -> None:
    """One checkpoint for each plan; a stopped plan goes on from its last checkpoint."""
    from audio.training.network import Checkpoint
    from audio.training.train import Stream, Training

    count = recipe.speech.shards
    shards = [shard(_folder(recipe, "features"), n) for n in range(recipe.speech.heard)]
    missing = [file for file in shards if not file.exists()]
    if missing:
        raise FileNotFoundError(f"{missing[0]} is missing: run the stages before this one")
    held = shards[count - 1] if count > 1 else None  # and no other take of it is learnt from
    learnt = [file for n, file in enumerate(shards) if held is None or n % count != count - 1]
    start, stream = (None, None)
    for number, plan in enumerate(recipe.training, 1):
        file = _checkpoint(recipe, number)
        if not file.exists() or file.with_suffix(".state").exists():
            stream = stream or Stream(learnt)
            if number == 1 and recipe.start:
                start = _start(recipe, *stream.spread())
            Training(plan, stream, file, start, recipe.network).run(report, held)
            file.with_suffix(".state").unlink()
        start = Checkpoint.load(file)


def export(recipe: Recipe, report: Report) -> None:
    """am/final.mdl and conf/; quick, so always done again."""
    from audio.training.export import export, write_settings
    from audio.training.network import Checkpoint, average

    files = [_checkpoint(recipe, number) for number in range(1, len(recipe.training) + 1)]
    missing = [file for file in files if not file.exists()]
    if missing:
        raise FileNotFoundError(f"{missing[0]} is missing: run the stage training first")
    parts, shares = [Checkpoint.load(file) for file in files], list(recipe.average)
    if recipe.start:
        parts.append(_start(recipe, *(parts[0].weights[name].numpy() for name in ("mean", "std"))))
        shares.append(1.0 - sum(shares))
    export(average(parts, shares), recipe.model, recipe.rejection)
    write_settings(recipe.model, recipe.dictation, recipe.commands)
    report.advance(1, 1)


def graph(recipe: Recipe, report: Report) -> None:
    """graph/, and the manifest of the whole folder."""
    from audio.training.graph import build

    if not (recipe.model / "graph/Gr.fst").exists():
        build(recipe.model, _lexicon(recipe), _counted(recipe), recipe.language, recipe.rejection)
    write_manifest(recipe.model)
    report.advance(1, 1)


def sounds(recipe: Recipe, report: Report) -> None:
    """What a model is measured on."""
    from audio.training.sounds import write_sounds

    write_sounds(_measured_on(recipe), report, recipe.speech.processes)


def evaluation(recipe: Recipe, report: Report) -> None:
    """The report of evaluate.py, on the model that was made or another."""
    from audio.training.evaluate import evaluate

    model, folder = recipe.measured or recipe.model, _measured_on(recipe)
    evaluate(model, folder, recipe.work / "evaluation.md", report, recipe.speech.processes)


def people(recipe: Recipe, report: Report) -> None:
    """The report of people.py, on the model that was made or another."""
    from audio.training.people import evaluate
    from audio.training.recognisers import Hearth, PocketSphinx

    words = set(_lexicon(recipe).pronunciations)
    recognisers = [Hearth(recipe.measured or recipe.model, recipe.work / "cache"), PocketSphinx()]
    evaluate(recognisers, words, recipe.work, report)


def proof(recipe: Recipe, report: Report) -> None:
    """Stock Vosk hears a few commands with the model, by voices kept apart; RuntimeError if it hears too few."""
    import numpy as np

    from audio.training.espeak import Espeak
    from audio.training.recognisers import Hearth
    from audio.training.sounds import at_16k

    hearth, espeak, right = Hearth(recipe.model, recipe.work / "cache"), Espeak(), 0
    hearth.phrases(PROOF)
    cases = [(text, voice) for text in PROOF for voice in ("en-us+f4", "en-us+ed")]
    for number, (text, voice) in enumerate(cases, 1):
        heard = hearth.hear(np.round(at_16k(espeak.say(text, voice, 150))).astype("<i2").tobytes())
        right += heard.text == text
        report.advance(number, len(cases))
    if right < 0.75 * len(cases):
        raise RuntimeError(f"only {right} of {len(cases)} commands were heard right")
    report.note(right, len(cases))


def ship(recipe: Recipe, report: Report) -> None:
    """The model takes the place of the embedded one."""
    write_manifest(recipe.model)
    for file in recipe.model.rglob("*"):
        if file.is_file():
            place = EMBEDDED / file.relative_to(recipe.model)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
    write_manifest(EMBEDDED)
    report.advance(1, 1)


STAGES = (
    Stage("texts", "sentences for the language model", texts),
    Stage("voices", "speech by many synthetic voices", voices),
    Stage("augmentation", "breath, rooms, microphones, noise", augmentation),
    Stage("features", "frames and labels", features),
    Stage("training", "the acoustic model", training),
    Stage("export", "am/final.mdl and conf/", export),
    Stage("graph", "words and language model", graph),
    Stage("sounds", "what a model is measured on", sounds),
    Stage("evaluation", "figures on voices and sentences kept apart", evaluation),
)
"""In order."""
EXTRA = (
    Stage("people", "figures on recordings of a person", people),
    Stage("proof", "a few commands through Vosk", proof),
    Stage("ship", "copy the model to audio/model_en", ship),
)
"""Not among the stages that run by default."""
PROOF = ("open the window", "good morning", "what time is it", "say it again", "thank you very much", "close the door")
"""Phrases of common words."""


def _sentences(recipe: Recipe) -> Path:
    return recipe.work / "sentences.txt"


def _counted(recipe: Recipe) -> list[str]:
    """What the language model is counted from; a set that counts for nothing need not be there."""
    language, counted = recipe.language, _sentences(recipe).read_text().splitlines()
    for read, times in ((told, language.told), (examples, language.examples)):
        if times:
            counted += read() * times
    return counted


def _folder(recipe: Recipe, stage: str) -> Path:
    return recipe.work / stage


def _measured_on(recipe: Recipe) -> Path:
    return recipe.work / "evaluation"


def _checkpoint(recipe: Recipe, number: int) -> Path:
    return recipe.work / f"training-{number}.pt"


def _start(recipe: Recipe, mean: np.ndarray, std: np.ndarray) -> Checkpoint:
    """The network of `start`, in the recipe's shape, its input normalised by `mean` and `std`."""
    from audio.training.network import widened
    from audio.training.readback import from_model

    return widened(from_model(Path(recipe.start), mean, std), recipe.network)


def _lexicon(recipe: Recipe) -> Lexicon:
    small = len(recipe.language.lists) == 1
    ours = () if small else Grammar().words().union(*(sentence.split() for sentence in told()))
    return lexicon(ours, recipe.language.lists, recipe.language.names)


def _each(recipe: Recipe, report: Report, stage: str, make: Callable[[Recipe, int], None], total: int) -> None:
    """All of a stage's shards that are missing, several at a time."""
    folder = _folder(recipe, stage)
    missing = [n for n in range(total) if not shard(folder, n).exists()]
    share(partial(make, recipe), missing, total, report, recipe.speech.processes)


def _speak(recipe: Recipe, number: int) -> None:
    from audio.training.shards import speak

    seed = recipe.speech.seed * 100_003 + number
    classes = _lexicon(recipe).classes
    lines: Iterator[str] = spoken_texts(Grammar(), classes, seed)
    speak(shard(_folder(recipe, "voices"), number), lines, recipe.shares, seed, recipe.speech.utterances)


def _record(recipe: Recipe, number: int) -> None:
    from audio.training.shards import record

    seed = recipe.speech.seed * 100_003 + number
    dry = shard(_folder(recipe, "voices"), number % recipe.speech.shards)
    record(shard(_folder(recipe, "augmentation"), number), dry, seed)


def _analyse(recipe: Recipe, number: int) -> None:
    from audio.training.shards import analyse

    seed = recipe.speech.seed * 100_003 + number
    analyse(shard(_folder(recipe, "features"), number), shard(_folder(recipe, "augmentation"), number), seed)
