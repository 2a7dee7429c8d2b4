"""A stage for spoken conversations: everything is real but the sound card, and no time is lost.

Two synthetic people speak, the real ear hears them, the real conversation answers with the real voice into a WAV file,
and the journal lies on a disk. As with sound files, time is what was heard: a minute of silence passes in a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Self

from assistant.alarm import Alarm
from assistant.attention import Attention
from assistant.config import PrivacySettings
from assistant.config_file import read, write
from assistant.consenting import agree, consent_of
from assistant.conversation import Conversation, Memory
from assistant.conversation.consent import Consent
from assistant.events import Action, Asked, Elapsed, Event, Interrupted, Quiet, Said, Say
from assistant.household import build_player, build_voice, load_setting
from assistant.inbox import AudioClock, Inbox, Played
from assistant.journal import CheckIn, Journal, Query
from assistant.loop import act, understand
from assistant.mouth import Mouth
from assistant.parts import Parts
from assistant.signals import toggle
from assistant.speaking import AtOnce
from assistant.wiring import spoken_by_us
from audio.earcons import earcon
from audio.player import WavSink
from audio.sentences import split
from audio.types import AudioChunk, Heard, Onset
from tests.golden import plain
from tests.partners import likeness
from tests.spoken_household import SpokenHousehold
from tests.stage import CONTACTS, NOON

BEFORE = 0.9
"""Seconds that somebody takes to answer."""

AFTER = 7.0
"""Seconds of silence within which everything that was said has to have ended."""

MOMENT = 0.2
"""Seconds of silence after which it is looked whether it has."""

LONGEST = 1_300.0
"""Seconds that any silence of a script may last: a break takes 1,200."""

LIKE = 0.5
"""The least likeness of a free answer to what was heard of it."""

CHUNK = 1_024
"""Bytes: 32 ms."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something that the assistant said."""

    text: str
    """The words."""
    start: float
    """Second of the WAV file at which it begins."""


class Recorder:
    """The screen: keeps what passes through the loop, and where in the WAV file it was said."""

    def __init__(self, sink: WavSink) -> None:
        self.actions: list[Action] = []
        self.events: list[Event] = []
        self.utterances: list[Heard] = []
        self.spoken: list[Spoken] = []
        self._sink = sink

    def voice_started(self, onset: Onset) -> None: ...

    def heard(self, heard: Heard) -> None:
        self.utterances.append(heard)

    def event(self, event: Event) -> None:
        self.events.append(event)

    def action(self, action: Action) -> None:
        self.actions.append(action)
        if isinstance(action, Say):
            self.spoken.append(Spoken(action.text, self._sink.seconds))

    def trouble(self, message: str) -> None:
        raise AssertionError(message)


class Tape:
    """A source that is not live: what people say, read when nothing else waits; while it is muted, that is silence."""

    live = False
    lost = False

    def __init__(self) -> None:
        self.muted = False
        self.calm: Callable[[], bool] = lambda: False
        self._pcm = b""

    @property
    def open(self) -> bool:
        return not self.muted

    def mute(self, muted: bool = True) -> None:
        self.muted = muted

    @property
    def over(self) -> bool:
        return not self._pcm

    def add(self, pcm: bytes) -> None:
        self._pcm += pcm

    def start(self, put: Callable[[AudioChunk | None], None]) -> None: ...

    def read(self) -> AudioChunk:
        chunk, self._pcm = self._pcm[:CHUNK], self._pcm[CHUNK:]
        return AudioChunk(bytes(CHUNK) if self.muted else chunk.ljust(CHUNK, b"\0"))

    def close(self) -> None: ...


