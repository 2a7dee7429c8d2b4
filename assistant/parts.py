"""What one conversation is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.alarm import Alarm
from assistant.attention import Attention
from assistant.inbox import AudioClock, Inbox
from assistant.journal import Journal
from assistant.mouth import Mouth
from assistant.screen import Screen
from assistant.standing import Ears
from assistant.understanding import Understanding
from audio.types import Ear


@dataclass(frozen=True, slots=True)
class Parts:
    """The devices and stores that one conversation uses."""

    inbox: Inbox
    """Where everything arrives."""
    ear: Ear | None
    """Turns sound into utterances; None when lines are typed."""
    understanding: Understanding
    """Knows what an utterance means."""
    mouth: Mouth
    """Speaks."""
    journal: Journal
    """Remembers."""
    attention: Attention
    """Knows when to listen, and for what."""
    clock: AudioClock
    """Knows what time it is in what is heard."""
    alarm: Alarm
    """Knows what is due."""
    screen: Screen
    """Shows what goes on."""
    ahead: Callable[[str], None]
    """Told which ritual is led, so that it can be rendered ahead."""
    agree: Callable[[bool], None]
    """Keeps whether words may be kept; raises AssistantError."""
    patience: dict[str, float]
    """Seconds of silence that end an utterance, by the values of `modes.Patience`."""
    sure: float = 0.0
    """Seconds of silence that end one that is sure to be a whole phrase."""
    ears: Ears | None = None
    """The microphone; None where there is none that can be closed."""
