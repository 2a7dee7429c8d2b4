"""What a phone's sound depends on besides the phone itself: the kind of phone before it (a clustered left biphone).

Each phone but silence has a pair of pdfs, for its first frame and for its later ones, after each of these kinds. They
are kinds of ending: a mouth comes out of "oy" as it comes out of "ee".
"""

from __future__ import annotations

import numpy as np

from audio.training.phones import PHONES, UNSURE_FROM

_KINDS = (
    "SIL, IY EY AY OY Y, IH EH AE, AA AH AX AO, UW UH OW AW W, ER R, L, M, N NG, P B F V, T D TH DH, S Z, SH ZH CH JH, "
    "K G HH"
)
KINDS = tuple(tuple(kind.split()) for kind in _KINDS.split(","))
"""Silence is the first."""
AFTER = np.array([next(k for k, kind in enumerate(KINDS) if phone in kind) for phone in PHONES])
"""Number of a phone → number of its kind, for what follows it."""
SPEECH = 2 * (len(PHONES) - 1)
"""Pdfs after one kind; silence, which does not depend on what was before, aside."""
PDFS = 2 + len(KINDS) * SPEECH
"""Outputs: silence's two, then each phone's two after the first kind, after the second, and so on."""
PLAIN = np.array([0, 1, *(2 + k % SPEECH for k in range(PDFS - 2))])
"""Pdf → its label: 2 · phone in its first frame, 2 · phone + 1 after."""
LABELS = 2 * len(PHONES)
"""Pdfs if nothing depended on the phone before."""
UNKNOWN = -1
"""Pdf of frames that say nothing."""


def pdf(label: int, kind: int) -> int:
    """Of a label after a kind of phone."""
    return label if label < 2 else label + kind * SPEECH


def contextual(labels: np.ndarray) -> np.ndarray:
    """Labels [n] as `phones.labels` gives them → pdfs [n], UNKNOWN where unsure."""
    plain = labels.astype(np.int16) % UNSURE_FROM
    begins = np.flatnonzero((plain % 2 == 0) | (np.arange(len(plain)) == 0))
    phones = plain[begins] // 2
    kinds = np.repeat(AFTER[np.concatenate([[0], phones[:-1]])], np.diff([*begins, len(plain)]))
    found = np.where(plain < 2, plain, plain + kinds * SPEECH)
    return np.where(labels >= UNSURE_FROM, UNKNOWN, found).astype(np.int16)