class SpokenStage:
    """Plays one conversation; the interface is the one of `tests.stage.Stage`."""

    def __init__(
        self,
        household: SpokenHousehold,
        voices: dict[str, str],
        folder: Path,
        stack: ExitStack,
        now: datetime = NOON,
        consent: Consent = Consent.GIVEN,
    ) -> None:
        """The configuration, the journal and the replies (`replies.wav`) lie in `folder`; `stack` closes everything."""
        self.replies = folder / "replies.wav"
        self.folder = folder
        self.said: dict[str, str] = {}
        """What was said in their own words, by what was heard of it."""
        self._household = household
        self._folders = replace(household.config.folders, config_file=folder / "config.toml")
        privacy = household.config.privacy if consent is Consent.GIVEN else PrivacySettings()
        write(replace(household.config, privacy=privacy, folders=self._folders))
        self._voices = voices
        player = stack.enter_context(closing(build_player(household.config, str(self.replies))))
        assert isinstance(player, WavSink)
        self._player = player
        self.recorder = Recorder(player)
        self._conversation = stack.enter_context(ExitStack())
        self._begin(now)

    def _begin(self, now: datetime) -> None:
        home, enter = self._household, self._conversation.enter_context
        config = read(self._folders)
        inbox, self._tape = Inbox(), Tape()
        inbox.follow(self._tape)
        setting = load_setting(home.config, home.rituals, home.sentences, Random(1))
        setting = replace(setting, contacts=CONTACTS)
        clock = AudioClock(lambda: now, live=False)
        voice = enter(closing(build_voice(home.config)))
        voice.known(spoken_by_us(setting))
        self._journal = enter(Journal.open(self.folder / "journal", today=lambda: now.date()))
        memory = Memory.load(self._journal.recall)
        alarm = enter(closing(Alarm(clock.now, inbox.put, setting.quiet_hours)))
        alarm.watch(memory.reminders)
        speaking = AtOnce(self._player, self.recorder.trouble)
        self._parts = Parts(
            inbox=inbox,
            ear=home.ear,
            understanding=home.understanding,
            mouth=Mouth(voice, speaking, split, earcon, lambda token: inbox.put_first(Played(token))),
            journal=self._journal,
            attention=Attention(lambda _: home.config.hearing.tail),
            clock=clock,
            alarm=alarm,
            screen=self.recorder,
            ahead=lambda ritual: None,
            agree=partial(agree, config),
            ears=self._tape,
            sure=home.config.hearing.patience.sure,
            patience={"command": home.config.hearing.patience.command, "answer": home.config.hearing.patience.answer},
        )
        self._talk = Conversation(setting, memory, consent_of(config))
        act(self._parts, self._talk, self._talk.begin(clock.now()))
        self._hear(b"")

    @property
    def actions(self) -> Sequence[Action]:
        return self.recorder.actions

    @property
    def kept(self) -> Sequence[CheckIn]:
        return self._journal.find(Query())

    def as_said(self, line: str) -> str:
        """A line with people's words as they said them, not as they were heard."""
        for heard in sorted(self.said, key=len, reverse=True):
            line = line.replace(heard, self.said[heard])
        return line

    # ------------------------------------------------------------ what people do

    def say(self, text: str, speaker: str = "") -> Sequence[Action]:
        """Speak after a short while, and wait until it has been heard as one utterance and as what it is."""
        words = plain(text)
        before, uttered = len(self.recorder.events), len(self.recorder.utterances)
        expected = self._household.understanding.typed(words.lower(), self._parts.attention.now.mode)
        quiet, pcm = self._household.partners.quiet, self._household.partners.say(self._voices[speaker], text)
        done = self._during(lambda: self._until_heard(quiet(BEFORE) + pcm, uttered))
        pieces = len(self.recorder.utterances) - uttered
        assert pieces == 1, f"{words!r} was heard in {pieces} pieces"
        found = next((e for e in self.recorder.events[before:] if isinstance(e, type(expected))), None)
        events = self.recorder.events[before:]
        assert found, f"{words!r} was understood as {events}"
        self._compare(words.lower(), expected, found)
        return done

    def _until_heard(self, pcm: bytes, uttered: int) -> None:
        self._hear(pcm)
        waited = 0.0
        while waited < AFTER and (len(self.recorder.utterances) == uttered or self._parts.attention.occupied):
            self._hear(self._household.partners.quiet(MOMENT))
            waited += MOMENT

    def _compare(self, words: str, expected: Event, found: Event) -> None:
        match expected, found:
            case Asked(intent=meant), Asked(intent=intent, text=text):
                assert intent.name == meant.name, f"{words!r} was heard as {text!r}, which is {intent}"
                if intent != meant:
                    self._liken(words, text)
            case Said(), Said(text=text):
                self._liken(words, text)

    def _liken(self, words: str, heard: str) -> None:
        assert likeness(words, heard) >= LIKE, f"{words!r} was heard as {heard!r}"
        self.said[heard] = words

    def quiet(self) -> Sequence[Action]:
        """Nobody says anything until that is remarked upon."""
        return self._until(Quiet)

    def elapse(self) -> Sequence[Action]:
        """Nobody says anything until a time is over."""
        return self._until(Elapsed)

    def interrupt(self) -> Sequence[Action]:
        """Ctrl-C."""
        return self._during(lambda: self._happen(Interrupted()))

    def press_mute(self) -> Sequence[Action]:
        """The key, or the signal, that closes the microphone and opens it again."""
        toggle(self._tape, self._parts.inbox.put)
        return self._during(lambda: self._hear(self._household.partners.quiet(1)))

    def pass_time(self, **length: float) -> Sequence[Action]:
        """Nobody is there for as long as this `timedelta`; then what is due rings."""
        self._parts.clock.advance(timedelta(**length).total_seconds())
        return self._during(lambda: self._hear(self._household.partners.quiet(1)))

    def restart(self) -> Self:
        """A new conversation over the same journal."""
        now = self._parts.clock.now()
        self.finish()
        self.recorder.actions.clear()
        self._begin(now)
        return self

    def finish(self) -> None:
        """Close everything, so that it lies on the disk."""
        self._conversation.close()

    # ------------------------------------------------------------ the loop, a step at a time

    def _until(self, kind: type[Event]) -> Sequence[Action]:
        def wait() -> None:
            before, waited = len(self.recorder.events), 0
            while not any(isinstance(event, kind) for event in self.recorder.events[before:]):
                self._hear(self._household.partners.quiet(1))
                waited += 1
                assert waited < LONGEST, f"no {kind.__name__} after {waited} seconds"

        return self._during(wait)

    def _during(self, happens: Callable[[], None]) -> Sequence[Action]:
        before = len(self.recorder.actions)
        happens()
        return self.recorder.actions[before:]

    def _hear(self, pcm: bytes) -> None:
        self._tape.add(pcm)
        parts = self._parts
        while (not self._tape.over or parts.mouth.busy) and not self._talk.over:
            for event in understand(parts, parts.inbox.get(parts.mouth.busy)):
                self._happen(event)

    def _happen(self, event: Event) -> None:
        self.recorder.event(event)
        act(self._parts, self._talk, self._talk.react(event, self._parts.clock.now()))
