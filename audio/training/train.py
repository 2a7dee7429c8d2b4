"""The stage "training": shards → a checkpoint. Cross-entropy first, then lattice-free MMI beside it.

The weights that are kept are a moving average. Where the processor has AMX the network, not the sums over paths, is
computed in 16 bits: the losses are the same to three digits, in half the time. A stopped run goes on from its last
checkpoint, with the same schedule.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_

from audio.training.contexts import PDFS, PLAIN, UNKNOWN, contextual
from audio.training.features import TO_CEPSTRA
from audio.training.network import Checkpoint, Network, padded
from audio.training.objective import Denominator, Numerator, bigram
from audio.training.processor import short_is_fast
from audio.training.progress import Report
from audio.training.settings import Plan, Shape

TO_BANDS = torch.from_numpy(np.linalg.inv(TO_CEPSTRA.astype(np.float64)).astype(np.float32))
"""Back from cepstra to log mel bands."""
LABEL = torch.from_numpy(PLAIN)
"""Pdf → its label."""
SMOOTHING = 0.03
"""Share of each frame's target that is spread over all pdfs."""


@dataclass
class Stream:
    """All shards, one after another: utterances have silence at both ends."""

    files: list[Path]
    """Shards."""
    frames: np.ndarray = field(init=False)
    """MFCCs [3n, 40], 16 bit."""
    pdfs: np.ndarray = field(init=False)
    """[n]."""

    def __post_init__(self) -> None:
        shards = [np.load(file) for file in self.files]
        self.frames = np.concatenate([s["feats"] for s in shards])
        self.pdfs = np.concatenate([contextual(s["lab"]) for s in shards])

    def spread(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation of the frames [40]."""
        some = self.frames[::37].astype(np.float32)
        return some.mean(0), some.std(0)

    def prior(self) -> np.ndarray:
        """Frequency of each pdf in the targets, smoothing included."""
        counts = np.bincount(self.pdfs[self.pdfs != UNKNOWN], minlength=PDFS)
        return np.asarray((1 - SMOOTHING) * counts / counts.sum() + SMOOTHING / PDFS)

    def batches(self, plan: Plan, context: int, rng: np.random.Generator) -> Iterator[tuple[Tensor, np.ndarray]]:
        """Random chunks, without end: once through everything, from another offset each time."""
        while True:
            begin = int(rng.integers(0, plan.chunk)) + context + 1
            places = np.arange(begin, len(self.pdfs) - plan.chunk - context - 1, plan.chunk)
            if len(places) < plan.batch:
                raise ValueError(f"{len(self.files)} shards are too few for a batch of {plan.batch}")
            rng.shuffle(places)
            for i in range(0, len(places) - plan.batch + 1, plan.batch):
                chosen = places[i : i + plan.batch]
                around = [self.frames[3 * (k - context) - 2 : 3 * (k + plan.chunk + context)] for k in chosen]
                labels = np.stack([self.pdfs[k : k + plan.chunk] for k in chosen])
                yield torch.from_numpy(np.stack(around).astype(np.float32)), labels


def masked(x: Tensor, mean: Tensor, rng: np.random.Generator) -> Tensor:
    """Another loudness and tilt for each chunk; in most batches some bands and moments hidden (SpecAugment)."""
    batch, frames, _ = x.shape
    spread = torch.tensor([9.0] + [5.0 / (1 + 0.35 * k) for k in range(1, 14)] + [0.0] * 26)
    x = x + torch.randn(batch, 1, 40) * spread * torch.rand(batch, 1, 1)
    if rng.random() > 0.6:
        return x
    bands = (x - mean) @ TO_BANDS
    for row in bands:
        for _ in range(rng.integers(0, 3)):
            size = int(rng.integers(1, 7))
            start = int(rng.integers(0, 40 - size))
            row[:, start : start + size] = 0
        for _ in range(rng.integers(0, 4)):
            size = int(rng.integers(3, 18))
            start = int(rng.integers(0, frames - size))
            row[start : start + size] = 0
    return bands @ torch.from_numpy(TO_CEPSTRA) + mean


class Training:
    """One run; `run` leaves its checkpoint in `file`."""

    def __init__(self, plan: Plan, stream: Stream, file: Path, start: Checkpoint | None, shape: Shape) -> None:
        self._plan, self._stream, self._file = plan, stream, file
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._short = self._device == "cpu" and short_is_fast()
        torch.manual_seed(plan.seed)
        self._rng = np.random.default_rng(plan.seed)
        self._prior = stream.prior()
        self._done = 0
        self._network = start.network() if start else self._new(shape)
        self._network.to(self._device).train()
        fast = {"fused": True} if self._device == "cpu" else {}
        self._optimizer = torch.optim.AdamW(self._network.parameters(), lr=plan.rate, weight_decay=1e-3, **fast)
        self._average = {k: v.clone() for k, v in self._network.state_dict().items()}
        phones = bigram(stream.pdfs)
        self._phones, self._denominator = phones, Denominator(phones)
        of_label = np.bincount(PLAIN, self._prior)[PLAIN]
        self._shares = torch.from_numpy(np.log(self._prior / of_label)).float()
        self._resume()

    def _new(self, shape: Shape) -> Network:
        network = Network(shape)
        for place, values in zip((network.mean, network.std), self._stream.spread(), strict=True):
            place.copy_(torch.from_numpy(values))
        return network

    @property
    def _state(self) -> Path:
        return self._file.with_suffix(".state")

    def _resume(self) -> None:
        if not self._state.is_file():
            return
        state = torch.load(self._state, weights_only=True, map_location=self._device)
        self._network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._average, self._done = state["average"], state["done"]
        self._rng = np.random.default_rng([self._plan.seed, self._done])

    def run(self, report: Report, held: Path | None = None) -> Checkpoint:
        """All updates that are left."""
        network, plan = self._network, self._plan
        batches = self._stream.batches(plan, network.shape.context, self._rng)
        while self._done < plan.updates:
            x, labels = next(batches)
            loss, right = self._update(x, labels)
            report.advance(self._done, plan.updates, loss=loss, right=right)
            if self._done % plan.save_every == 0 or self._done == plan.updates:
                kept = self._save()
                if held is not None:
                    report.note(self._done, held_out=accuracy(kept.network(), held))
        return self._save()

    def _update(self, x: Tensor, labels: np.ndarray) -> tuple[float, float]:
        plan, part = self._plan, self._done / self._plan.updates
        rate = plan.last_rate + (plan.rate - plan.last_rate) * 0.5 * (1 + math.cos(math.pi * part))
        for group in self._optimizer.param_groups:
            group["lr"] = rate * min(1.0, (self._done + 1) / 100)
        self._optimizer.zero_grad()
        mean = self._network.mean.cpu()
        with torch.autocast("cpu", torch.bfloat16, enabled=self._short):
            found = self._network(masked(x, mean, self._rng).to(self._device))
        outputs, plain = (y.float().cpu() for y in found)
        target = torch.from_numpy(labels.astype(np.int64))
        known = target != UNKNOWN
        target_plain = torch.where(known, LABEL[target], UNKNOWN)
        loss = self._loss(outputs, target, labels) + plan.entropy * _entropy(plain, target_plain)
        loss.backward()
        size = clip_grad_norm_(self._network.parameters(), 5.0)
        if size.isfinite():  # a sum over paths may leave single precision: nothing is learnt from such a batch
            self._optimizer.step()
            self._follow()
        self._done += 1
        right = (plain.argmax(2) // 2 == target_plain // 2)[known].float().mean()
        return float(loss.detach()), float(right)

    def _loss(self, outputs: Tensor, target: Tensor, labels: np.ndarray) -> Tensor:
        plan = self._plan
        entropy = _entropy(outputs, target)
        if plan.mmi == 0:
            return plan.entropy * entropy
        scores = torch.log_softmax(outputs, 2) - torch.from_numpy(np.log(self._prior)).float()
        right = Numerator(labels, self._phones, plan.slack).score(scores, self._shares)
        every = self._denominator.score(scores)
        return plan.entropy * entropy + plan.mmi * ((every - right) / labels.shape[1]).mean()

    def _follow(self) -> None:
        keep = min(0.998, (self._done + 2) / (self._done + 51))
        with torch.no_grad():
            for name, value in self._network.state_dict().items():
                if value.dtype.is_floating_point:
                    self._average[name].lerp_(value, 1 - keep)

    def _save(self) -> Checkpoint:
        state = {"network": self._network.state_dict(), "optimizer": self._optimizer.state_dict()}
        aside = self._state.with_suffix(".part")
        torch.save(state | {"average": self._average, "done": self._done}, aside)
        aside.replace(self._state)
        weights = {name: value.cpu().clone() for name, value in self._average.items()}
        kept = Checkpoint(self._network.shape, weights, self._prior)
        kept.save(self._file)
        return kept


def _entropy(outputs: Tensor, target: Tensor) -> Tensor:
    flat = outputs.reshape(-1, outputs.shape[2])
    return functional.cross_entropy(flat, target.reshape(-1), label_smoothing=SMOOTHING, ignore_index=UNKNOWN)


@torch.no_grad()
def accuracy(network: Network, shard: Path) -> float:
    """Share of the frames of a shard, silence aside, whose phone is right."""
    network.eval()
    stored = np.load(shard)
    start = right = total = 0
    for count in stored["n"]:
        frames = stored["feats"][3 * start : 3 * (start + count)].astype(np.float32)
        pdfs = contextual(stored["lab"][start : start + count])
        start += count
        _, plain = network(torch.from_numpy(padded(frames, network.shape.context))[None])
        found = plain[0, :count].argmax(1).numpy()
        speech = pdfs > 1
        right += int((found // 2 == PLAIN[pdfs] // 2)[speech].sum())
        total += int(speech.sum())
    network.train()
    return right / max(total, 1)
