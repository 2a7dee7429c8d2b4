"""Who speaks in the training data: every voice of espeak-ng, flite, festival and Kokoro that is not kept apart."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping

from audio.training import phones
from audio.training.espeak import Espeak
from audio.training.festival import festival, flite
from audio.training.held_out import held_out
from audio.training.kokoro import Kokoro, speakers
from audio.training.phones import UNSURE, Segment, Utterance
from audio.training.settings import Shares

ACCENTS = {
    "en-us": 12.0,
    "en-us-nyc": 3.0,
    "en": 2.0,
    "en-gb-x-rp": 2.0,
    "en-gb-scotland": 1.0,
    "en-029": 0.5,
    "en-gb-x-gbclan": 0.5,
}
"""English accents of espeak-ng, and how often each is drawn."""
_VARIANTS = (
    "Alex Alicia Andrea Andy AnxiousAndy Denis Diogo Gene Gene2 Henrique Hugo Jacky Marco Mario Michael Mike "
    "Nguyen RicishayMax RicishayMax2 RicishayMax3 Storm adam anika anikaRobot antonio belinda benjamin boris "
    "caleb david edward edward2 f1 f2 f3 f5 grandma grandpa gustave iven iven2 iven3 iven4 john kaukovalta klatt "
    "klatt2 klatt4 klatt5 klatt6 m1 m2 m3 m4 m5 m6 m8 marcelo max michel miguel norbert pablo paul pedro quincy "
    "rob robert sandro shelby steph steph2 steph3 travis victor whisper whisperf zac croak"
)
VARIANTS = tuple(_VARIANTS.split())
"""Variants of espeak-ng that sound like somebody."""
FLITE = {"slt": (140.0, 220.0), "rms": (80.0, 130.0), "awb": (90.0, 160.0)}
"""Voices of flite, and the range of their pitch in hertz."""
FESTIVAL = ("ked_diphone", "cmu_us_slt_arctic_hts")
"""American voices of festival."""
FOREIGN = {
    "czech_dita": (phones.CZECH, 195),
    "czech_machac": (phones.CZECH, 115),
    "czech_krb": (phones.CZECH, 230),
    "czech_ph": (phones.CZECH, 110),
    "lp_diphone": (phones.ITALIAN, 190),
    "pc_diphone": (phones.ITALIAN, 115),
    "hy_fi_mv_diphone": (phones.FINNISH, 100),
    "suo_fi_lj_diphone": (phones.FINNISH, 190),
}
"""Diphone voices of other languages, the English phones in theirs, and their pitch in hertz."""
ENGLISH = 4.0
"""Weight of each of Kokoro's speakers of English, the others' being 1."""
MIXED = (0.35, 0.35, 0.3)
"""Share of Kokoro's voices that are one speaker's, between two, and between two with the prosody of a third."""
BRITISH = 0.75
"""Share of texts that Kokoro's British speakers say as Britons do, and not with American phones."""
BATCH = 40
"""Utterances that festival makes in one process: starting it is slow."""


