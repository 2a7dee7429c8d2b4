"""The echo filter learns the way of our voice through a room, takes it out, and leaves everybody else alone."""

from __future__ import annotations

import numpy as np
import pytest

from audio.echo_filter import BLOCK, BLOCK_BYTES, BLOCK_SECONDS, EchoFilter
from audio.reference import Reference
from audio.types import EAR_RATE, AudioChunk
from audio.without_echo import LEAD, NO_ECHO, UNMEASURED, WithoutEcho
from tests.bench.unrelated.sounds import convolved, impulse
from tests.bench.unrelated.voices import Sound
from tests.spoken_stage import Tape

SECONDS = 8.0
COUNT = int(SECONDS * EAR_RATE) // BLOCK * BLOCK


def syllables(seed: int) -> Sound:
    """Noise that comes and goes as speech does."""
    random = np.random.default_rng(seed)
    loud = np.repeat(random.choice([0.0, 0.3, 1.0], COUNT // 1_600 + 1), 1_600)[:COUNT]
    return np.asarray(0.1 * random.standard_normal(COUNT) * loud, np.float32)


def pcm(sound: Sound) -> bytes:
    return np.clip(np.rint(sound * 32_767), -32_768, 32_767).astype("<i2").tobytes()


def power(sound: bytes) -> float:
    samples = np.frombuffer(sound, "<i2").astype(float)
    return float(10 * np.log10(np.mean(samples**2) + 1e-3))


def echo(sound: Sound, delay: float, gain: float) -> Sound:
    random = np.random.default_rng(1)
    far = convolved(sound, impulse(0.3, 3.0, random)) * 10 ** (gain / 20)
    late = np.concatenate([np.zeros(round(delay * EAR_RATE), np.float32), far])[: len(far)]
    return (late + random.normal(0, 3e-4, len(far))).astype(np.float32)


def cancelled(made: EchoFilter, heard: bytes, played: bytes) -> bytes:
    places = [slice(at, at + BLOCK_BYTES) for at in range(0, len(heard), BLOCK_BYTES)]
    return b"".join(made.cancel(heard[place], played[place]) for place in places)


@pytest.mark.parametrize(("delay", "gain"), [(0.06, 0.0), (0.2, -10.0), (0.46, 0.0)])
def test_an_echo_is_taken_out_and_its_length_known(delay: float, gain: float) -> None:
    made, ours = EchoFilter(), syllables(1)
    heard = pcm(echo(ours, delay, gain))
    clean = cancelled(made, heard, pcm(ours))
    half = len(heard) // 2
    assert power(heard[half:]) - power(clean[half:]) > 20
    assert made.settled
    assert made.audible
    assert delay < made.ebbs < delay + 0.3 + 2 * BLOCK_SECONDS


def test_what_somebody_says_over_it_stays_as_it_is() -> None:
    made, ours = EchoFilter(), syllables(1)
    random = np.random.default_rng(7)
    word = (0.1 * random.standard_normal(EAR_RATE // 2)).astype(np.float32)
    heard = echo(ours, 0.1, 0.0)
    at = COUNT - EAR_RATE
    heard[at : at + len(word)] += word
    clean = np.frombuffer(cancelled(made, pcm(heard), pcm(ours)), "<i2")[at : at + len(word)] / 32_767
    assert np.corrcoef(clean, word)[0, 1] > 0.9


def test_headphones_have_no_echo() -> None:
    made, random = EchoFilter(), np.random.default_rng(2)
    room = pcm(random.normal(0, 3e-3, COUNT).astype(np.float32))
    clean = cancelled(made, room, pcm(syllables(1)))
    assert not made.audible
    assert abs(power(clean) - power(room)) < 1


def test_nothing_played_changes_nothing() -> None:
    made, theirs = EchoFilter(), pcm(syllables(3))
    assert cancelled(made, theirs, bytes(len(theirs))) == theirs


def test_the_reference_has_silence_where_nothing_was_played() -> None:
    reference = Reference()
    reference.played(10.0, b"\1\0" * 1_600, EAR_RATE, 1)
    reference.played(10.11, b"\2\0" * 1_600, EAR_RATE, 1)
    assert reference.sound(9.9, 3_200) == bytes(3_200)
    assert reference.sound(9.95, 3_200) == bytes(1_600) + b"\1\0" * 800
    assert reference.sound(10.1, 3_200) == b"\2\0" * 1_600, "a callback that is a little late loses nothing"
    assert reference.sound(10.5, 320) == bytes(320)
    assert reference.sounded_since(10.2)
    assert not reference.sounded_since(10.3)


def test_what_is_cut_off_was_not_played() -> None:
    reference = Reference()
    reference.played(1.0, b"\1\0" * EAR_RATE, EAR_RATE, 1)
    reference.cut(1.5)
    assert reference.sound(1.4, 6_400) == b"\1\0" * 1_600 + bytes(3_200)
    assert not reference.sounded_since(1.5)


def test_the_reference_takes_what_other_devices_play() -> None:
    reference = Reference()
    tone = (np.sin(np.arange(48_000) * 0.05) * 9_000).astype("<i2")
    reference.played(1.0, np.repeat(tone, 2).tobytes(), 48_000, 2)
    assert abs(power(reference.sound(1.2, 16_000)) - power(tone.tobytes())) < 0.5


@pytest.mark.parametrize("size", [512, 341, 1_500])
def test_a_microphone_hears_everything_but_us(size: int) -> None:
    now = 100.0
    ears = WithoutEcho(Tape(), lambda: now)
    ours = syllables(1)
    heard = pcm(echo(ours, 0.1, 0.0))
    ears.reference.played(now, pcm(ours), EAR_RATE, 1)
    assert ears.tail(0.3) == UNMEASURED
    assert ears.tail(2.0) == 2.0
    clean = b""
    for at in range(0, len(heard), 2 * size):
        now = 100.0 + min(len(heard), at + 2 * size) / 2 / EAR_RATE
        clean += ears.clean(AudioChunk(heard[at : at + 2 * size])).pcm
    assert 0 <= len(heard) - len(clean) < BLOCK_BYTES
    half = len(clean) // 2
    assert power(heard[half:]) - power(clean[half:]) > 15
    assert ears.tail(0.3) == NO_ECHO


def test_without_cancellation_the_echo_is_measured() -> None:
    now = 100.0
    ears = WithoutEcho(Tape(), lambda: now, cancels=False)
    ours = syllables(1)
    heard = pcm(echo(ours, 0.25, -6.0))
    ears.reference.played(now, pcm(ours), EAR_RATE, 1)
    for at in range(0, len(heard), BLOCK_BYTES):
        now = 100.0 + (at + BLOCK_BYTES) / 2 / EAR_RATE
        assert ears.clean(AudioChunk(heard[at : at + BLOCK_BYTES])).pcm == heard[at : at + BLOCK_BYTES]
    assert 0.25 < ears.tail(0.3) < 0.25 + 0.3 + LEAD


def test_in_a_quiet_time_everything_passes_as_it_is() -> None:
    ears = WithoutEcho(Tape(), lambda: 5.0)
    assert ears.clean(AudioChunk(b"\1\0" * 512)).pcm == b"\1\0" * 512


@pytest.mark.parametrize(
    ("seconds", "heard", "tail"),
    [(1, False, UNMEASURED), (5, True, UNMEASURED), (5, False, NO_ECHO), (20, True, NO_ECHO)],
)
def test_what_is_heard_may_be_an_echo_that_was_not_found_for_a_while(seconds: int, heard: bool, tail: float) -> None:
    """A late and soft one is not found in five seconds; with headphones there is none."""
    source = WithoutEcho(Tape())
    count = seconds * EAR_RATE // BLOCK * BLOCK
    room = pcm(np.random.default_rng(2).normal(0, 3e-3, count).astype(np.float32))
    ours = np.resize(syllables(1), count)
    cancelled(source._filter, room, pcm(ours))
    assert source.tail(0.3, heard) == tail


def test_an_echo_that_begins_late_is_nobodys_and_soon_gone() -> None:
    now, quiet = 100.0, np.random.default_rng(2)
    ears = WithoutEcho(Tape(), lambda: now)
    ours = np.tile(syllables(1), 3)
    heard = echo(ours, 0.1, -6.0)
    heard[:COUNT] = quiet.normal(0, 3e-4, COUNT)
    ears.reference.played(now, pcm(ours), EAR_RATE, 1)
    clean = b""
    for at in range(0, len(ours), BLOCK):
        now += BLOCK_SECONDS
        clean += ears.clean(AudioChunk(pcm(heard[at : at + BLOCK]))).pcm
    came, second = 2 * COUNT, 2 * EAR_RATE  # in bytes
    assert power(pcm(heard)[came:]) - power(clean[came + second * 3 // 5 : came + 2 * second]) > 30
    assert power(pcm(heard)[2 * came :]) - power(clean[2 * came :]) > 20
    assert ears.tail(0.3) == NO_ECHO
