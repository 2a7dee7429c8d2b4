"""Softer playing: the same sound, smaller."""

from __future__ import annotations

import array

from hypothesis import given
from hypothesis import strategies as st

from assistant.loudness import Softened, softened
from audio.player import NullPlayer
from audio.types import Clip

samples = st.lists(st.integers(-32768, 32767), max_size=50).map(lambda values: array.array("h", values).tobytes())


@given(samples, st.floats(0, 1))
def test_every_sample_is_scaled(pcm: bytes, loudness: float) -> None:
    before = array.array("h", pcm)
    after = array.array("h", softened(Clip(pcm, 22_050), loudness).pcm)
    assert len(after) == len(before)
    assert all(abs(new - old * loudness) <= 1 for old, new in zip(before, after, strict=True))


def test_a_clip_is_done_when_the_player_is_done() -> None:
    done: list[str] = []
    player = Softened(NullPlayer(), lambda: 0.3)
    player.play(Clip(b"\0\1", 22_050), lambda: done.append("done"))
    player.stop()
    player.close()
    assert done == ["done"]
    assert not player.busy
