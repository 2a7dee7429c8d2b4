"""How soon a reply sounds through the whole mouth; run as tests/card_programs.py is."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from assistant.mouth import Mouth
from assistant.speaking import Beside
from audio.earcons import earcon
from audio.player import Speaker
from audio.sentences import split
from audio.types import Clip
from audio.voice import Pyttsx3Voice
from tests.card_programs import here, until


def speaks(times: int = 12) -> Any:
    """Milliseconds until a reply of four sentences sounds, and for which it keeps its caller; and a prompt's."""
    figures: dict[str, list[float]] = {"whole": [], "beside": [], "kept": [], "cold": [], "prepared": []}
    voice, speaker = Pyttsx3Voice(), Speaker()
    beside = Beside(speaker, print, lambda: Clip(b"", 22_050))
    mouth = Mouth(voice, beside, split, earcon, lambda token: None)
    voice.warm()
    with here().capture() as capture:

        def measured(kind: str, act: Callable[[], object]) -> None:
            begin = time.monotonic()
            act()
            if kind == "beside":
                figures["kept"].append(1_000 * (time.monotonic() - begin))
            until(lambda: capture.first_sound(begin) > 0)
            figures[kind].append(1_000 * (capture.first_sound(begin) - begin))
            mouth.hush()
            time.sleep(0.3)

        for number in range(times):
            reply = (
                f"That was number {number}. Now it is Alex who has {number} minutes. Day {number} has no hurry. "
                f"What did you like on day {number}?"
            )
            prompt = f"Alex, what are you looking forward to on day {number}?"
            parts = [f"In one piece. {sentence}" for sentence in split(reply)]
            measured("whole", partial(rendered_first, voice, speaker, parts))
            measured("beside", partial(mouth.say, reply))
            measured("cold", partial(mouth.say, prompt))
            voice.prepare(f"Now, {prompt}")
            measured("prepared", partial(mouth.say, f"Now, {prompt}"))
    beside.close()
    speaker.close()
    voice.close()
    return figures


def rendered_first(voice: Pyttsx3Voice, speaker: Speaker, sentences: list[str]) -> None:
    """Render all of them, and play them after that."""
    for clip in [voice.render(sentence) for sentence in sentences]:
        speaker.play(clip)


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()), flush=True)
