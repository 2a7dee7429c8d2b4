"""Whole conversations through a sound card that does not exist: spoken into its microphone, heard from its speaker."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.journal import CheckIn, Journal, Query
from tests.card_programs import until
from tests.command import ROOT
from tests.listening import LIMIT, Listening, listening, set_up
from tests.partners import Partners
from tests.virtual_card import MIC_RATE, Capture, VirtualCard, virtual_card

pytestmark = [pytest.mark.card, pytest.mark.e2e, pytest.mark.spoken]

DATA = Path(".local/share/hearth")
COFFEE, ANSWER, THANKS, THIS_IS_ALEX, RECALL, GOODBYE = (
    ROOT / "assistant/demo" / f"{number:02}.wav" for number in (1, 2, 8, 9, 11, 12)
)
SKIP, STOP, GO_ON = (ROOT / f"tests/wav/{name}.wav" for name in ("skip", "stop", "go on"))
AIR = ("latency_msec=200", "adjust_time=0")
"""The way from the speaker to the microphone: with less room for delays, or at a rate that is adjusted, sound comes in
pieces whenever the machine is busy, as it never does through air."""
KEYS = ("XDG_RUNTIME_DIR", "PULSE_SERVER", "PULSE_SOURCE", "PULSE_SINK")
BREATH = 0.9
"""Seconds without a sound after which Hearth waits for an answer: longer than between two of its sentences."""
HASTE = 0.25
"""Seconds without a sound after which somebody answers in haste, while the echo of the question is still heard."""
SPEAKER_BACK = 2.5
"""Seconds without a sound after which a speaker that was closed to see new devices has gone on, if it had to."""
BRISK = "[voice]\nrate = 300\n"
"""It speaks fast where nothing depends on it: these conversations take the time that they take."""
AT_ONCE = 1.0
"""Seconds that silence may take on a busy machine; the bench measures how long it takes."""


class Room:
    """Hearth at a card, and who speaks into it."""

    def __init__(self, card: VirtualCard, hearth: Listening, capture: Capture) -> None:
        self.hearth = hearth
        self.capture = capture
        self._card = card

    def say(self, file: Path) -> int:
        """Speak; returns how many events there were before."""
        with wave.open(str(file), "rb") as sound:
            return self.utter(sound.readframes(sound.getnframes()))

    def utter(self, pcm: bytes) -> int:
        """The same with 16 kHz samples."""
        before = len(self.hearth.shown)
        self._card.feed(pcm, MIC_RATE).wait(LIMIT)
        return before

    def tell(self, file: Path) -> int:
        """Speak once Hearth has finished speaking."""
        self.wait_until_silent()
        return self.say(file)

    def wait_until_silent(self, seconds: float = BREATH) -> None:
        limit = time.monotonic() + LIMIT
        while time.monotonic() - max(self.capture.last_sound(), self.hearth.shown[-1].when) < seconds:
            assert time.monotonic() < limit, self.hearth.told()
            time.sleep(0.05)

    def wait_until_loud(self, after: float) -> None:
        limit = time.monotonic() + LIMIT
        while not self.capture.first_sound(after):
            assert time.monotonic() < limit, self.hearth.told()
            time.sleep(0.02)


@contextlib.contextmanager
def room_at(card: VirtualCard, home: Path) -> Iterator[Room]:
    """Hearth, started at this card, has said hello."""
    env = {key: card.env[key] for key in KEYS}
    with card.capture() as capture, listening(home, env=env) as hearth:
        hearth.wait_for("listen", mode="commands")
        room = Room(card, hearth, capture)
        room.wait_until_loud(after=0.0)
        yield room


@pytest.fixture
def home(tmp_path: Path) -> Path:
    set_up(tmp_path, BRISK)
    return tmp_path


@pytest.fixture
def room(card: VirtualCard, home: Path) -> Iterator[Room]:
    with room_at(card, home) as made:
        yield made


@pytest.fixture
def unhurried(card: VirtualCard, tmp_path: Path) -> Iterator[Room]:
    """At its usual speed, at which it speaks long enough to be interrupted, and its echo is understood most easily."""
    set_up(tmp_path)
    with room_at(card, tmp_path) as made:
        yield made


@pytest.fixture
def breakable(card: VirtualCard) -> Iterator[VirtualCard]:
    """A card of one's own, where there can be one."""
    del card
    with virtual_card() as made:
        yield made


