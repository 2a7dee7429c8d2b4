"""The whole service on one screen: one ear, one voice and the conversations, each in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from functools import partial
from textwrap import wrap

from assistant.config import Config
from assistant.conversation.consent import Consent
from assistant.ears import build_listener
from assistant.household import build_voice, load_rituals, load_safety, load_sentences, load_setting
from assistant.journal import Journal
from assistant.safety import Safety
from assistant.service.allowance import Allowance
from assistant.service.connection import Offers
from assistant.service.information import describe
from assistant.service.limits import Limits
from assistant.service.scribe import Scribe
from assistant.service.server import Address, Server
from assistant.service.shelf import Shelf
from assistant.service.talk import Reply, Talk
from assistant.service.talks import Talks
from assistant.understanding import Understanding
from audio.ear import VoskEar
from audio.sentences import split
from audio.types import Clip, Hearing, Voice
from intents.matcher import Sentences

LONGEST = 400
"""Characters that are rendered at once: half a minute, 1.3 MB."""


def serve(config: Config, uri: str, say: Callable[[str], None], limits: Limits | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM, and tell what is served through `say`; returns the exit code.

    Raises UsageError for an address that is none, AssistantError for one that cannot be served at, and AudioError
    when there is no voice or no voice model.
    """
    address = Address.parse(uri)
    with ExitStack() as stack:
        service = Service(config, limits or Limits(), stack)
        return asyncio.run(service.run(address, partial(announce, config, say)))


def announce(config: Config, say: Callable[[str], None], address: Address) -> None:
    """Where, for whom, and what becomes of words."""
    say(f"Hearth serves Home Assistant and other Wyoming clients at {address}. Ctrl-C ends it.")
    if not address.local:
        say("Everyone who can reach that address can use it: there is no password, and nothing is encrypted.")
    read = "is read out to clients" if config.service.allow_journal else "is not read out to clients"
    kept = "words are kept, as you agreed" if keeps_words(config) else "no words are kept"
    say(f"The journal {read}, and {kept}.")


class Service:
    """Constructs the parts and joins them."""

    def __init__(self, config: Config, limits: Limits, stack: ExitStack) -> None:
        """What is constructed is closed by the stack."""
        rituals = load_rituals(config)
        self._config = config
        self._limits = limits
        self._sentences = load_sentences(config, rituals)
        self._sentences.warm_up()
        self._safety = load_safety(config)
        self._setting = load_setting(config, rituals, self._sentences)
        self._hearing = self._thread("hearing", stack)
        self._speaking = self._thread("speaking", stack)
        self._talking = self._thread("talking", stack)
        self._ear = stack.enter_context(closing(build_ear(config, self._sentences, self._safety)))
        self._voice: Voice = stack.enter_context(closing(build_voice(config)))
        self._saves = Allowance(limits.saves, timedelta(hours=1))
        self._talks = Talks(self._new_talk, lambda: datetime.now(config.zone), limits)

    async def run(self, address: Address, ready: Callable[[Address], None]) -> int:
        """Warm up, serve, and end every conversation; returns the exit code."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._hearing, self._ear.warm, Hearing.ANSWERS)
        await loop.run_in_executor(self._speaking, self._voice.render, "ok")
        scribe = Scribe(self._ear, self._sentences, self._hearing)
        offers = Offers(describe(self._config, self._ear.model), scribe, self._speak, self._sentences, self._answer)
        work = asyncio.create_task(scribe.work())
        try:
            await Server(offers, self._end, self._limits).run(address, ready)
        finally:
            scribe.stop()
            work.cancel()
            await loop.run_in_executor(self._talking, self._talks.end_all)
        return 0

    async def _speak(self, text: str) -> AsyncIterator[Clip]:
        """Sentence by sentence, so that nobody waits for a long text of somebody else."""
        loop = asyncio.get_running_loop()
        for piece in (piece for sentence in split(text) for piece in wrap(sentence, LONGEST)):
            yield await loop.run_in_executor(self._speaking, self._voice.render, piece)

    async def _answer(self, conversation: str, text: str) -> Reply:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._talking, self._talks.hear, conversation, text)

    async def _end(self, conversation: str) -> None:
        await asyncio.get_running_loop().run_in_executor(self._talking, self._talks.end, conversation)

    def _new_talk(self) -> Talk:
        folder = self._config.folders.data
        shelf = Shelf(partial(Journal.open, folder, read_only=True), partial(Journal.open, folder))
        understanding = Understanding(self._safety, self._sentences)
        may_read = self._config.service.allow_journal
        consent = consent_of(self._config)
        return Talk(self._setting, understanding, consent, shelf, self._saves, may_read=may_read)

    def _thread(self, name: str, stack: ExitStack) -> ThreadPoolExecutor:
        thread = ThreadPoolExecutor(1, f"hearth-{name}")
        stack.callback(thread.shutdown, cancel_futures=True)
        return thread


def build_ear(config: Config, sentences: Sentences, safety: Safety) -> VoskEar:
    """An ear that hears every sentence at every moment, beside free words; raises ModelError."""
    phrases = [phrase.text for phrase in sentences.phrases()]
    return build_listener(config, [*phrases, *safety.phrases()])


def consent_of(config: Config) -> Consent:
    """Over the network nobody hears the notice that words are kept: without consent at set-up none are."""
    return Consent.GIVEN if keeps_words(config) else Consent.REFUSED


def keeps_words(config: Config) -> bool:
    """Whether both agreed, and neither withdrew."""
    return config.privacy.consent is not None and not config.privacy.refused
