"""The voice: pyttsx3 as a renderer, in a worker process that may hang or die without anybody noticing."""

from __future__ import annotations

import array
import contextlib
import functools
import json
import queue
import struct
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO

from audio.errors import VoiceError
from audio.sentences import split
from audio.types import Clip
from audio.voice_cache import VoiceCache
from audio.voice_worker import EMPTY_WAV
from audio.waveform import is_wav, read_aiff, read_wav

RENDER_LIMIT = 5.0
"""Seconds after which a rendering counts as hung: 5,000 times what a sentence takes."""

START_LIMIT = 20.0
"""Seconds a worker may take to start on a slow, busy machine; 0.15 s is usual."""

ATTEMPTS = 3
"""Times one sentence is tried, each with a fresh worker after a failure."""

LONGEST = 1_000
"""Characters rendered at once; beyond some 10,000 pyttsx3 takes longer than the limit."""

QUIET = 40
"""Samples up to this value (of 32,767) are the silence around speech."""

LEAD, TAIL = 0.005, 0.150
"""Seconds of silence left before and after the speech: no click, and a breath between sentences."""

SLOWEST, FASTEST = 80, 450
"""Words a minute that espeak-ng can speak."""

Frame = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """One voice that can be configured."""

    name: str
    """What to write in the configuration."""
    title: str
    """What its makers call it."""
    language: str
    """Language tag such as `en-us`; may be empty."""


class Pyttsx3Voice:
    """Renders sentences through pyttsx3. Safe to use from several threads, one sentence at a time."""

    def __init__(self, name: str = "", rate: int = 165, cache: Path | None = None, limit: float = RENDER_LIMIT) -> None:
        """Nothing starts before the first sentence or `warm`.

        `name` is a voice's name, title or language, for espeak-ng with a variant after a plus sign
        (`en-gb+f3`); empty chooses one. `rate` is in words a minute. `cache` is the folder in which
        the sentences declared by `known` are kept; None keeps them in memory alone. `limit` is the time
        in seconds after which a rendering counts as hung. Raises VoiceError for an impossible rate.
        """
        if not SLOWEST <= rate <= FASTEST:
            raise VoiceError(f"A voice cannot speak {rate} words a minute.", f"Choose from {SLOWEST} to {FASTEST}.")
        self._name = _speakable(name)
        self._rate = rate
        self._limit = limit
        self._cache = VoiceCache(cache)
        self._known: set[str] = set()
        self._worker: _Worker | None = None
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The worker's process; None while there is none."""
        worker = self._worker
        return worker.pid if worker is not None else None

    def known(self, texts: Iterable[str]) -> None:
        """Declare sentences of the product's own, which may be kept on the disk; never what people said."""
        for text in texts:
            self._known.update(self._key(_speakable(sentence)) for sentence in [text, *split(text)])

    def warm(self) -> None:
        """Start the worker and hear it speak; raises VoiceError as `render` does."""
        with self._lock:
            if self._worker is None:
                self._worker = _start_worker(self._name, self._rate)

    def render(self, text: str) -> Clip:
        """Speak one sentence; raises VoiceError when no synthesiser can.

        The rendering is kept in memory for a while, and on the disk only if the text was declared by `known`.
        A text without anything to speak is an empty clip.
        """
        speakable = _speakable(text)
        if not any(letter.isalnum() for letter in speakable):
            return Clip(b"", 22_050)
        key = self._key(speakable)
        clip = self._cache.get(key, on_disk=key in self._known)
        if clip is None:
            parts = [_trimmed(self._ask(b"t", part.encode())) for part in textwrap.wrap(speakable, LONGEST)]
            clip = Clip(b"".join(part.pcm for part in parts), parts[0].rate)
            self._cache.put(key, clip, on_disk=key in self._known)
        return clip

    def prepare(self, text: str) -> bool:
        """Render a sentence ahead unless it is at hand; whether that was necessary. Raises VoiceError."""
        key = self._key(_speakable(text))
        if self._cache.has(key, on_disk=key in self._known):
            return False
        self.render(text)
        return True

    def voices(self) -> list[VoiceInfo]:
        """Every voice of this computer, by name; raises VoiceError as `render` does."""
        listed = json.loads(self._ask(b"v", b""))
        found = {VoiceInfo(entry["id"], entry["name"], entry["language"]) for entry in listed}
        return sorted(found, key=lambda voice: voice.name)

    def close(self) -> None:
        """Stop the worker; may be called twice. A later sentence starts a new one."""
        with self._lock:
            self._drop()

    def _key(self, speakable: str) -> str:
        return VoiceCache.key("pyttsx3", _release(), sys.platform, self._name, str(self._rate), speakable)

    def _ask(self, kind: bytes, payload: bytes) -> bytes:
        """The worker's answer; a worker that hangs, dies or answers with nothing is replaced and asked again."""
        with self._lock:
            answer = None
            for _ in range(ATTEMPTS):
                if self._worker is None:
                    self._worker = _start_worker(self._name, self._rate)
                answer = self._worker.ask(kind, payload, self._limit)
                if answer is not None and len(answer) > EMPTY_WAV:
                    return answer
                self._drop()
            if answer is None:
                raise VoiceError("The speech synthesiser failed again and again.", _hint())
            return answer

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


