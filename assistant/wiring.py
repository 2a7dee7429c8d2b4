"""The only place where real devices are constructed and joined to a conversation."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.ahead import Ahead, upcoming
from assistant.alarm import Alarm
from assistant.attention import Attention
from assistant.consenting import agree, consent_of
from assistant.conversation import Conversation, Memory
from assistant.display import open_screen
from assistant.earcon import Earcon
from assistant.ears import build_ear, spoken_titles, wake_phrases
from assistant.household import build_player, build_voice, load_rituals, load_safety, load_sentences, load_setting
from assistant.inbox import AudioClock, Inbox, Played, Trouble
from assistant.journal import Journal
from assistant.keyboard import pass_time, read_lines
from assistant.late_audio import wait_for_audio
from assistant.loop import run
from assistant.mouth import Mouth
from assistant.notification import TITLE, notify
from assistant.notifying import Notifying
from assistant.parts import Parts
from assistant.plain_text import tell_error
from assistant.screen import Screen
from assistant.signals import interruptible, mutable
from assistant.speaking import AtOnce, Beside
from assistant.standing import Metered, Watch
from assistant.understanding import Understanding
from assistant.watchdog import HANGS, Watchdog
from audio.types import Clip, Source, Voice

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.conversation.setting import Setting
    from assistant.options import ListenOptions
    from audio.voice import Pyttsx3Voice
    from audio.without_echo import WithoutEcho

GAP = 1.5
"""Seconds of silence after a file beyond those that end an answer."""

SILENCE = Clip(b"", 22_050)
"""What a typed conversation sounds like."""

HUNG = 70
"""Exit code when it hung for too long: an internal error (sysexits.h), after which a service is started again."""

INTERRUPTED = 130
"""Exit code after Ctrl-C."""


@dataclass(frozen=True, slots=True)
class SilentVoice:
    """The voice of a typed conversation: replies are read."""

    def render(self, text: str) -> Clip:
        """Nothing to hear."""
        return SILENCE

    def warm(self) -> None:
        """Nothing to start."""

    def close(self) -> None:
        """Nothing to release."""


def listen(config: Config, options: ListenOptions) -> int:
    """Hold a conversation with the people at this machine; returns the exit code."""
    if options.wait_for_audio and not options.text:
        wait_for_audio(config, options, tell_error)
    with ExitStack() as stack:
        journal = stack.enter_context(Journal.open(config.folders.data))
        return converse(config, options, journal, stack)


def converse(
    config: Config, options: ListenOptions, journal: Journal, stack: ExitStack, source: Source | None = None
) -> int:
    """Join the parts that the options ask for, and talk until it is over; `source` is heard instead of theirs."""
    rituals = load_rituals(config)
    sentences = load_sentences(config, rituals)
    safety = load_safety(config)
    setting = load_setting(config, rituals, sentences)
    inbox = Inbox()
    interrupted = stack.enter_context(interruptible(inbox))
    source = source or open_source(config, options, setting, inbox)
    watch, echo = watched(source), open_echo(config, source)
    source = echo or source
    if watch is not None and source is not None:
        source = watch.meter = Metered(source)
    clock = AudioClock(lambda: datetime.now(config.zone), live=source is None or source.live)
    alarm = stack.enter_context(closing(Alarm(clock.now, inbox.put, setting.quiet_hours)))
    voice = stack.enter_context(closing(open_voice(config, options, setting)))
    starting = stack.enter_context(ThreadPoolExecutor(2, "hearth-start"))
    started = (starting.submit(voice.warm), starting.submit(sentences.warm_up))
    ear = None if source is None else build_ear(config, sentences, safety.phrases(), spoken_titles(rituals))
    if ear is not None:
        stack.callback(ear.close)
    parts = Parts(
        inbox=inbox,
        ear=ear,
        understanding=Understanding(safety, sentences, wake_phrases(config, sentences)),
        mouth=open_mouth(config, options, voice, inbox, stack, echo),
        journal=journal,
        attention=Attention(tail_of(config, echo), window=config.hearing.window, counts_quiet=source is not None),
        clock=clock,
        alarm=alarm,
        screen=notifying(open_screen(options, clock.now, watch, inbox.put, stack), watch),
        ahead=open_ahead(voice, setting, stack),
        patience={"command": config.hearing.patience.command, "answer": config.hearing.patience.answer},
        sure=config.hearing.patience.sure,
        agree=partial(agree, config),
        ears=watch.ears if watch else None,
    )
    if ear is not None:
        ear.warm()
    for part in started:
        part.result()
    if source is None:
        stack.enter_context(typing(inbox))
    else:
        stack.enter_context(closing(source))
        inbox.follow(source)
    memory = Memory.load(journal.recall)
    alarm.watch(memory.reminders)
    alarm.start()
    talk = Conversation(setting, memory, consent_of(config))
    if watch is not None:
        watch.follow(talk, parts.attention)
        stack.enter_context(mutable(inbox, watch.ears))
        if watch.ears is not None:
            watch.ears.calm = lambda: not parts.attention.occupied
            stack.enter_context(closing(open_watchdog(parts, setting)))
    run(parts, talk)
    return INTERRUPTED if interrupted.is_set() else 0


# ---------------------------------------------------------------- devices


def open_source(config: Config, options: ListenOptions, setting: Setting, inbox: Inbox) -> Source | None:
    """Files, stdin, or the microphone, which says when it hears nothing; None when lines are typed."""
    from audio.sources import Microphone, RawStdin, SoundFiles

    def trouble(message: str) -> None:
        spoken = setting.say("cannot_hear").text if microphone.lost else ""
        inbox.put(Trouble(message or "The microphone works again.", spoken))

    if options.text:
        return None
    if options.inputs == ("-",):
        return RawStdin()
    if options.inputs:
        return SoundFiles([Path(name) for name in options.inputs], gap=config.hearing.patience.answer + GAP)
    microphone = Microphone(config.audio.microphone or None, trouble)
    return microphone


def open_voice(config: Config, options: ListenOptions, setting: Setting) -> Pyttsx3Voice | SilentVoice:
    """The voice; nothing of it has started."""
    if options.text:
        return SilentVoice()
    voice = build_voice(config)
    voice.known(spoken_by_us(setting))
    return voice


def open_echo(config: Config, source: Source | None) -> WithoutEcho | None:
    """What keeps our own voice out of the microphone, or measures for how long it can be heard there."""
    from audio.sources import Microphone
    from audio.without_echo import WithoutEcho

    return WithoutEcho(source, cancels=config.hearing.echo_cancellation) if isinstance(source, Microphone) else None


def tail_of(config: Config, echo: WithoutEcho | None) -> Callable[[bool], float]:
    """Tells how many seconds our own voice can still be heard after it has ended, given whether it may be just then."""
    usual = config.hearing.tail
    return lambda heard: usual if echo is None else echo.tail(usual, heard)


def open_mouth(
    config: Config,
    options: ListenOptions,
    voice: Voice,
    inbox: Inbox,
    stack: ExitStack,
    echo: WithoutEcho | None = None,
) -> Mouth:
    """The voice, and where it is heard: the speaker, a file, or nowhere when replies are read."""
    from audio.earcons import earcon
    from audio.player import NullPlayer
    from audio.sentences import split

    def played(token: int) -> None:
        inbox.put(Played(token))

    def written(token: int) -> None:
        inbox.put_first(Played(token))

    def trouble(message: str) -> None:
        inbox.put(Trouble(message or "The speaker works again."))

    if options.text:
        return Mouth(voice, AtOnce(NullPlayer(), trouble), split, lambda name: SILENCE, written)
    reference = echo.reference if echo else None
    player = stack.enter_context(closing(build_player(config, options.output, trouble, reference)))
    if options.output:
        return Mouth(voice, AtOnce(player, trouble), split, earcon, written)
    beside = stack.enter_context(closing(Beside(player, trouble, lambda: earcon(Earcon.ERROR.value))))
    return Mouth(voice, beside, split, earcon, played)


def open_watchdog(parts: Parts, setting: Setting) -> Watchdog:
    """Says on the screen, and aloud where it is grave, that the loop hangs; the loop has no part in it."""

    def tell(message: str) -> None:
        parts.screen.trouble(message)
        if message == HANGS:
            parts.mouth.cry(setting.say("hangs").text)

    def give_up() -> None:
        os._exit(HUNG)  # whatever hangs would also hang the way out

    return Watchdog(parts.inbox, tell, give_up)


def open_ahead(voice: Pyttsx3Voice | SilentVoice, setting: Setting, stack: ExitStack) -> Callable[[str], None]:
    """Called with the ritual that is led: what it may say is rendered while people talk."""
    if isinstance(voice, SilentVoice):
        return lambda ritual: None
    from audio.sentences import split

    return stack.enter_context(closing(Ahead(voice, split, lambda ritual: upcoming(setting, ritual)))).follow


def spoken_by_us(setting: Setting) -> list[str]:
    """Sentences that are the same for every household; their sound may be kept on the disk."""
    prompts = [prompt.text for ritual in setting.rituals.values() for step in ritual.steps for prompt in step.prompts]
    return [text for text in (*setting.lines.texts(), *prompts) if "{" not in text]


def notifying(screen: Screen, watch: Watch | None) -> Screen:
    """The screen, and notifications of the desktop where people speak; a program that listens has its own."""
    return screen if watch is None else Notifying(screen, lambda text: notify(TITLE, text))


def watched(source: Source | None) -> Watch | None:
    """Who looks at how things stand: where people speak. A microphone can be closed by a key."""
    from audio.sources import Microphone

    if source is None or not source.live:
        return None
    return Watch(source if isinstance(source, Microphone) else None)


@contextmanager
def typing(inbox: Inbox) -> Iterator[None]:
    """Lines from stdin, and the time that passes meanwhile."""
    stop = threading.Event()
    read_lines(sys.stdin, inbox.put)
    pass_time(inbox.put, stop)
    try:
        yield
    finally:
        stop.set()
