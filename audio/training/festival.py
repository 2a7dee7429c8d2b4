"""flite and festival, as commands that also print when each phone ends."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from audio.training.features import Floats
from audio.training.phones import FESTIVAL, PHONES, Segment, Utterance


def flite(text: str, voice: str, stretch: float = 1.0, pitch: float | None = None) -> Utterance:
    """Speech by a voice of flite, `stretch` times as long, around `pitch` hertz."""
    with tempfile.NamedTemporaryFile(suffix=".wav", dir=_memory()) as file:
        tuned = [] if pitch is None else ["--setf", f"int_f0_target_mean={pitch:.1f}"]
        command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.3f}", *tuned]
        done = subprocess.run(
            [*command, "-psdur", "-t", text, "-o", file.name], capture_output=True, text=True, check=True
        )
        samples, rate = read_wave(Path(file.name))
    ends = [(name, float(end)) for name, end in (item.rsplit(":", 1) for item in done.stdout.split())]
    return Utterance(samples, rate, tuple(_segments(ends, len(samples) / rate)), f"flite-{voice}")


def festival(texts: Sequence[str], voice: str, stretch: float = 1.0, phones: bool = False) -> list[Utterance | None]:
    """All texts by one voice, in one process; None for one that failed.

    With `phones` each text is the voice's own, in Lisp: "((# 0.1 (0 120)) …)" without the outer brackets' names.
    """
    with tempfile.TemporaryDirectory(dir=_memory()) as name:
        folder = Path(name)
        script = [f"(voice_{voice})", f"(Parameter.set 'Duration_Stretch {stretch:.3f})"]
        for i, text in enumerate(texts):
            quoted = text.replace('"', "")
            spoken = f"Segments {text}" if phones else f'Text "{quoted}"'
            script += [
                f"(set! u (utt.synth (Utterance {spoken})))",
                f'(format t "UTT {i}\\n")',
                '(mapcar (lambda (s) (format t "%s %f\\n" (item.name s) (item.feat s \'end)))'
                " (utt.relation.items u 'Segment))",
                f'(utt.save.wave u "{folder}/{i}.wav" \'riff)',
            ]
        (folder / "all.scm").write_text("\n".join(script))
        done = subprocess.run(["festival", "-b", str(folder / "all.scm")], capture_output=True, text=True, check=False)
        return [_spoken(folder / f"{i}.wav", ends, voice) for i, ends in enumerate(_ends(done.stdout, len(texts)))]


def read_wave(file: Path) -> tuple[Floats, int]:
    """Samples and rate of a 16-bit mono file; these programs leave its length fields wrong at times."""
    content = file.read_bytes()
    start = content.find(b"data") + 8
    sound = content[start : len(content) - (len(content) - start) % 2]
    return np.frombuffer(sound, np.int16).astype(np.float32) / 32768, int.from_bytes(content[24:28], "little")


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _ends(printed: str, count: int) -> list[list[tuple[str, float]]]:
    found: list[list[tuple[str, float]]] = [[] for _ in range(count)]
    current = -1
    for line in printed.splitlines():
        match line.split():
            case ["UTT", number]:
                current = int(number)
            case [name, end] if current >= 0:
                found[current].append((name, float(end)))
    return found


def _spoken(file: Path, ends: list[tuple[str, float]], voice: str) -> Utterance | None:
    if not file.is_file() or not ends:
        return None
    samples, rate = read_wave(file)
    return Utterance(samples, rate, tuple(_segments(ends, len(samples) / rate)), f"festival-{voice}")


def _segments(ends: list[tuple[str, float]], total: float) -> list[Segment]:
    found: list[Segment] = []
    begin = 0.0
    for name, stated in ends:
        end = min(stated, total)
        phones = FESTIVAL.get(name, [name.upper()])
        cuts = np.linspace(begin, end, len(phones) + 1)
        found += [
            Segment(phone if phone in PHONES else "AX", float(cuts[k]), float(cuts[k + 1]))
            for k, phone in enumerate(phones)
        ]
        begin = end
    return [*found, Segment("SIL", begin, total)] if total > begin else found
