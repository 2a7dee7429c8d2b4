"""What a session keeps of the answers: what waits for the disk, for the consent of both, or to be taken back. Pure."""

from __future__ import annotations

from assistant.conversation.setting import Setting
from assistant.earcon import Earcon
from assistant.events import Action, Chime, Forget, Hush, Save
from assistant.journal.records import CheckIn, Query


class Keeping:
    """Keeps one answer after the other, and says so once."""

    def __init__(self, setting: Setting) -> None:
        self.last_saved: tuple[str, ...] = ()
        """Ids of the entries that "scrap that" takes back."""
        self.beat = 0
        """The beat whose question was answered with them."""
        self._setting = setting
        self._pending: tuple[str, ...] = ()
        self._saves = 0
        self._held: list[tuple[str, int, CheckIn]] = []

    def save(self, entry: CheckIn) -> list[Action]:
        """Write it."""
        self._pending = (entry.id,)
        return [Save(entry)]

    def hold(self, entry: CheckIn, step: str, beat: int) -> None:
        """Write what was answered at this beat only once both said yes at this step."""
        self._held.append((step, beat, entry))

    def drop(self, beat: int) -> None:
        """What was answered at this beat is not written, whatever both say."""
        self._held = [held for held in self._held if held[1] != beat]

    def agreed(self, step: str) -> list[Action]:
        """Both said yes to keeping what waited for that; empty where nothing did."""
        entries = [entry for name, _, entry in self._held if name == step]
        self._held = [held for held in self._held if held[0] != step]
        self._pending = tuple(entry.id for entry in entries)
        return [Save(entry) for entry in entries]

    def awaits(self, entry: CheckIn) -> bool:
        """Whether the session goes on once this entry is written, or is not."""
        return entry.id in self._pending[-1:]

    def saved(self, beat: int) -> Action:
        """All that was pending is on the disk, answered at this beat: how that is told."""
        together = len(self._pending) > 1
        self._pending, self.last_saved, self.beat = (), self._pending, beat + together
        self._saves += 1
        return self._setting.say("saved" + "_both" * together) if together or self._saves == 1 else Chime(Earcon.SAVED)

    def take_back(self) -> list[Action] | None:
        """Delete what was kept last; None where there is nothing."""
        return [Hush(), Forget(Query(ids=self.last_saved))] if self.last_saved else None
