"""What must never be taken for a command: silence, noise, tones, music, ruined sound, other languages."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import soxr

from audio.training.espeak import Espeak
from audio.training.features import RATE, Floats
from audio.training.noises import clatter, coloured, hum, level, music

OTHER_LANGUAGES = {
    "de": "wir haben gestern zusammen gekocht und danach einen langen spaziergang gemacht",
    "fr": "hier soir nous avons mangé ensemble et nous avons beaucoup ri",
    "es": "mañana por la mañana vamos a comprar pan y leche en el mercado",
    "it": "questa sera vorrei guardare un film con te sul divano",
    "nl": "we gaan morgen met de trein naar mijn ouders in de stad",
    "pl": "dzisiaj było bardzo zimno i nie chciało mi się wychodzić z domu",
    "sv": "vi satt i köket och pratade om sommaren och om barnen",
    "fi": "eilen illalla satoi lunta ja me jäimme kotiin lukemaan",
    "tr": "bu akşam yemekten sonra biraz yürüyüşe çıkalım mı",
    "ru": "вчера вечером мы долго разговаривали о нашем будущем",
    "hi": "कल सुबह हम दोनों बाज़ार जाएंगे और सब्ज़ी लाएंगे",
    "cmn": "昨天晚上我们一起做饭然后看了一部电影",
}
"""espeak-ng's voice → something that a household might say in its language."""


def bad_input() -> Iterator[tuple[str, bytes]]:
    """What it is, and 16-bit sound at 16 kHz; of speech, no two renderings of a process are the same to the sample."""
    rng = np.random.default_rng(5)
    count = 4 * RATE
    time = np.arange(count) / RATE
    yield "silence", np.zeros(count, "<i2").tobytes()
    yield "faint noise", _pcm(rng.normal(0, 1.5, count))
    for loud in (300, 3000, 12000):
        yield f"white noise at {loud}", _pcm(rng.normal(0, loud, count))
        yield f"coloured noise at {loud}", _pcm(_at(coloured(rng, count), loud))
    for hertz in (60, 150, 440, 1000, 3000):
        yield f"tone of {hertz} Hz", _pcm(4000 * np.sin(2 * np.pi * hertz * time))
    yield "sweep", _pcm(4000 * np.sin(2 * np.pi * (100 + 400 * time) * time))
    for number in range(6):
        yield f"music {number}", _pcm(_at(music(rng, count), 3000))
        yield f"clatter {number}", _pcm(_at(clatter(rng, count), 2000))
    yield "hum", _pcm(_at(hum(rng, count), 2000))
    espeak = Espeak()
    for voice, text in OTHER_LANGUAGES.items():
        said = espeak.say(text, voice)
        speech = soxr.resample(said.samples, said.rate, RATE).astype(np.float32)
        yield f"speech in {voice}", _pcm(_at(speech, 2500))
        yield f"clipped speech in {voice}", _pcm(np.clip(speech * 1e6, -30000, 30000))
        yield f"very quiet speech in {voice}", _pcm(_at(speech, 6))


def _at(sound: Floats, loud: float) -> Floats:
    return sound * (loud / level(sound))


def _pcm(sound: np.ndarray) -> bytes:
    return np.clip(np.round(sound), -32768, 32767).astype("<i2").tobytes()