class _Worker:
    """One running worker process."""

    def __init__(self, espeak: str, name: str, rate: int) -> None:
        script = Path(__file__).with_name("voice_worker.py")
        # -P: neither the folder of the script nor the current one may shadow a module of the worker.
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(script), espeak, name, str(rate)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._answers: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        assert self._process.stdout is not None
        threading.Thread(
            target=_collect, args=(self._process.stdout, self._answers), name="hearth-voice", daemon=True
        ).start()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def ready(self) -> Frame | None:
        """The first frame: that it is ready, or why it is not; None if it died or never answered."""
        return self._next(START_LIMIT)

    def ask(self, kind: bytes, payload: bytes, limit: float) -> bytes | None:
        """The payload of its answer; None if it died or did not answer in time."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(struct.pack(">I", len(payload)) + kind + payload)
            self._process.stdin.flush()
        except OSError:
            return None
        frame = self._next(limit)
        return frame[1] if frame is not None else None

    def close(self) -> None:
        """Kill it and take its exit status."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def _next(self, limit: float) -> Frame | None:
        try:
            return self._answers.get(timeout=limit)
        except queue.Empty:
            return None


def _collect(pipe: IO[bytes], answers: queue.SimpleQueue[Frame | None]) -> None:
    """Reads frames in a thread of its own, because a pipe cannot be waited for with a limit everywhere."""
    with pipe:
        while len(head := pipe.read(5)) == 5:
            (length,) = struct.unpack(">I", head[:4])
            payload = pipe.read(length)
            if len(payload) < length:
                break
            answers.put((head[4:], payload))
    answers.put(None)


def _start_worker(name: str, rate: int) -> _Worker:
    """A worker that was heard to say "ok"; with espeak-ng the system's own first, then the one in our wheel."""
    reasons = []
    for espeak in ("any", "bundled"):
        worker = _Worker(espeak, name, rate)
        frame = worker.ready()
        if frame == (b"r", b"") and len(worker.ask(b"t", b"ok", RENDER_LIMIT) or b"") > EMPTY_WAV:
            return worker
        worker.close()
        subject, _, reason = (frame[1].decode(errors="replace") if frame else "engine it died").partition(" ")
        if subject == "voice":
            raise VoiceError(f'There is no voice called "{reason}".', 'List them with "hearth say --voices".')
        reasons.append(reason)
    raise VoiceError(f"No speech synthesiser can be started ({'; '.join(dict.fromkeys(reasons))}).", _hint())


def _hint() -> str:
    if sys.platform == "darwin":
        return "Check that a voice is installed under System Settings, Accessibility, Spoken Content."
    if sys.platform == "win32":
        return "Check that a voice is installed under Settings, Time & language, Speech."
    return "Install it with: sudo apt install espeak-ng"


@functools.cache
def _release() -> str:
    try:
        return version("pyttsx3")
    except PackageNotFoundError:
        return ""


def _speakable(text: str) -> str:
    """Without what makes espeak or a pipe stumble: control characters, NUL, surrogates; single spaces."""
    kept = "".join(
        " " if ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 or 0xD800 <= ord(letter) < 0xE000 else letter
        for letter in text
    )
    return " ".join(kept.split())


def _trimmed(file: bytes) -> Clip:
    """The samples of a rendering, with little silence at its ends."""
    form = read_wav(file) if is_wav(file) else read_aiff(file)
    if form is None:
        raise VoiceError("The speech synthesiser wrote a sound that cannot be read.", _hint())
    clip = form.mono()
    samples = array.array("h", clip.pcm)
    begin = _silent(samples) - int(LEAD * clip.rate)
    end = len(samples) - _silent(reversed(samples)) + int(TAIL * clip.rate)
    return Clip(samples[max(0, begin) : end].tobytes(), clip.rate)


def _silent(samples: Iterable[int]) -> int:
    """How many samples pass before the first that can be heard."""
    return next((place for place, sample in enumerate(samples) if not -QUIET <= sample <= QUIET), 0)
