"""Lattice-free maximum mutual information (Povey et al. 2016) over a phone bigram.

The right phones, in their order and near their times, compete with every sequence of phones that the bigram allows:
both sums come from the forward algorithm, and their difference is learnt from. Scores are log-posteriors divided by
priors, as the decoder uses them.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from audio.training.contexts import AFTER, KINDS, PDFS, PLAIN, SPEECH, UNKNOWN
from audio.training.phones import PHONES

NEVER = -30.0
"""Log score of what is not allowed."""
LOWEST = -40.0
"""Log score, below the best of a frame, of what is too unlikely to tell apart; single precision ends at -87."""


def bigram(pdfs: np.ndarray, floor: float = 0.3) -> np.ndarray:
    """Scores of a phone after another [41, 41] (not logs), from a stream of pdfs."""
    first = PLAIN[pdfs[(pdfs != UNKNOWN) & (pdfs % 2 == 0)]] // 2
    counts = np.full((len(PHONES), len(PHONES)), floor)
    np.add.at(counts, (first[:-1], first[1:]), 1.0)
    return (counts / counts.sum(1, keepdims=True)).astype(np.float32)


class Numerator:
    """The right answer for a batch: a chain of pdfs for each chunk, each allowed near its time only."""

    def __init__(self, labels: np.ndarray, phones: np.ndarray, slack: int) -> None:
        table = _table(phones)
        chains = [_chain(row) for row in labels]
        batch, frames = labels.shape
        longest = max(len(pdfs) for pdfs, _, _ in chains)
        self.pdfs = torch.zeros(batch, longest, dtype=torch.long)
        self.allowed = torch.full((batch, frames, longest), NEVER)
        self.stay, self.step, self.skip = (torch.zeros(batch, longest) for _ in range(3))
        for b, (pdfs, begins, ends) in enumerate(chains):
            count = len(pdfs)
            self.pdfs[b, :count] = torch.from_numpy(np.where(pdfs == UNKNOWN, PDFS, pdfs))
            time = np.arange(frames)[:, None]
            inside = (time >= begins - slack) & (time < ends + slack)
            self.allowed[b, :, :count] = torch.from_numpy(np.where(inside, 0.0, NEVER).astype(np.float32))
            self.stay[b, :count] = torch.from_numpy((pdfs % 2 == 1).astype(np.float32))
            self.step[b, 1:count] = torch.from_numpy(_scores(table, pdfs[:-1], pdfs[1:]))
            if count > 2:
                hop = _scores(table, pdfs[:-2], pdfs[2:])
                short = (pdfs[1:-1] % 2 == 1) & (pdfs[1:-1] != UNKNOWN)  # a phone may have its first frame only
                self.skip[b, 2:count] = torch.from_numpy(np.where(short, hop, 0.0).astype(np.float32))

    def score(self, scores: Tensor, shares: Tensor) -> Tensor:
        """Log of the sum over all allowed paths, [batch]; `scores` are [batch, time, PDFS].

        `shares` [PDFS] are logs of how often a phone comes after each kind: for stretches that may be any phone.
        """
        anything = torch.logsumexp(scores + shares, 2, keepdim=True) - float(np.log(2 * len(PHONES)))
        wide = torch.cat([scores, anything], 2)
        index = self.pdfs[:, None, :].expand(-1, scores.shape[1], -1)
        local, top = _scaled(wide.gather(2, index) + self.allowed)
        alpha, *frames = local.unbind(1)
        total = top.sum((1, 2))
        for frame in frames:
            size = alpha.sum(1, keepdim=True).detach() + 1e-30
            total = total + size.squeeze(1).log()
            alpha = alpha / size
            one = torch.nn.functional.pad(alpha[:, :-1], (1, 0))
            two = torch.nn.functional.pad(alpha[:, :-2], (2, 0))
            alpha = (alpha * self.stay + one * self.step + two * self.skip) * frame
        return total + (alpha.sum(1) + 1e-30).log()


class Denominator:
    """All sequences of phones for a batch."""

    def __init__(self, phones: np.ndarray) -> None:
        of_kind = np.eye(len(KINDS), dtype=np.float32)[AFTER]  # [41, kinds]
        moves = torch.from_numpy(phones[:, None, :] * of_kind[:, :, None])  # [41, kinds, 41]
        self._moves = moves.reshape(len(PHONES), -1)

    def score(self, scores: Tensor) -> Tensor:
        """Log of the sum over all paths, [batch]; `scores` are [batch, time, PDFS]."""
        batch = scores.shape[0]
        local, top = _scaled(scores)
        total = top.sum((1, 2))
        alpha, *frames = local.unbind(1)
        for frame in frames:
            size = alpha.sum(1, keepdim=True).detach()
            total = total + size.squeeze(1).log()
            here = alpha / size
            both = here.view(batch, PDFS // 2, 2).sum(2)
            silent, spoken = both[:, :1], both[:, 1:].view(batch, len(KINDS), SPEECH // 2)
            left = torch.cat([silent, spoken.sum(1)], 1)
            entered = (left @ self._moves).view(batch, len(KINDS), len(PHONES))
            first = torch.cat([entered[:, :, 0].sum(1, keepdim=True), entered[:, :, 1:].reshape(batch, -1)], 1)
            alpha = torch.stack([first, both], 2).view(batch, PDFS) * frame
        return total + alpha.sum(1).log()


def _scaled(scores: Tensor) -> tuple[Tensor, Tensor]:
    """Scores as factors of the best in their frame, and the log of that.

    What is divided by along a path and added again at its end changes no sum, so nothing is learnt through it.
    """
    top = scores.amax(2, keepdim=True).detach()
    return (scores - top).clamp(min=LOWEST).exp(), top


def _table(phones: np.ndarray) -> np.ndarray:
    """Transition scores between labels [82, 82]."""
    table = np.zeros((2 * len(phones), 2 * len(phones)), np.float32)
    for label in range(len(table)):
        table[label, ::2] = phones[label // 2]
        table[label, 2 * (label // 2) + 1] = 1.0
    return table


def _scores(table: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Transition scores; from and to unknown stretches 1."""
    known = (before != UNKNOWN) & (after != UNKNOWN)
    return np.where(known, table[PLAIN[np.where(known, before, 0)], PLAIN[np.where(known, after, 0)]], 1.0)


def _chain(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pdfs of a chunk in order, with the first and one past the last frame of each.

    A phone always has both its pdfs, even where it lasts one frame, so that it may be longer than its label says.
    """
    edges = np.flatnonzero(np.diff(labels.astype(int)) != 0) + 1
    begins, ends = np.concatenate([[0], edges]), np.concatenate([edges, [len(labels)]])
    pdfs, first, last = [], [], []
    for k, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        pdf = int(labels[begin])
        pdfs.append(pdf)
        first.append(begin)
        last.append(end)
        following = int(labels[ends[k]]) if ends[k] < len(labels) else None
        if pdf != UNKNOWN and pdf % 2 == 0 and following != pdf + 1:
            pdfs.append(pdf + 1)
            first.append(begin)
            last.append(end)
    return np.array(pdfs), np.array(first), np.array(last)
