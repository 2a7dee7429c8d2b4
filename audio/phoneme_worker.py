"""python -m audio.phoneme_worker ESPEAK LANGUAGE: reads one word a line, writes how espeak-ng says it in IPA.

A process of its own, since espeak-ng ends the process that it cannot start in.
"""

from __future__ import annotations

import ctypes
import os
import sys

from audio.voice_worker import load_espeak

LIBRARY = "libespeak-ng.so.1"
RETRIEVAL = 1
"""AUDIO_OUTPUT_RETRIEVAL of espeak's speak_lib.h: no sound device is opened."""
DO_NOT_EXIT = 0x8000
"""espeakINITIALIZE_DONT_EXIT of speak_lib.h."""
UTF8 = 1
"""espeakCHARS_UTF8 of speak_lib.h."""
IPA = (ord("_") << 8) | 2
"""Phoneme mode of speak_lib.h: IPA letters, with an underscore between phonemes."""


def main(espeak: str, language: str) -> None:
    """Answer line by line; the exit code is 1 without espeak-ng or the language."""
    load_espeak(espeak)
    library = ctypes.CDLL(LIBRARY)
    place = os.environ.get("ESPEAK_DATA_PATH")
    if library.espeak_Initialize(RETRIEVAL, 0, place.encode() if place else None, DO_NOT_EXIT) < 0:
        sys.exit(1)
    if library.espeak_SetVoiceByName(language.encode()) != 0:
        sys.exit(1)
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    for line in sys.stdin.buffer:
        text = ctypes.c_char_p(line.strip())
        spoken = library.espeak_TextToPhonemes(ctypes.byref(text), UTF8, IPA) or b""
        sys.stdout.buffer.write(spoken.replace(b"\n", b" ") + b"\n")
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
