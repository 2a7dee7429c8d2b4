"""Everything that can happen to a conversation, and everything it can do. Frozen values without behaviour."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.earcon import Earcon
from assistant.journal.records import CheckIn, Query
from assistant.modes import Mode, Patience
from assistant.reminders import Reminder
from intents.types import Intent

# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class Asked:
    """A whole sentence that the assistant knows was heard or typed (Wyoming: intent)."""

    intent: Intent
    """What it means."""
    text: str = ""
    """The sentence as it was heard."""
    confidence: float = 1.0
    """How sure the hearing was, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Said:
    """Free words were heard or typed while an answer was awaited (Wyoming: transcript)."""

    text: str
    """The words."""
    confidence: float = 1.0
    """How sure the hearing was, 0 to 1."""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Speech was heard that is no known sentence, and no answer was awaited (Wyoming: not-recognized)."""

    guess: str = ""
    """The sentence that was probably meant, to be asked for; empty when nothing comes close."""
    typed: bool = False
    """Whether it was typed, and so certainly meant for the assistant."""
    near: tuple[str, ...] = ()
    """Known sentences that look most like what was said, the nearest first, to be given as examples."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nobody has spoken for `Listen.quiet_after` audio seconds."""

    seconds: float
    """How long it has been quiet."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The time of the last `Wait` or `Listen` is over."""


@dataclass(frozen=True, slots=True)
class Saved:
    """An entry is on the disk."""

    entry: CheckIn
    """The entry."""


@dataclass(frozen=True, slots=True)
class NotSaved:
    """An entry could not be written; it is still in the action that asked for it."""

    entry: CheckIn
    """The entry."""
    reason: str
    """One sentence for a person."""


@dataclass(frozen=True, slots=True)
class NoVault:
    """An entry was not written: it is for its speaker alone, who has nothing yet that it could be sealed with."""

    entry: CheckIn
    """The entry."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Entries were deleted without trace."""

    count: int
    """How many."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """The entries that a `Recall` asked for."""

    recall: Recall
    """What was asked."""
    entries: tuple[CheckIn, ...]
    """In the order of their time."""
    memories: tuple[CheckIn, ...] = ()
    """What `Recall.memory` asked for."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Words were heard that must stop an exercise; the words themselves are already gone."""

    topic: str
    """`emergency` (self-harm or a medical emergency) or `safety` (violence, coercion, harm to a child)."""


@dataclass(frozen=True, slots=True)
class Due:
    """It is time to tell a reminder."""

    reminder: Reminder
    """Which; it may have been cancelled or told by now."""


@dataclass(frozen=True, slots=True)
class RemindersKept:
    """The reminders of the last `Remind` are on the disk."""


@dataclass(frozen=True, slots=True)
class RemindersNotKept:
    """The reminders of the last `Remind` could not be written; they are told as long as the program runs."""

    reason: str
    """One sentence for a person."""


@dataclass(frozen=True, slots=True)
class AgreementNotKept:
    """What the last `Agree` said could not be written; it counts as long as the program runs."""


@dataclass(frozen=True, slots=True)
class Muted:
    """The microphone was closed, or opened again."""

    on: bool
    """Whether nothing is heard from now on."""
    aloud: bool = False
    """Whether somebody asked for it aloud, rather than by a key or a signal."""


@dataclass(frozen=True, slots=True)
class NotMuted:
    """There is no microphone here that could be closed."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Ctrl-C, a closing terminal, or the end of the input."""


Outcome = (
    Saved | NotSaved | NoVault | Forgotten | Recalled | RemindersKept | RemindersNotKept | AgreementNotKept | NotMuted
)
"""What became of an action."""
Event = Asked | Said | NotUnderstood | Quiet | Elapsed | Concern | Due | Muted | Interrupted | Outcome

# ---------------------------------------------------------------- actions


@dataclass(frozen=True, slots=True)
class Say:
    """Speak; sentences queue up behind each other."""

    text: str
    """One or more sentences, ready to be spoken."""
    line: str = ""
    """Key of the line or id of the prompt it came from, for the event stream."""


@dataclass(frozen=True, slots=True)
class Chime:
    """Sound an earcon after what was said so far."""

    earcon: Earcon
    """Which."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Once everything has been spoken, listen."""

    mode: Mode
    """For what."""
    patience: Patience = Patience.COMMAND
    """How much silence ends an utterance."""
    quiet_after: float = 0.0
    """Audio seconds of quiet after which `Quiet` is wanted, once; 0: never."""
    time: float = 0.0
    """Audio seconds after which `Elapsed` is wanted, once, whether somebody speaks or not; 0: never."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Once everything has been spoken, let time pass; control sentences are heard. `Elapsed` follows."""

    seconds: float
    """Audio seconds."""
    goes_on: bool = False
    """Whether the time that already runs goes on, instead of beginning anew."""


@dataclass(frozen=True, slots=True)
class Hush:
    """Be silent at once and forget what was still to be said."""


@dataclass(frozen=True, slots=True)
class Save:
    """Write an entry; `Saved` or `NotSaved` follows at once."""

    entry: CheckIn
    """The entry."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete entries without trace; `Forgotten` follows at once."""

    query: Query
    """Which."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Look entries up; `Recalled` follows at once."""

    query: Query
    """Which."""
    period: str
    """The period as an id, such as `this_week`, for the answer."""
    topic: str
    """What was asked: `appreciations`, `summary`."""
    theme: str = ""
    """What it has to be about, in the words of whoever asks; empty for anything."""
    memory: Query | None = None
    """Entries of another time that belong to the answer, such as those of a year ago today."""


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep a small fact across restarts (prompts used, who starts next, a session to resume)."""

    key: str
    """Its name."""
    value: str
    """JSON text; empty forgets it."""


@dataclass(frozen=True, slots=True)
class Remind:
    """From now on these are all the reminders; `RemindersKept` or `RemindersNotKept` follows at once."""

    reminders: tuple[Reminder, ...]
    """All of them."""
    forget: bool = False
    """Whether one was taken away, of which no trace shall stay."""


@dataclass(frozen=True, slots=True)
class Agree:
    """Keep for the days to come whether words may be kept; `AgreementNotKept` follows at once if that fails."""

    keeps: bool
    """Whether both agreed; false when one of them refused, or withdrew."""


@dataclass(frozen=True, slots=True)
class Mute:
    """Close the microphone; `Muted` or `NotMuted` follows at once."""


@dataclass(frozen=True, slots=True)
class End:
    """The conversation is over once everything has been spoken."""


Action = Say | Chime | Listen | Wait | Hush | Save | Forget | Recall | Remember | Remind | Agree | Mute | End
