"""Errors of the ears and the mouth.

AudioError
├── DeviceError        a microphone or speaker is missing, busy or gone
├── AudioFileError     a file is not audio, or cannot be read or written
├── ModelError         a Vosk model folder is missing, incomplete or damaged
└── VoiceError         the synthesiser is missing, or died too often
"""

from __future__ import annotations


class AudioError(Exception):
    """Something about sound failed; `hint` says what the person can do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class DeviceError(AudioError):
    """A microphone or speaker is missing, busy or gone."""


class AudioFileError(AudioError):
    """A file is not audio, or cannot be read or written."""


class ModelError(AudioError):
    """A Vosk model folder is missing, incomplete or damaged."""


class VoiceError(AudioError):
    """The speech synthesiser is missing, or died too often."""
