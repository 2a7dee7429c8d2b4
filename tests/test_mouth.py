"""The mouth: sentences in their order, an end that is known, echoes that are known, a voice that hangs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest

from assistant.earcon import Earcon
from assistant.mouth import Mouth
from assistant.speaking import AtOnce, Beside, Speaking
from audio.errors import VoiceError
from audio.sentences import split
from audio.types import Clip, Voice


class Loud:
    """A voice whose sound is its text."""

    def render(self, text: str) -> Clip:
        if "!" in text:
            raise VoiceError("The voice is gone.")
        return Clip(text.encode(), 22_050)

    def close(self) -> None:
        """Nothing."""


class Stage:
    """A player that is told when a clip has been heard."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.waiting: list[tuple[Clip, Callable[[], None] | None]] = []

    @property
    def busy(self) -> bool:
        return bool(self.waiting)

    def play(self, clip: Clip, done: Callable[[], None] | None = None) -> None:
        self.waiting.append((clip, done))

    def stop(self) -> None:
        self.waiting.clear()

    def close(self) -> None:
        """Nothing."""

    def pass_on(self) -> None:
        """The next clip sounds to its end."""
        clip, done = self.waiting.pop(0)
        self.heard.append(clip.pcm.decode())
        if done is not None:
            done()


class Scene:
    """A mouth on that stage."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.played: list[int] = []
        self.troubles: list[str] = []
        self.mouth = self.mouth_of(AtOnce(self.stage, self.troubles.append))

    def mouth_of(self, speaking: Speaking, voice: Voice | None = None) -> Mouth:
        return Mouth(voice or Loud(), speaking, split, lambda name: Clip(name.encode(), 22_050), self.played.append)

    def finish(self) -> bool:
        """The next clip is over; whether the mouth is silent."""
        self.stage.pass_on()
        return self.mouth.finished(self.played[-1])


def test_sentences_and_earcons_sound_in_their_order() -> None:
    scene = Scene()
    scene.mouth.say("Now Sam. What was good today?")
    scene.mouth.chime(Earcon.LISTENING)
    assert scene.mouth.busy
    assert [scene.finish() for _ in range(3)] == [False, False, True]
    assert scene.stage.heard == ["Now Sam.", "What was good today?", "listening"]
    assert not scene.mouth.busy


def test_after_hush_nothing_waits_and_late_ends_are_ignored() -> None:
    scene = Scene()
    scene.mouth.say("One. Two.")
    scene.mouth.hush()
    assert not scene.mouth.busy
    assert not scene.stage.busy
    scene.mouth.say("Three.")
    assert not scene.mouth.finished(1)
    assert scene.mouth.busy


def test_an_echo_is_known_until_something_else_is_said() -> None:
    scene = Scene()
    scene.mouth.say("Saved. Say scrap that, to remove it.")
    assert scene.mouth.is_saying("scrap that")
    scene.finish()
    assert scene.finish()
    assert scene.mouth.is_saying("scrap that")
    assert not scene.mouth.is_saying("crap")
    scene.mouth.say("Your turn, Alex.")
    assert not scene.mouth.is_saying("scrap that")


def test_a_voice_that_fails_is_told_and_nothing_waits_for_it() -> None:
    scene = Scene()
    scene.mouth.say("Oh no!")
    assert scene.troubles == ["The voice is gone."]
    assert not scene.mouth.busy


# ---------------------------------------------------------------- from a thread of its own


class Slow:
    """A voice that renders each sentence when it is let go on."""

    def __init__(self) -> None:
        self.rendering: SimpleQueue[str] = SimpleQueue()
        self.go_on: SimpleQueue[bool] = SimpleQueue()

    def render(self, text: str) -> Clip:
        self.rendering.put(text)
        if not self.go_on.get(timeout=10):
            raise VoiceError("The voice is gone.")
        return Clip(text.encode(), 22_050)

    def close(self) -> None:
        """Nothing."""


class Threaded(Scene):
    """A mouth that renders beside the loop, with a slow voice."""

    def __init__(self) -> None:
        super().__init__()
        self.voice = Slow()
        sorry = Clip(b"sorry", 22_050)
        self.beside = Beside(self.stage, self.troubles.append, lambda: sorry)
        self.mouth = self.mouth_of(self.beside, self.voice)

    def let(self, *results: bool) -> None:
        for result in results:
            self.voice.go_on.put(result)

    def sounds(self, count: int) -> list[str]:
        """What waits on the stage, once it is so much."""
        end = time.monotonic() + 10
        while len(self.stage.waiting) < count and time.monotonic() < end:
            time.sleep(0.002)
        return [clip.pcm.decode() for clip, _ in self.stage.waiting]


@pytest.fixture
def threaded() -> Iterator[Threaded]:
    scene = Threaded()
    yield scene
    scene.let(True)
    scene.beside.close()


def test_the_first_sentence_sounds_while_the_second_is_rendered(threaded: Threaded) -> None:
    threaded.mouth.say("Now Sam. What was good today?")
    assert threaded.mouth.busy
    threaded.let(True)
    assert threaded.sounds(1) == ["Now Sam."]
    assert [threaded.voice.rendering.get(timeout=10) for _ in range(2)] == ["Now Sam.", "What was good today?"]
    assert not threaded.finish()
    threaded.let(True)
    assert threaded.sounds(1) == ["What was good today?"]
    assert threaded.finish()


def test_a_voice_that_hangs_holds_nobody_up_and_can_be_hushed(threaded: Threaded) -> None:
    threaded.mouth.say("This takes for ever. And this.")
    threaded.voice.rendering.get(timeout=10)
    threaded.mouth.hush()
    assert not threaded.mouth.busy
    threaded.mouth.say("Stopped.")
    threaded.let(True, True)
    assert threaded.sounds(1) == ["Stopped."]
    assert threaded.voice.rendering.get(timeout=10) == "Stopped."
    assert threaded.finish()


def test_a_voice_that_fails_is_told_of_by_a_chime_and_tried_again(threaded: Threaded) -> None:
    threaded.mouth.say("One. Two. Three.")
    threaded.let(False)
    assert threaded.sounds(1) == ["sorry"]
    assert threaded.troubles == ["The voice is gone."]
    threaded.stage.pass_on()
    assert sorted(threaded.played) == [1, 2, 3]
    assert threaded.mouth.finished(max(threaded.played))
    threaded.let(True)
    threaded.mouth.say("Four.")
    assert threaded.sounds(1) == ["Four."]
