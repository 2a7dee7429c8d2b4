"""The whole pipeline on one screen: hear, understand, decide, act."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from assistant.conversation import Conversation
from assistant.events import (
    Action,
    Asked,
    Due,
    Event,
    Interrupted,
    Muted,
    NotUnderstood,
)
from assistant.inbox import Errand, InputOver, Item, Line, Played, Trouble
from assistant.modes import Patience
from assistant.parts import Parts
from assistant.performing import hush, perform
from audio.types import AudioChunk, Heard, Hearing, Onset, Silence

INTERRUPTED, INTERRUPTED_SURE = 0.3, 0.22
"""Seconds of silence, at most, that end what is said while the assistant speaks: it has to be silent at once."""

HUSHING = frozenset({"stop", "pause", "time_out"})
"""Intents for which the assistant is rather silent once too often."""

OVER_OURSELVES = 0.8
"""Confidence from which any other sentence counts that was heard while the assistant spoke."""

BLIP = 0.2
"""Seconds of sound without a word in it that nobody is asked to repeat: the end of an echo, or a cup."""

TALKED_ON = 1.0
"""Seconds of speech after the assistant's own that are no echo of it: somebody answered before it had ended."""


def run(parts: Parts, talk: Conversation) -> None:
    """Hear, understand, decide, act, until the conversation is over and everything has been spoken."""
    act(parts, talk, talk.begin(parts.clock.now()))
    while not talk.over:
        for event in understand(parts, parts.inbox.get(parts.mouth.busy)):
            parts.screen.event(event)
            act(parts, talk, talk.react(event, parts.clock.now()))
    drain(parts)


def understand(parts: Parts, item: Item) -> Iterator[Event]:
    """What an item of the inbox means to the conversation."""
    match item:
        case AudioChunk():
            yield from hear(parts, item)
        case Line(text=text):
            yield parts.understanding.typed(text, parts.attention.now.mode)
        case Asked():
            yield item
        case Muted(on=on):
            parts.attention.hurry(not on)
            yield item
        case Errand(do=do):
            do()
        case Played(token=token):
            if parts.mouth.finished(token):
                parts.attention.drained()
                tune(parts)
        case Trouble(message=message, spoken=spoken):
            parts.screen.trouble(message)
            parts.mouth.say(spoken)
            tune(parts)
        case Due():
            yield from rung(parts, item)
        case InputOver(at_once=at_once):
            yield from conclude(parts)
            if at_once:
                hush(parts)
            yield Interrupted()
        case _:
            assert_never(item)


def hear(parts: Parts, chunk: AudioChunk) -> Iterator[Event]:
    """Source → VAD → segmenter → Vosk → safety → intents."""
    parts.clock.advance(chunk.seconds)
    parts.alarm.look()
    deaf, echoing = parts.attention.deaf, parts.attention.echoing
    due = parts.attention.advance(chunk.seconds)
    if due is not None:
        yield due
    if echoing and not parts.attention.echoing and parts.ear is not None:
        parts.ear.part()
    if deaf or parts.ear is None:
        return
    for noticed in parts.ear.hear(chunk):
        match noticed:
            case Onset():
                parts.attention.onset()
                parts.screen.voice_started(noticed)
            case Heard():
                yield from heard(parts, noticed)
            case Silence():
                pass
            case _:
                assert_never(noticed)


def heard(parts: Parts, utterance: Heard) -> Iterator[Event]:
    """What an utterance means, by what was listened for when it began; nothing for the assistant's own echo.

    Words that nobody addressed and that are no phrase are not shown.
    """
    began = parts.attention.heard()
    parts.screen.heard(utterance if began.addressed else replace(utterance, answer=None))
    phrase = utterance.phrase
    if began.speaking and not (phrase and is_control(parts, phrase.text)):
        if began.outlasted > parts.patience[Patience.COMMAND.value] + TALKED_ON:
            yield NotUnderstood()
        return
    if utterance.seconds < BLIP and not phrase and not (utterance.answer and utterance.answer.text):
        return
    meant = parts.understanding.meaning(phrase, utterance.answer, began.mode, began.addressed)
    if not (began.speaking and doubtful(meant)):
        yield meant


def is_control(parts: Parts, phrase: str) -> bool:
    """Whether this counts while the assistant speaks: it works at every moment, and is not what is being spoken."""
    return parts.understanding.works_always(phrase) and not parts.mouth.is_saying(phrase)


def doubtful(meant: Event) -> bool:
    """Whether something that was heard over the assistant's own speech may be a part of that, misheard."""
    return isinstance(meant, Asked) and meant.intent.name not in HUSHING and meant.confidence < OVER_OURSELVES


def rung(parts: Parts, due: Due) -> Iterator[Event]:
    """A reminder is due; while somebody speaks, or is spoken to, it has to wait."""
    if parts.attention.occupied or parts.mouth.busy:
        parts.alarm.again(due)
    else:
        yield due


def conclude(parts: Parts) -> Iterator[Event]:
    """What was being said when the input ended counts as said."""
    for utterance in parts.ear.end() if parts.ear is not None else ():
        yield from heard(parts, utterance)


def act(parts: Parts, talk: Conversation, actions: Sequence[Action]) -> None:
    """Carry the actions out in their order; what follows from one is decided before the next."""
    todo = deque(actions)
    parts.ahead(talk.ritual)
    while todo:
        action = todo.popleft()
        parts.screen.action(action)
        event = perform(parts, action)
        if event is not None:
            parts.screen.event(event)
            todo.extendleft(reversed(talk.react(event, parts.clock.now())))
    tune(parts)


def tune(parts: Parts) -> None:
    """Point the ear at what counts now."""
    if parts.mouth.busy:
        parts.attention.speak()
    listen = parts.attention.retune()
    if parts.ear is not None and listen is not None:
        patience, sure = parts.patience[listen.patience.value], parts.sure
        if parts.attention.speaking:
            patience, sure = min(patience, INTERRUPTED), min(sure, INTERRUPTED_SURE)
        parts.ear.listen_for(Hearing(listen.mode.value), patience, sure)


def drain(parts: Parts) -> None:
    """Let the last words be heard."""
    while parts.mouth.busy:
        item = parts.inbox.get(parts.mouth.busy)
        if isinstance(item, Played):
            parts.mouth.finished(item.token)
        elif isinstance(item, Errand):
            item.do()
        elif isinstance(item, InputOver) and item.at_once:
            return