@contextlib.contextmanager
def echo(card: VirtualCard) -> Iterator[None]:
    """What the speaker plays is heard by the microphone."""
    way = ["module-loopback", "source=spk_out.monitor", "sink=mic_in", *AIR]
    loaded = subprocess.run(["pactl", "load-module", *way], env=card.env, capture_output=True, text=True, check=True)
    try:
        yield
    finally:
        subprocess.run(["pactl", "unload-module", loaded.stdout.strip()], env=card.env, check=True)


def kept(home: Path) -> list[CheckIn]:
    with Journal.open(home / DATA) as journal:
        return journal.find(Query())


def understood(hearth: Listening, after: int = 0) -> list[str]:
    """What Hearth took for words of people."""
    of_people = ("intent", "transcript", "not-recognized", "saved")
    return [shown.facts.get("name", shown.name) for shown in hearth.shown[after:] if shown.name in of_people]


def recordings(card: VirtualCard) -> list[str]:
    """What records now."""
    return card.control("list", "short", "source-outputs").splitlines()


def test_thanks_are_kept_and_read_back(room: Room, home: Path) -> None:
    hearth = room.hearth
    hearth.wait_for("synthesize", after=room.tell(THANKS), line="who_said")
    hearth.wait_for("saved", after=room.tell(THIS_IS_ALEX), speaker="Alex")
    asked = hearth.wait_for("recalled", after=room.tell(RECALL))
    hearth.wait_for("listen", after=asked)
    assert any("you cleaned the kitchen" in told for told in hearth.told(asked))
    room.wait_until_loud(after=hearth.shown[asked].when)
    room.tell(GOODBYE)
    assert hearth.end() == 0
    assert understood(hearth) == ["appreciate", "say_who", "saved", "recall", "stop_listening"]
    assert [entry.text for entry in kept(home)] == ["i appreciate that you cleaned the kitchen"]
    assert hearth.complaints == ""


def test_skip_and_stop_silence_it_while_it_speaks(unhurried: Room) -> None:
    hearth = unhurried.hearth
    begun = hearth.wait_for("intent", after=unhurried.tell(COFFEE), name="start_ritual")
    for file, name in ((SKIP, "skip"), (STOP, "stop")):
        unhurried.wait_until_loud(after=hearth.shown[begun].when + 0.5)
        begun = hearth.wait_for("intent", after=unhurried.say(file), name=name)
    hushed = hearth.shown[hearth.wait_for("hush", after=begun)].when
    reply = len(hearth.texts("synthesize")[-1]) / 8  # seconds: it speaks some 15 letters a second
    unhurried.wait_until_silent()
    assert unhurried.capture.last_sound() - hushed < reply + AT_ONCE
    assert hearth.shown[-1].facts["mode"] == "commands"


def test_its_own_voice_in_the_microphone_is_nobodys(unhurried: Room, card: VirtualCard) -> None:
    unhurried.wait_until_silent()
    hearth = unhurried.hearth
    with echo(card):
        hearth.wait_for("listen", after=unhurried.say(COFFEE), mode="answers")
        saved = hearth.wait_for("saved", after=unhurried.tell(ANSWER))
        hearth.wait_for("listen", after=saved, mode="answers")
        unhurried.wait_until_silent()
        time.sleep(3 * BREATH)
        heard = [shown for shown in hearth.shown if shown.name == "voice-stopped"]
        assert len(heard) > 2, "no echo was heard"
        assert understood(hearth) == ["start_ritual", "transcript", "saved"], "\n".join(hearth.told())
        before = unhurried.say(SKIP)
        hearth.wait_for("listen", after=hearth.wait_for("intent", after=before, name="skip"))
        unhurried.wait_until_silent(HASTE)
        before = unhurried.say(ANSWER)
        hearth.wait_for("synthesize", after=before)
        assert understood(hearth, before), "a hasty answer was ignored"


