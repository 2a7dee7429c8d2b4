"""What the two agreed to, between the configuration and a conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.conversation.consent import Consent

if TYPE_CHECKING:
    from assistant.config import Config


def consent_of(config: Config) -> Consent:
    """What both said."""
    if config.privacy.refused:
        return Consent.REFUSED
    return Consent.GIVEN if config.privacy.consent else Consent.UNASKED


def agree(config: Config, keeps: bool) -> None:
    """Write into the configuration's file whether words may be kept, and change nothing else; raises ConfigError."""
    from assistant.config_file import read, write

    written = read(config.folders)
    write(replace(written, privacy=written.privacy.agreed(keeps, datetime.now(config.zone).date())))
