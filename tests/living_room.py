"""A living room in simulated time: what the speaker plays comes back into the microphone, and people speak over it.

Everything from the voice to the journal is real but for the sound card and the air. The room delays, weakens and
reverberates; an hour of it passes in minutes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import numpy as np

from assistant.alarm import Alarm
from assistant.attention import Attention
from assistant.consenting import consent_of
from assistant.conversation import Conversation, Memory
from assistant.events import Action, Asked, Concern, Event, Hush, NotUnderstood, Said, Say
from assistant.household import build_voice, load_setting
from assistant.inbox import AudioClock, Inbox, Item, Line, Played
from assistant.journal import Journal
from assistant.loop import act, understand
from assistant.mouth import Mouth
from assistant.parts import Parts
from assistant.speaking import AtOnce
from assistant.wiring import spoken_by_us
from audio.earcons import earcon
from audio.files import resampled
from audio.reference import Reference
from audio.sentences import split
from audio.types import EAR_RATE, AudioChunk, Clip, Heard, Onset
from audio.without_echo import WithoutEcho
from tests.bench.unrelated import sounds
from tests.bench.unrelated.voices import Sound
from tests.spoken_household import SpokenHousehold
from tests.spoken_stage import Tape
from tests.stage import CONTACTS, NOON

FRAME = 512
"""Samples of a step: 32 ms."""
STEP = FRAME / EAR_RATE
AHEAD = 6
"""Steps for which sound is handed over before it sounds, as to a sound card."""
OUR_LEVEL = -20.0
"""dBFS (RMS) at the microphone of our own voice with a gain of 0 dB."""
NOISE = -68.0
"""dBFS of the room itself."""


@dataclass(frozen=True, slots=True)
class Acoustics:
    """The way from the speaker to the microphone."""

    delay: float
    """Seconds from the moment at which the sound system says that a sample sounds until it is heard."""
    gain: float
    """dB."""
    reverberation: float
    """Seconds in which a sound falls by 60 dB."""
    seed: int = 1

    def __str__(self) -> str:
        return f"{1000 * self.delay:.0f} ms, {self.gain:+.0f} dB, reverberation {self.reverberation:.1f} s"


class Room:
    """Speaker, air and microphone; a player whose time passes only by `step`."""

    def __init__(self, acoustics: Acoustics) -> None:
        self.delay = acoustics.delay
        """Seconds until a sound of ours is heard."""
        random = np.random.default_rng(acoustics.seed)
        response = sounds.impulse(acoustics.reverberation, 3.0, random) * 10 ** (acoustics.gain / 20)
        self._response = np.concatenate([np.zeros(round(acoustics.delay * EAR_RATE), np.float32), response])
        self._size = 1 << (FRAME + len(self._response) - 1).bit_length()
        self._spectrum = np.fft.rfft(self._response, self._size)
        self._coming = np.zeros(self._size, np.float32)
        self._random = random
        self._clips: deque[tuple[Sound, Callable[[], None] | None]] = deque()
        self._place = 0
        self._people: list[tuple[int, Sound]] = []
        self._ahead = _nothing_ahead()
        self.reference: Reference | None = None
        """To be told what is played."""
        self._noise = 10 ** (NOISE / 20)
        self.samples = 0
        """How many have passed."""
        self.sounded = 0
        """In how many of them we spoke."""

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return self.samples / EAR_RATE

    @property
    def busy(self) -> bool:
        """Whether anything is sounding or waiting to sound."""
        return bool(self._clips) or any(far.any() for far, _ in self._ahead)

    def play(self, clip: Clip, done: Callable[[], None] | None = None) -> None:
        """Queue the clip."""
        samples = np.frombuffer(resampled(clip, EAR_RATE).pcm, "<i2").astype(np.float32) / np.float32(32_768)
        self._clips.append((np.asarray(samples, np.float32), done))

    def stop(self) -> None:
        """Silence at once; what is in the air goes on."""
        self._clips.clear()
        self._place = 0
        self._ahead = _nothing_ahead()
        if self.reference is not None:
            self.reference.cut(self.seconds)

    def close(self) -> None: ...

    def speak(self, sound: Sound, after: float = 0.0) -> None:
        """Somebody speaks, beginning so many seconds from now."""
        self._people.append((self.samples + round(after * EAR_RATE), sound))

    def step(self) -> bytes:
        """What the microphone hears in the next 32 ms."""
        self._hand_over()
        far, done = self._ahead.popleft()
        self._last = _pcm(far)
        for tell in done:
            tell()
        self._coming += np.fft.irfft(np.fft.rfft(far, self._size) * self._spectrum, self._size).astype(np.float32)
        near = self._coming[:FRAME] + self._random.normal(0, self._noise, FRAME).astype(np.float32)
        self._coming = np.concatenate([self._coming[FRAME:], np.zeros(FRAME, np.float32)])
        for begin, sound in self._people:
            start, stop = max(begin, self.samples), min(begin + len(sound), self.samples + FRAME)
            if start < stop:
                near[start - self.samples : stop - self.samples] += sound[start - begin : stop - begin]
        self._people = [(begin, sound) for begin, sound in self._people if begin + len(sound) > self.samples]
        self.samples += FRAME
        self.sounded += FRAME if far.any() else 0
        return _pcm(near)

    def _hand_over(self) -> None:
        far, filled, played = np.zeros(FRAME, np.float32), 0, list[Callable[[], None]]()
        while self._clips and filled < FRAME:
            samples, done = self._clips[0]
            part = samples[self._place : self._place + FRAME - filled]
            far[filled : filled + len(part)] = part
            filled, self._place = filled + len(part), self._place + len(part)
            if self._place >= len(samples):
                self._clips.popleft()
                self._place = 0
                if done is not None:
                    played.append(done)
        if self.reference is not None and filled:
            self.reference.played(self.seconds + AHEAD * STEP, _pcm(far), EAR_RATE, 1)
        self._ahead.append((far, played))


def _nothing_ahead() -> deque[tuple[Sound, list[Callable[[], None]]]]:
    return deque((np.zeros(FRAME, np.float32), []) for _ in range(AHEAD))


class _Nothing(Tape):
    """A source of which nothing is read: the room delivers."""


def _pcm(sound: Sound) -> bytes:
    return np.clip(np.rint(sound * 32_767), -32_768, 32_767).astype("<i2").tobytes()


@dataclass
class Screen:
    """Keeps what passed, and when."""

    now: Callable[[], float]
    actions: list[tuple[float, Action]] = field(default_factory=list)
    events: list[tuple[float, Event]] = field(default_factory=list)
    onsets: list[float] = field(default_factory=list)
    utterances: list[tuple[float, Heard]] = field(default_factory=list)

    def voice_started(self, onset: Onset) -> None:
        self.onsets.append(self.now())

    def heard(self, heard: Heard) -> None:
        self.utterances.append((self.now(), heard))

    def event(self, event: Event) -> None:
        self.events.append((self.now(), event))

    def action(self, action: Action) -> None:
        self.actions.append((self.now(), action))

    def trouble(self, message: str) -> None:
        raise AssertionError(message)

    @property
    def hushed(self) -> list[float]:
        """When it was silenced."""
        return [when for when, action in self.actions if isinstance(action, Hush)]

    @property
    def said(self) -> list[str]:
        """What it said."""
        return [action.text for _, action in self.actions if isinstance(action, Say)]

    @property
    def reactions(self) -> list[tuple[float, Event]]:
        """What it took for the words of people, or could not understand."""
        return [
            (when, event) for when, event in self.events if isinstance(event, Asked | Said | Concern | NotUnderstood)
        ]


class LivingRoom:
    """One conversation in a room."""

    def __init__(self, household: SpokenHousehold, acoustics: Acoustics, folder: Path, stack: ExitStack) -> None:
        config = household.config
        self.room = Room(acoustics)
        self.echo = WithoutEcho(_Nothing(), lambda: self.room.seconds, cancels=config.hearing.echo_cancellation)
        """What keeps its own voice out of its ears."""
        self.room.reference = self.echo.reference
        self.screen = Screen(lambda: self.room.seconds)
        self.inbox = Inbox()
        setting = replace(load_setting(config, household.rituals, household.sentences, Random(1)), contacts=CONTACTS)
        clock = AudioClock(lambda: NOON, live=False)
        voice = stack.enter_context(closing(build_voice(config)))
        voice.known(spoken_by_us(setting))
        journal = stack.enter_context(Journal.open(folder, today=lambda: NOON.date()))
        alarm = stack.enter_context(closing(Alarm(clock.now, self.inbox.put, setting.quiet_hours)))
        mouth = Mouth(
            voice, AtOnce(self.room, self.screen.trouble), split, earcon, lambda token: self.inbox.put(Played(token))
        )
        self.parts = Parts(
            inbox=self.inbox,
            ear=household.ear,
            understanding=household.understanding,
            mouth=mouth,
            journal=journal,
            attention=Attention(lambda heard: self.echo.tail(config.hearing.tail, heard)),
            clock=clock,
            alarm=alarm,
            screen=self.screen,
            ahead=lambda ritual: None,
            agree=lambda keeps: None,
            sure=config.hearing.patience.sure,
            patience={"command": config.hearing.patience.command, "answer": config.hearing.patience.answer},
        )
        self.talk = Conversation(setting, Memory(), consent_of(config))
        self.self_triggers: list[tuple[float, Event]] = []
        """What it took its own voice for, as long as nobody spoke."""
        act(self.parts, self.talk, self.talk.begin(clock.now()))

    def type(self, line: str) -> None:
        """Somebody types a line."""
        self._take(Line(line))

    def step(self) -> None:
        """32 ms pass."""
        near = self.room.step()
        while self.inbox.waiting:
            self._take(self.inbox.get(False))
        self._take(self.echo.clean(AudioChunk(near)))

    def pass_time(self, seconds: float) -> None:
        """Nobody does anything."""
        for _ in range(round(seconds / STEP)):
            self.step()

    def until(self, true: Callable[[], bool], limit: float = 90.0) -> bool:
        """Let time pass until it is true; whether it became so."""
        end = self.room.seconds + limit
        while not true() and self.room.seconds < end:
            self.step()
        return true()

    def until_silent(self, seconds: float = 0.0) -> None:
        """Until it has said everything, and for so long after that."""
        self.until(lambda: not self.parts.mouth.busy)
        self.pass_time(seconds)

    def _take(self, item: Item) -> None:
        for event in understand(self.parts, item):
            self.screen.event(event)
            if isinstance(item, AudioChunk) and isinstance(event, Asked | Said | Concern | NotUnderstood):
                self.self_triggers.append((self.room.seconds, event))
            act(self.parts, self.talk, self.talk.react(event, self.parts.clock.now()))


@contextmanager
def living_room(household: SpokenHousehold, acoustics: Acoustics, folder: Path, **_: object) -> Iterator[LivingRoom]:
    """A conversation whose parts are closed afterwards."""
    with ExitStack() as stack:
        household.make_journal(folder)
        yield LivingRoom(household, acoustics, folder, stack)
        household.ear.end()
