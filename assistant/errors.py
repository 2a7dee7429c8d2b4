"""Errors that a person sees.

AssistantError
├── UsageError      the command line or an argument is wrong (exit code 2)
├── ConfigError     the configuration file is wrong
├── DownloadError   a voice model cannot be fetched
├── ArchiveError    an archive is not a voice model, or not the one that it should be
└── JournalError    the journal cannot be read or written, or another process holds it
    └── VaultError      words that are for one person alone cannot be opened
        └── NoVaultError    nor be kept: that person has no vault
"""

from __future__ import annotations


class AssistantError(Exception):
    """One kind sentence for a person; `hint` says what to do next."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AssistantError):
    """The command line or an argument is wrong."""

    exit_code = 2


class ConfigError(AssistantError):
    """The configuration file is wrong."""


class DownloadError(AssistantError):
    """A voice model cannot be fetched."""


class ArchiveError(AssistantError):
    """An archive is not a voice model, or not the one that it should be."""


class JournalError(AssistantError):
    """The journal cannot be read or written, or another process holds it."""


class VaultError(JournalError):
    """Words that are for one person alone cannot be opened."""


class NoVaultError(VaultError):
    """Words that are for one person alone cannot be kept: that person has no vault."""
