"""What is listened for, and with how much patience."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """What the conversation listens for next; the values are those of `audio.types.Hearing`."""

    COMMANDS = "commands"
    """Every sentence the assistant knows."""
    ANSWERS = "answers"
    """Free words, beside the control sentences."""
    CONTROLS = "controls"
    """Control sentences only, as they are listened for: people may talk with each other meanwhile."""
    REPLIES = "replies"
    """Control sentences, and whatever answers a question, however it is worded: somebody was asked something."""


class Patience(StrEnum):
    """How much silence ends an utterance; seconds are configured."""

    COMMAND = "command"
    """Short: about 0.5 to 0.8 s."""
    ANSWER = "answer"
    """Long, for people who think while they speak: 2.5 to 4 s."""
