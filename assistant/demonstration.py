"""A recorded conversation of two people goes through the real pipeline, beside the user's own journal."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from assistant.config import Config, Partner
from assistant.conversation.memory import USED_KEY
from assistant.folders import make_private
from assistant.household import load_rituals, load_setting
from assistant.journal import Journal, Query
from assistant.options import ListenOptions
from assistant.periods import find_span
from assistant.plain_text import tell
from assistant.summary_page import page
from assistant.wiring import converse

SPEECH = Path(__file__).parent / "demo"
"""What the two say, one WAV a sentence, in the order of their names."""

PARTNERS = (Partner("Sam"), Partner("Alex"))

QUESTIONS = frozenset(
    {
        *("day_ahead.1", "day_ahead.3", "wish.6", "wish.7"),
        *("morning_thanks.1", "morning_thanks.2"),
    }
)
"""The prompts that their answers fit; all others count as used already."""

REPLIES = "demo.wav"
"""Where the replies are left, in the cache folder, unless another file is named."""


def demo(config: Config, options: ListenOptions) -> int:
    """Hold the recorded conversation; returns the exit code."""
    output = options.output or str(make_private(config.folders.cache) / REPLIES)
    told = replace(options, inputs=tuple(map(str, sorted(SPEECH.glob("*.wav")))), output=output)
    with tempfile.TemporaryDirectory(prefix="hearth-demo-") as folder, ExitStack() as stack:
        household = strangers(config, Path(folder))
        journal = stack.enter_context(Journal.open(household.folders.data))
        journal.remember(USED_KEY, json.dumps(sorted(other_questions(household))))
        code = converse(household, told, journal, stack)
        if not options.events:
            tell(closing_words(household, journal))
    if not options.events:
        tell(f"\nThe replies, to listen to: {output}")
    return code


def other_questions(config: Config) -> set[str]:
    """Ids of the prompts that have siblings among the fitting ones."""
    prompts = {prompt.id for ritual in load_rituals(config) for step in ritual.steps for prompt in step.prompts}
    groups = {question.rpartition(".")[0] for question in QUESTIONS}
    return {prompt for prompt in prompts - QUESTIONS if prompt.rpartition(".")[0] in groups}


def strangers(config: Config, folder: Path) -> Config:
    """The configuration of two people who use this machine's voice, with a journal that is thrown away."""
    return replace(
        Config(),
        partners=PARTNERS,
        voice=config.voice,
        privacy=replace(config.privacy, consent=datetime.now(config.zone).date()),
        folders=replace(config.folders, config_file=folder / "config.toml", data=folder / "journal"),
    )


def closing_words(config: Config, journal: Journal) -> str:
    """What `hearth summary today` would print."""
    now = datetime.now(config.zone)
    span = find_span("today", now, config.week_begins)
    entries = journal.find(Query(since=span.since, until=span.until))
    return "\n".join(["", *page(entries, span, load_setting(config, load_rituals(config)))])
