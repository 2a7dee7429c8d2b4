"""What one listening session was asked to do on the command line, beyond what the configuration says.

Flags that override a key of the configuration (`--model`, `--language`, `--audio-input-device`,
`--audio-output-device`, `--data-dir`) are already inside the `Config` that travels beside these options.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenOptions:
    """How `hearth listen` and `hearth demo` take their input and give their output."""

    inputs: tuple[str, ...] = ()
    """Sound files to hear in turn instead of the microphone; `-` is raw 16 kHz mono PCM on stdin."""
    output: str = ""
    """WAV file to speak into instead of the speaker; empty for the speaker."""
    text: bool = False
    """Whether lines are typed and replies printed instead of heard and spoken."""
    events: bool = False
    """Whether each event is printed to stdout as one JSON line."""
    show_words: bool = False
    """Whether the event stream may contain what people said."""
    quiet: bool = False
    """Whether nothing but trouble is shown."""
    wait_for_audio: bool = False
    """Whether a microphone and a speaker that are not there yet are waited for."""
    debug: bool = False
    """Whether errors show where they came from."""
