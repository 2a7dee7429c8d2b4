"""A shipped model → a checkpoint to train on from: the reverse of export.py, but for 16 bits a value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from audio.training.contexts import PDFS
from audio.training.kaldi import read_components
from audio.training.network import WINDOW, Checkpoint, Network
from audio.training.settings import Shape

EPSILON = 1e-5
"""Of batch normalisation."""


def from_model(folder: Path, mean: np.ndarray, std: np.ndarray) -> Checkpoint:
    """The network in `folder`/am/final.mdl, its input normalised again by `mean` and `std` [40]."""
    parts, priors = read_components(folder / "am/final.mdl")
    layers = sum(name.endswith(".linear") for name in parts)
    width, bottleneck = len(parts["l0.scale"]), parts["l1.linear"][0].shape[0]
    strides = _strides(folder / "am/final.mdl", layers)
    state = Network(Shape(width, bottleneck, strides)).state_dict()

    def put(name: str, values: np.ndarray) -> None:
        state[name] = torch.from_numpy(np.asarray(values, np.float32).reshape(state[name].shape).copy())

    def normalisation(name: str, part: str) -> None:
        scale = np.asarray(parts[f"{part}.scale"])
        put(f"{name}.running_var", 1 / scale**2 - EPSILON)
        put(f"{name}.running_mean", -np.asarray(parts[f"{part}.bias"]) / scale)

    first, bias = parts["l0.affine"]
    put("mean", mean)
    put("std", std)
    put("inp.weight", first * np.tile(std, WINDOW))
    put("inp.bias", bias + first @ np.tile(mean, WINDOW))
    normalisation("bn0", "l0")
    for i in range(layers):
        put(f"layers.{i}.lin.weight", parts[f"l{i + 1}.linear"][0])
        put(f"layers.{i}.aff.weight", parts[f"l{i + 1}.affine"][0])
        put(f"layers.{i}.aff.bias", parts[f"l{i + 1}.affine"][1])
        normalisation(f"layers.{i}.bn", f"l{i + 1}")
    for name, part in (("pre", "pre.affine"), ("out", "output.affine"), ("plain", "plain.affine")):
        put(f"{name}.weight", parts[part][0])
        put(f"{name}.bias", parts[part][1])
    normalisation("bn1", "pre")
    return Checkpoint(Shape(width, bottleneck, strides), state, priors[:PDFS])


def _strides(file: Path, layers: int) -> tuple[int, ...]:
    """From the offsets in the nodes' descriptions."""
    text = file.read_bytes()
    found = []
    for i in range(layers):
        start = text.index(f"name=l{i + 1}.linear ".encode())
        offset = text[text.index(b",-", start) + 2 : text.index(b")", start)]
        found.append(int(offset) // 3)
    return tuple(found)
