"""The acoustic model: a factored time-delay network (TDNN-F, Povey et al. 2018), 40 MFCCs at 10 ms → pdfs at 30 ms.

Each layer is a bottleneck without a nonlinearity, then a wide layer with one, and the layer's input added back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from audio.training.contexts import LABELS, PDFS
from audio.training.features import BANDS
from audio.training.settings import Shape

WINDOW = 5
"""Input frames that the first layer sees."""
BYPASS = 0.66
"""Share of a layer's input in its output (Povey et al.)."""
NARROW = 192
"""Width before the outputs."""


class Layer(nn.Module):
    """[batch, time, width] → [batch, time - 2 · stride, width]."""

    def __init__(self, width: int, bottleneck: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.lin = nn.Linear(2 * width, bottleneck, bias=False)
        self.aff = nn.Linear(2 * bottleneck, width)
        self.bn = nn.BatchNorm1d(width, affine=False, momentum=0.02)

    def forward(self, x: Tensor) -> Tensor:
        """Look back by one stride, then ahead by one."""
        s = self.stride
        y = self.lin(torch.cat([x[:, :-s], x[:, s:]], 2))
        y = torch.relu(self.aff(torch.cat([y[:, :-s], y[:, s:]], 2)))
        return _normalised(self.bn, y) + BYPASS * x[:, s:-s]


class Network(nn.Module):
    """Coefficients → unnormalised log-posteriors: of pdfs for the decoder, of plain labels to tell garbage."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("mean", torch.zeros(BANDS))
        self.register_buffer("std", torch.ones(BANDS))
        self.inp = nn.Linear(WINDOW * BANDS, shape.width)
        self.bn0 = nn.BatchNorm1d(shape.width, affine=False, momentum=0.02)
        self.layers = nn.ModuleList([Layer(shape.width, shape.bottleneck, s) for s in shape.strides])
        self.pre = nn.Linear(shape.width, NARROW)
        self.bn1 = nn.BatchNorm1d(NARROW, affine=False, momentum=0.02)
        self.out = nn.Linear(NARROW, PDFS)
        self.plain = nn.Linear(NARROW, LABELS)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """[batch, 3 · (n + 2 · context) + 2, 40] → [batch, n, PDFS], [batch, n, LABELS]; windows every third frame."""
        x = (x - self.mean) / self.std
        windows = x.unfold(1, WINDOW, 3).transpose(2, 3).reshape(x.shape[0], -1, WINDOW * BANDS)
        y = _normalised(self.bn0, torch.relu(self.inp(windows)))
        for layer in self.layers:
            y = layer(y)
        narrow = _normalised(self.bn1, torch.relu(self.pre(y)))
        return self.out(narrow), self.plain(narrow)


def _normalised(norm: nn.Module, y: Tensor) -> Tensor:
    return norm(y.reshape(-1, y.shape[2])).view_as(y)  # type: ignore[no-any-return]


def padded(frames: np.ndarray, context: int) -> np.ndarray:
    """Frames [3n, 40] with those at the ends repeated, as Kaldi does at the ends of an utterance."""
    edge = 3 * context + 2
    return np.concatenate([np.repeat(frames[:1], edge, 0), frames, np.repeat(frames[-1:], edge, 0)])


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A trained network with the frequency of each pdf in what it learnt from."""

    shape: Shape
    """Sizes."""
    weights: dict[str, Any]
    """Of the network."""
    prior: np.ndarray
    """[PDFS], sums to 1."""

    def network(self) -> Network:
        """The network, ready to be used or trained on."""
        network = Network(self.shape)
        network.load_state_dict(self.weights)
        return network

    def save(self, file: Path) -> None:
        """Written aside first."""
        aside = file.with_suffix(".part")
        content = {"shape": asdict(self.shape), "weights": self.weights, "prior": torch.from_numpy(self.prior)}
        torch.save(content, aside)
        aside.replace(file)

    @staticmethod
    def load(file: Path) -> Checkpoint:
        """A saved one."""
        content = torch.load(file, weights_only=True)
        shape = content["shape"]
        return Checkpoint(
            Shape(shape["width"], shape["bottleneck"], tuple(shape["strides"])),
            content["weights"],
            content["prior"].numpy(),
        )


def average(checkpoints: Sequence[Checkpoint], shares: Sequence[float]) -> Checkpoint:
    """Weights averaged (a "model soup"): for runs that began from the same one."""
    weights = {
        name: sum(share * c.weights[name] for c, share in zip(checkpoints, shares, strict=True))
        if value.dtype.is_floating_point
        else value
        for name, value in checkpoints[0].weights.items()
    }
    return Checkpoint(checkpoints[0].shape, weights, checkpoints[-1].prior)


def widened(checkpoint: Checkpoint, shape: Shape) -> Checkpoint:
    """The same network with wider bottlenecks, which says what it said (Net2Net, Chen et al. 2016).

    Nothing reads what was added until it learns to. The added rows come from one seed, so that the narrow network,
    widened once more, can be averaged with what was learnt.
    ValueError if another size differs, or a bottleneck would shrink.
    """
    old = checkpoint.shape
    if replace(old, bottleneck=shape.bottleneck) != shape or shape.bottleneck < old.bottleneck:
        raise ValueError(f"a network with {old} cannot become one with {shape}")
    seed = torch.Generator().manual_seed(1)
    weights, more = dict(checkpoint.weights), shape.bottleneck - old.bottleneck
    for i in range(len(shape.strides)):
        lin, aff = f"layers.{i}.lin.weight", f"layers.{i}.aff.weight"
        rows = torch.randn(more, 2 * shape.width, generator=seed) * (2 * shape.width) ** -0.5
        weights[lin] = torch.cat([weights[lin], rows])
        halves = weights[aff].view(shape.width, 2, old.bottleneck)
        weights[aff] = functional.pad(halves, (0, more)).reshape(shape.width, 2 * shape.bottleneck)
    return Checkpoint(shape, weights, checkpoint.prior)