def test_a_microphone_that_is_unplugged_is_told_and_heard_again_once_it_is_back(
    breakable: VirtualCard, home: Path
) -> None:
    with room_at(breakable, home) as room:
        hearth = room.hearth
        room.wait_until_silent()
        breakable.unplug_microphone()
        lost = hearth.wait_for("error")
        assert "I can't hear you" in hearth.shown[lost].facts["message"]
        room.wait_until_loud(after=hearth.shown[lost].when)
        breakable.plug_microphone()
        hearth.wait_for("error", after=lost + 1, message="The microphone works again.")
        room.wait_until_silent(SPEAKER_BACK)
        hearth.wait_for("synthesize", after=room.tell(THANKS), line="who_said")


def test_a_signal_closes_the_microphone_and_opens_it_again(room: Room, card: VirtualCard) -> None:
    room.wait_until_silent()
    process = room.hearth.process
    assert len(recordings(card)) == 2, "the microphone, and this test's own capture"
    asked = time.monotonic()
    process.send_signal(signal.SIGUSR1)
    assert until(lambda: len(recordings(card)) == 1), "nothing is recorded any more"
    room.wait_until_loud(after=asked)
    room.wait_until_silent()
    before = room.say(THANKS)
    time.sleep(BREATH)
    assert understood(room.hearth, before) == []
    process.send_signal(signal.SIGUSR1)
    assert until(lambda: len(recordings(card)) == 2)
    room.hearth.wait_for("synthesize", after=before, line="hearing_again")
    room.hearth.wait_for("synthesize", after=room.tell(THANKS), line="who_said")


def test_stop_listening_said_aloud_closes_the_microphone_until_the_signal(room: Room, card: VirtualCard) -> None:
    hearth = room.hearth
    hearth.wait_for("listen", after=room.tell(COFFEE), mode="answers")
    room.wait_until_silent()
    with contextlib.closing(Partners()) as partners:
        before = room.utter(partners.say("en-us+m7", "stop listening"))
    muted = hearth.wait_for("muted", after=before)
    assert until(lambda: len(recordings(card)) == 1), "nothing is recorded any more"
    told = hearth.shown[hearth.wait_for("synthesize", after=before, line="muted")]
    assert "signal" in told.facts["text"]
    room.wait_until_loud(after=told.when)
    room.wait_until_silent()
    before = room.say(ANSWER)
    time.sleep(BREATH)
    assert understood(hearth, muted) == []
    hearth.process.send_signal(signal.SIGUSR1)
    hearth.wait_for("synthesize", after=before, line="still_paused")
    assert until(lambda: len(recordings(card)) == 2)
    hearth.wait_for("synthesize", after=room.tell(GO_ON), line="resumed")
    hearth.wait_for("saved", after=room.tell(ANSWER))


def test_a_sound_server_that_dies_loses_nothing(breakable: VirtualCard, home: Path) -> None:
    with room_at(breakable, home) as room:
        hearth = room.hearth
        asked = hearth.wait_for("synthesize", after=room.tell(THANKS), line="who_said")
        room.wait_until_loud(after=hearth.shown[asked].when)
        breakable.stop()
        hearth.wait_for("error", after=asked)
        hearth.interrupt()
        assert hearth.end() == 130
        assert "Traceback" not in hearth.complaints
    assert [entry.text for entry in kept(home)] == ["i appreciate that you cleaned the kitchen"]
