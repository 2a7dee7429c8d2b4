"""Lattice-free maximum mutual information (Povey et al. 2016) over a phone bigram.

The right phones, in their order and near their times, compete with every sequence of phones that the bigram allows:
both sums come from the forward algorithm, and their difference is learnt from. Scores are log-posteriors divided by
priors, as the decoder uses them.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from audio.training.network import PDFS

UNKNOWN = 255
"""Label of frames that say nothing."""
NEVER = -30.0
"""Log score of what is not allowed."""


def bigram(labels: np.ndarray, floor: float = 0.3) -> np.ndarray:
    """Transition scores between pdfs [82, 82] (not logs), from the phones of a stream of labels."""
    first = labels[labels % 2 == 0]
    first = first[first != UNKNOWN] // 2
    counts = np.full((PDFS // 2, PDFS // 2), floor)
    np.add.at(counts, (first[:-1], first[1:]), 1.0)
    phones = counts / counts.sum(1, keepdims=True)
    table = np.zeros((PDFS, PDFS))
    for pdf in range(PDFS):
        table[pdf, ::2] = phones[pdf // 2]
        table[pdf, 2 * (pdf // 2) + 1] = 1.0
    return table.astype(np.float32)


class Numerator:
    """The right answer for a batch: a chain of pdfs for each chunk, each allowed near its time only."""

    def __init__(self, labels: np.ndarray, table: np.ndarray, slack: int) -> None:
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

    def score(self, scores: Tensor) -> Tensor:
        """Log of the sum over all allowed paths, [batch]; `scores` are [batch, time, 82]."""
        wide = torch.cat([scores, torch.logsumexp(scores, 2, keepdim=True) - float(np.log(PDFS))], 2)
        index = self.pdfs[:, None, :].expand(-1, scores.shape[1], -1)
        local = wide.gather(2, index) + self.allowed
        top = local.amax(2, keepdim=True).detach()
        local = (local - top).exp()
        alpha = local[:, 0]
        total = top.sum((1, 2))
        for t in range(1, scores.shape[1]):
            size = alpha.sum(1, keepdim=True) + 1e-30
            total = total + size.squeeze(1).log()
            alpha = alpha / size
            one = torch.nn.functional.pad(alpha[:, :-1], (1, 0))
            two = torch.nn.functional.pad(alpha[:, :-2], (2, 0))
            alpha = (alpha * self.stay + one * self.step + two * self.skip) * local[:, t]
        return total + (alpha.sum(1) + 1e-30).log()


def denominator(scores: Tensor, table: Tensor) -> Tensor:
    """Log of the sum over all sequences of phones, [batch]."""
    top = scores.amax(2, keepdim=True).detach()
    local = (scores - top).exp()
    alpha = local[:, 0]
    total = top.sum((1, 2))
    for t in range(1, scores.shape[1]):
        size = alpha.sum(1, keepdim=True)
        total = total + size.squeeze(1).log()
        alpha = (alpha / size) @ table * local[:, t]
    return total + alpha.sum(1).log()


def _scores(table: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Transition scores; from and to unknown stretches 1."""
    known = (before != UNKNOWN) & (after != UNKNOWN)
    return np.where(known, table[np.where(known, before, 0), np.where(known, after, 0)], 1.0).astype(np.float32)


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
