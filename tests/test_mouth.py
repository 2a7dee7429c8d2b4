"""The mouth: sentences in their order, an end that is known, and what was said known to its echo."""

from __future__ import annotations

from collections.abc import Callable

from assistant.events import Earcon
from assistant.mouth import Mouth
from audio.errors import VoiceError
from audio.sentences import split
from audio.types import Clip


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
        self.mouth = Mouth(
            Loud(),
            self.stage,
            split,
            lambda name: Clip(name.encode(), 22_050),
            self.played.append,
            self.troubles.append,
        )

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
