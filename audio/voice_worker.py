"""The child process in which pyttsx3 renders speech: one text in, one WAV out, until the standard input closes.

It is run by its path and imports nothing of ours, so that it works wherever the package lies.

Arguments: which espeak-ng (`any`: the system's if it has one; `bundled`: the wheel's), the voice (may be
empty) and the rate in words a minute.
Frames both ways: four bytes of length (big-endian), one byte of kind, the payload.
To it: `t` a text to render, `v` the list of voices. From it: `r` ready, `w` a WAV, `v` voices as JSON,
`x` why it cannot start (`voice` or `engine`, a space, the reason).
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import queue
import signal
import struct
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO, Protocol

DEFAULT_VOICES = ("en-us", "English (America)", "en-gb", "en")
"""Tried in this order on espeak when no voice is configured.

Of thirteen English voices and variants a recogniser trained on people (pocketsphinx, 62 words) had fewest errors on
the first, 55 %, and on its variant m3, 50 %; women's voices had 73 % to 97 %.
"""

EMPTY_WAV = 44
"""Bytes of a WAV file without samples."""

DROPPED_LIMIT = 8
"""Times a text is given to espeak until it is not dropped: 6 in 100 were dropped once on a busy machine."""

IDLE_LIMIT = 2.0
"""Seconds to wait for espeak to finish with the utterance before."""


class UnknownVoiceError(Exception):
    """No voice goes by the name that was asked for."""


class Renderer(Protocol):
    """One pyttsx3 driver, prepared for rendering."""

    def voices(self) -> list[dict[str, str]]:
        """Every voice as id, name and language."""
        ...

    def render(self, text: str) -> bytes:
        """The text as a WAV file of 16-bit mono samples."""
        ...


class Espeak:
    """pyttsx3 on espeak-ng; nothing touches the disk."""

    def __init__(self, voice: str, rate: int) -> None:
        import pyttsx3
        from pyttsx3.drivers import _espeak

        self._library: Any = _espeak
        self._engine: Any = pyttsx3.init("espeak")
        self._engine.runAndWait()  # the first one returns before the speech is done
        self._driver: Any = self._engine.proxy._driver
        self._choose(voice)
        self._driver.setProperty("rate", rate)
        self._wait_until_idle()

    def voices(self) -> list[dict[str, str]]:
        """Every voice that espeak-ng has data for, without its variants."""
        return _described(self._driver.getProperty("voices"))

    def render(self, text: str) -> bytes:
        """The text as a WAV file; empty when espeak made nothing of it.

        Espeak now and then drops a text that comes close behind another one: it ends at once and without a sample.
        """
        for _ in range(DROPPED_LIMIT):
            wav = self._render_once(text)
            if len(wav) > EMPTY_WAV:
                break
        return wav

    def _render_once(self, text: str) -> bytes:
        self._wait_until_idle()
        wav = io.BytesIO()
        self._engine.save_to_file(text, wav)
        self._engine.runAndWait()
        self._wait_until_spoken()
        self._driver._text_to_say = self._driver._save_file = None  # they stick otherwise
        return wav.getvalue()

    def _choose(self, voice: str) -> None:
        """Sets the voice; espeak takes any text for a variant and ignores it, so what was set is compared."""
        for name in [voice] if voice else DEFAULT_VOICES:
            base, _, variant = name.partition("+")
            found = _find(base, self.voices())
            wanted = "+".join(part for part in (found, variant) if part)
            if found and self._set(wanted):
                return
        raise UnknownVoiceError(voice)

    def _set(self, voice: str) -> bool:
        try:
            self._driver.setProperty("voice", voice)
        except ValueError:
            return False
        return str(self._driver.getProperty("voice")) == voice.lower()

    def _wait_until_spoken(self) -> None:
        """`runAndWait` returns 10 ms after espeak was given the text; the file is whole when the driver says so."""
        limit = time.monotonic() + IDLE_LIMIT
        while self._driver._speaking and time.monotonic() < limit:
            time.sleep(0.001)

    def _wait_until_idle(self) -> None:
        """A property or text that arrives while espeak is finishing cancels the utterance."""
        limit = time.monotonic() + IDLE_LIMIT
        while self._library.IsPlaying() and time.monotonic() < limit:
            time.sleep(0.001)


class SystemSpeech:
    """pyttsx3 on the speech of macOS or Windows, which can only write to a named file."""

    def __init__(self, voice: str, rate: int) -> None:
        import pyttsx3

        self._engine: Any = pyttsx3.init()
        if voice:
            found = _find(voice, self.voices())
            if not found:
                raise UnknownVoiceError(voice)
            self._engine.setProperty("voice", found)
        self._engine.setProperty("rate", rate)

    def voices(self) -> list[dict[str, str]]:
        """Every voice that the system has."""
        return _described(self._engine.getProperty("voices"))

    def render(self, text: str) -> bytes:
        """The text as the file that the system wrote (WAV, on macOS AIFF); the file is gone afterwards."""
        handle, name = tempfile.mkstemp(suffix=".aiff" if sys.platform == "darwin" else ".wav")
        os.close(handle)
        try:
            self._engine.save_to_file(text, name)
            self._engine.runAndWait()
            return Path(name).read_bytes()
        finally:
            Path(name).unlink(missing_ok=True)


def main() -> None:
    """Start the synthesiser and answer until the parent closes the pipe; never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)  # the driver prints, and must not print into our replies
    requests: queue.Queue[tuple[bytes, bytes]] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    try:
        renderer = _start(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    except UnknownVoiceError as error:
        _leave(replies, b"x", f"voice {error}".encode())
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent has to be told
        _leave(replies, b"x", f"engine {type(error).__name__}: {error}".encode())
    _send(replies, b"r", b"")
    while True:
        kind, payload = requests.get()
        if kind == b"v":
            _send(replies, b"v", json.dumps(renderer.voices()).encode())
        else:
            _send(replies, b"w", renderer.render(payload.decode()))


def _start(espeak: str, voice: str, rate: int) -> Renderer:
    if sys.platform in ("darwin", "win32"):
        return SystemSpeech(voice, rate)
    load_espeak(espeak)
    return Espeak(voice, rate)


def load_espeak(espeak: str) -> None:
    """Makes an espeak-ng known under the name that pyttsx3 asks for; `bundled` is the espeakng-loader wheel."""
    if espeak == "any" and _has_system_espeak():
        return
    import espeakng_loader

    library = Path(espeakng_loader.get_library_path())
    versioned = library.with_name("libespeak-ng.so.1")
    ctypes.CDLL(str(versioned if versioned.exists() else library), mode=ctypes.RTLD_GLOBAL)
    os.environ["ESPEAK_DATA_PATH"] = str(Path(espeakng_loader.get_data_path()).parent)


def _has_system_espeak() -> bool:
    try:
        ctypes.CDLL("libespeak-ng.so.1", mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


def _described(voices: list[Any]) -> list[dict[str, str]]:
    return [
        {"id": str(voice.id), "name": str(voice.name), "language": str((voice.languages or [""])[0] or "")}
        for voice in voices
    ]


def _find(name: str, voices: list[dict[str, str]]) -> str:
    """The id of the voice that goes by this id, name or language, whatever the case; empty if none does."""
    for key in ("id", "name", "language"):
        for voice in voices:
            if voice[key].lower() == name.lower():
                return voice["id"]
    return ""


def _listen(pipe: BinaryIO, requests: queue.Queue[tuple[bytes, bytes]]) -> None:
    """Reads requests even while espeak is busy, so that the worker never outlives its parent."""
    while len(head := pipe.read(5)) == 5:
        (length,) = struct.unpack(">I", head[:4])
        requests.put((head[4:], pipe.read(length)))
    os._exit(0)


def _send(pipe: BinaryIO, kind: bytes, payload: bytes) -> None:
    try:
        pipe.write(struct.pack(">I", len(payload)) + kind + payload)
        pipe.flush()
    except OSError:
        os._exit(0)


def _leave(pipe: BinaryIO, kind: bytes, payload: bytes) -> None:
    _send(pipe, kind, payload)
    os._exit(1)  # leaving the usual way during synthesis is a segmentation fault


if __name__ == "__main__":
    main()