class Speakers:
    """Draws a speaker for each text."""

    def __init__(self, seed: int, shares: Shares) -> None:
        self._rng = random.Random(seed)
        self._espeak = Espeak()
        self._kinds: Mapping[str, float] = {name: getattr(shares, name) for name in Shares.__dataclass_fields__}
        self._ready: list[Utterance] = []
        self._kokoro = Kokoro() if shares.kokoro else None
        self._names = taught(speakers()) if shares.kokoro else []

    def say_all(self, texts: Iterator[str]) -> Iterator[Utterance]:
        """Speech without end, by voices that are not kept apart."""
        while True:
            kind = self._rng.choices(list(self._kinds), list(self._kinds.values()))[0]
            if kind in ("festival", "foreign"):
                if not self._ready:
                    self._fill(texts, "festival" if self._rng.random() < self._part("festival") else "foreign")
                if self._ready:
                    yield self._ready.pop()
                continue
            speak = {"flite": self._flite, "kokoro": self._say}.get(kind, self._speak)
            yield speak(next(texts))

    def _part(self, kind: str) -> float:
        return self._kinds[kind] / (self._kinds["festival"] + self._kinds["foreign"])

    def _speak(self, text: str) -> Utterance:
        rng = self._rng
        accent = rng.choices(list(ACCENTS), list(ACCENTS.values()))[0]
        voice = f"{accent}+{rng.choice(VARIANTS)}" if rng.random() < 0.95 else accent
        rate, pitch = rng.triangular(95, 300, 165), rng.triangular(0, 99, 50)
        return self._espeak.say(text, voice, rate, pitch, rng.uniform(5, 95))

    def _say(self, text: str) -> Utterance:
        """By Kokoro, or by espeak-ng if a word of the text is one that CMUdict lacks."""
        rng, names = self._rng, self._names
        weights = [ENGLISH if name[0] in "ab" else 1.0 for name in names]
        count = rng.choices((1, 2, 3), MIXED)[0]
        voice = f"kokoro-{'+'.join(rng.choices(names, weights, k=count))}"
        british = voice.startswith("kokoro-b") and rng.random() < BRITISH
        said = self._kokoro and self._kokoro.say(text, voice, rng.triangular(0.7, 1.35, 1.0), rng, british=british)
        return said or self._speak(text)

    def _flite(self, text: str) -> Utterance:
        voice = self._rng.choice(list(FLITE))
        pitch = self._rng.uniform(*FLITE[voice]) if self._rng.random() < 0.6 else None
        return flite(text, voice, self._rng.triangular(0.7, 1.6, 1.0), pitch)

    def _fill(self, texts: Iterator[str], kind: str) -> None:
        lines = [next(texts) for _ in range(BATCH)]
        if kind == "festival":
            voice = self._rng.choice(FESTIVAL)
            spoken = festival(lines, voice, self._rng.uniform(0.75, 1.35))
            self._ready += [u for u in spoken if u is not None]
        else:
            self._ready += self._foreign(lines, self._rng.choice(list(FOREIGN)))
        self._rng.shuffle(self._ready)

    def _foreign(self, texts: list[str], voice: str) -> list[Utterance]:
        """Phones and durations come from espeak-ng; each phone is replaced by the voice's nearest."""
        table, pitch = FOREIGN[voice]
        scripts, timings = [], []
        for text in texts:
            accent = self._rng.choice(["en-us", "en-us", "en"])
            said = self._espeak.say(text, accent, self._rng.uniform(110, 230)).segments
            script, timing = self._transcribe(said, table, pitch * self._rng.uniform(0.8, 1.25))
            scripts.append(script)
            timings.append(timing)
        spoken = festival(scripts, voice, phones=True)
        return [
            Utterance(u.samples, u.rate, tuple(timing), f"festival-{voice}")
            for u, timing in zip(spoken, timings, strict=True)
            if u is not None and abs(len(u.samples) / u.rate - timing[-1].end) < 0.25
        ]

    def _transcribe(
        self, said: tuple[Segment, ...], table: dict[str, list[str]], pitch: float
    ) -> tuple[str, list[Segment]]:
        """Lisp for festival, and when each English phone then sounds."""
        spread = self._rng.uniform(0, 0.3)
        total = max(said[-1].end, 0.1)
        script, timing, now = [], [], 0.0
        for segment in _closed(said):
            phone = segment.phone
            unsure = UNSURE + phone in table
            parts = table[UNSURE + phone if unsure else phone]
            length = max((segment.end - segment.start) * self._rng.lognormvariate(0, spread), 0.03)
            for part in parts:
                hertz = pitch * (1.12 - 0.25 * now / total) * self._rng.uniform(0.93, 1.1)
                script.append(f"({part} {length / len(parts):.3f} (0 {hertz:.0f}))")
            timing.append(Segment(UNSURE + phone if unsure else phone, now, now + length))
            now += length
        return f"({' '.join(script)})", timing


def taught(names: Iterable[str]) -> list[str]:
    """Those of Kokoro's speakers that are not kept apart."""
    held = held_out()
    return [name for name in names if not held.holds(f"kokoro-{name}")]


def _closed(said: tuple[Segment, ...]) -> list[Segment]:
    """Silences joined, one at either end."""
    found: list[Segment] = []
    for segment in said:
        if found and segment.phone == found[-1].phone == "SIL":
            found[-1] = Segment("SIL", found[-1].start, segment.end)
        else:
            found.append(segment)
    if found[0].phone != "SIL":
        found.insert(0, Segment("SIL", 0.0, 0.15))
    return found if found[-1].phone == "SIL" else [*found, Segment("SIL", found[-1].end, found[-1].end + 0.2)]
