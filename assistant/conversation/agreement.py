"""Whether both agreed that their words are kept: asked aloud before the first of them, taken back at any time. Pure.

No voice is told from another: each is asked by name, and the other is there to hear the answer.
"""

from __future__ import annotations

from assistant.conversation.consent import Consent
from assistant.conversation.questions import MayKeep, StopKeeping
from assistant.conversation.setting import Setting
from assistant.events import Action, Agree, Asked, Event, Say
from intents.types import Intent
from prompts.types import Keeps


class Agreement:
    """Asks for the consent of both, and remembers it for this conversation."""

    def __init__(self, setting: Setting, consent: Consent) -> None:
        self.on_record = True
        """Whether nobody said "off the record"."""
        self._setting = setting
        self._consent = consent
        self._asks = consent is Consent.UNASKED

    @property
    def keeps(self) -> bool:
        """Whether both agreed that words are written down."""
        return self._consent is Consent.GIVEN

    @property
    def recording(self) -> bool:
        """Whether words are written down now."""
        return self.keeps and self.on_record

    def before(self, event: Event) -> MayKeep | StopKeeping | Say | None:
        """What must be asked or said before, or instead of, anything that follows from an event; None for nothing."""
        match event:
            case Asked(intent=Intent(name="keep_words")):
                return self._setting.say("words_are_kept") if self.keeps else self._ask_first(None)
            case Asked(intent=Intent(name="withdraw")):
                return StopKeeping() if self.keeps or self._asks else self._setting.say("no_words_are_kept")
            case Asked(intent=intent) if self._asks and self.on_record and self._would_keep(intent):
                return self._ask_first(event)
            case _:
                return None

    def settle(self, question: MayKeep | StopKeeping, answer: str) -> list[Action] | MayKeep:
        """What follows from an answer, or whom to ask next. No answer is no consent, and not asked for again today."""
        first, second = self._setting.partners
        match question:
            case StopKeeping() if answer == "yes":
                return self._agreed(Consent.REFUSED, "withdrawn")
            case StopKeeping():
                return [self._setting.say("withdrawn_not")]
            case MayKeep() if answer in self._setting.partners:
                return question
            case MayKeep(name=name, then=then) if answer == "yes" and name == first:
                return MayKeep(second, then)
            case MayKeep() if answer == "yes":
                return self._agreed(Consent.GIVEN, "consent_given")
            case MayKeep() if answer == "no":
                return self._agreed(Consent.REFUSED, "consent_refused")
            case MayKeep():
                self._asks = False
                return [self._setting.say("consent_open")]

    def _ask_first(self, then: Asked | None) -> MayKeep:
        return MayKeep(self._setting.partners[0], then)

    def _agreed(self, consent: Consent, line: str) -> list[Action]:
        self._consent, self._asks = consent, False
        return [Agree(self.keeps), self._setting.say(line)]

    def _would_keep(self, intent: Intent) -> bool:
        match intent:
            case Intent(name="start_ritual", slots={"ritual": name}):
                ritual = self._setting.rituals.get(name)
                return ritual is not None and ritual.keeps is not Keeps.NOTHING
            case Intent(name="remind", slots=slots):
                return bool(slots.get("words"))
            case Intent(name=name):
                return name in ("appreciate", "thank")
