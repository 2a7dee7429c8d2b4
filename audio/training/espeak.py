"""espeak-ng through its C interface: its phoneme events are exact alignments."""

from __future__ import annotations

import ctypes

import numpy as np

from audio.training.phones import ESPEAK, Segment, Utterance

RATE, PITCH, RANGE = 1, 3, 4
"""Numbers of espeak's parameters: words a minute, 0 to 99, 0 to 99."""
PHONEME, END = 7, 0
"""Kinds of event."""


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("uid", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


def _library() -> tuple[ctypes.CDLL, bytes | None]:
    """The system's espeak-ng, or the one that Hearth speaks with, and where its data is."""
    try:
        return ctypes.CDLL("libespeak-ng.so.1"), None
    except OSError:
        import espeakng_loader

        return ctypes.CDLL(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()).encode()


class Espeak:
    """The synthesiser; one in a process."""

    def __init__(self) -> None:
        self._library, data = _library()
        self._rate = int(self._library.espeak_Initialize(2, 0, data, 1))  # synchronous, with phoneme events
        self._sound: list[bytes] = []
        self._events: list[tuple[int, str]] = []
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))
        self._callback = kind(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def _take(self, samples: ctypes._Pointer, count: int, events: ctypes._Pointer) -> int:  # type: ignore[type-arg]
        if samples and count > 0:
            self._sound.append(ctypes.string_at(samples, count * 2))
        i = 0
        while events[i].type != END:
            if events[i].type == PHONEME:
                self._events.append((events[i].sample, events[i].id.string.decode("utf-8", "replace")))
            i += 1
        return 0

    def say(self, text: str, voice: str, rate: float = 175, pitch: float = 50, spread: float = 50) -> Utterance:
        """Speech by "accent" or "accent+variant"; ValueError if espeak-ng has no such voice."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}")
        for number, value in ((RATE, rate), (PITCH, pitch), (RANGE, spread)):
            self._library.espeak_SetParameter(number, int(value), 0)
        self._sound.clear()
        self._events.clear()
        encoded = text.encode()
        self._library.espeak_Synth(encoded, len(encoded) + 1, 0, 0, 0, 1, None, None)
        samples = np.frombuffer(b"".join(self._sound), np.int16).astype(np.float32) / 32768
        return Utterance(samples, self._rate, tuple(self._segments(len(samples), voice)), voice)

    def _segments(self, count: int, voice: str) -> list[Segment]:
        """Events → phones. ";" marks palatalisation and belongs to the phone before it."""
        received = voice.startswith("en-gb-x-rp") or voice.split("+")[0] == "en"
        found: list[Segment] = []
        ends = [sample for sample, _ in self._events[1:]] + [count]
        if self._events and self._events[0][0] > 0:
            found.append(Segment("SIL", 0.0, self._events[0][0] / self._rate))
        for (begin, name), end in zip(self._events, ends, strict=True):
            if end <= begin:
                continue
            if name == ";":
                if found:
                    found[-1] = Segment(found[-1].phone, found[-1].start, end / self._rate)
                continue
            phones = ["AA"] if received and name == "aa" else ESPEAK.get(name, ["AX"])
            cuts = [begin, begin + (end - begin) * 0.6, end] if len(phones) == 2 else [begin, end]
            found += [Segment(phone, cuts[k] / self._rate, cuts[k + 1] / self._rate) for k, phone in enumerate(phones)]
        return found
