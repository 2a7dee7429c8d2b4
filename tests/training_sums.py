"""Run by the training tools' interpreter, in a folder that the small recipe has filled: `training_sums.py RECIPE`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from audio.training.contexts import PDFS, contextual
from audio.training.network import Checkpoint, widened
from audio.training.objective import Denominator, Numerator, bigram
from audio.training.settings import read
from audio.training.train import Stream, Training
from audio.training.vocoder import TINY, Layer


def every_frame_of_a_path_has_one_pdf() -> None:
    """So what a sum over paths learns in a frame, one for each path that goes through a pdf, adds up to one."""
    draw = np.random.default_rng(1)
    spoken = [[2 * p] + [2 * p + 1] * int(draw.integers(1, 6)) for p in draw.integers(1, 41, 60)]
    pdfs = contextual(np.concatenate([np.array(labels) for labels in spoken]))[:150]
    phones, labels = bigram(pdfs), np.stack([pdfs[:75], pdfs[75:]])
    scores = (8 * torch.randn(2, 75, PDFS, generator=torch.Generator().manual_seed(1))).requires_grad_()
    every = Denominator(phones).score(scores)
    right = Numerator(labels, phones, 2).score(scores, torch.zeros(PDFS))
    assert bool((right < every).all())
    for total in (every, right):
        (learnt,) = torch.autograd.grad(total.sum(), scores)
        assert torch.allclose(learnt.sum(2), torch.ones(2, 75), atol=1e-4)


def nothing_is_learnt_from_a_batch_without_a_finite_loss(recipe_file: Path) -> None:
    recipe = read(recipe_file)
    plan, files = recipe.training[0], sorted((recipe.work / "features").glob("*.npz"))
    start = Checkpoint.load(recipe.work / "training-1.pt")
    training = Training(plan, Stream(files), recipe.work / "aside.pt", start, recipe.network)
    network = training._network
    batch = next(training._stream.batches(plan, network.shape.context, np.random.default_rng(1)))
    for spoils, changes in ((True, False), (False, True)):
        before = [weights.detach().clone() for weights in network.parameters()]
        training._loss = lambda outputs, *_, spoils=spoils: outputs.sum() * (float("inf") if spoils else 1.0)
        training._update(*batch)
        assert any(not torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True)) == changes
    assert training._done == 2


def a_layer_of_the_vocoder_is_what_it_says() -> None:
    torch.manual_seed(1)
    x, weight, bias = torch.randn(1, 6, 1, 50), torch.randn(6, 6, 3), torch.randn(6)
    alpha, scale, offset = torch.rand(1, 6, 1) + 0.5, torch.rand(1, 6, 1), torch.randn(1, 6, 1)
    found = Layer(weight, bias, alpha, 2, torch.float32).run(x, scale, offset)[:, :, 0]
    flat = x[:, :, 0]
    variance, mean = torch.var_mean(flat, 2, correction=0, keepdim=True)
    y = scale * (flat - mean) / (variance + TINY).sqrt() + offset
    y = y + torch.sin(alpha * y) ** 2 / alpha
    assert torch.allclose(found, torch.nn.functional.conv1d(y, weight, bias, padding=2, dilation=2), atol=1e-4)


def a_widened_network_says_what_it_said(recipe_file: Path) -> None:
    narrow = Checkpoint.load(read(recipe_file).work / "training-1.pt")
    wide = widened(narrow, replace(narrow.shape, bottleneck=narrow.shape.bottleneck + 8))
    sound = torch.randn(1, 3 * (20 + 2 * narrow.shape.context) + 2, 40, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        before, after = (checkpoint.network().eval()(sound) for checkpoint in (narrow, wide))
    assert all(torch.allclose(a, b, atol=1e-4) for a, b in zip(before, after, strict=True))
    try:
        widened(wide, narrow.shape)
    except ValueError:
        return
    raise AssertionError("a network was made narrower")


if __name__ == "__main__":
    every_frame_of_a_path_has_one_pdf()
    a_layer_of_the_vocoder_is_what_it_says()
    nothing_is_learnt_from_a_batch_without_a_finite_loss(Path(sys.argv[1]))
    a_widened_network_says_what_it_said(Path(sys.argv[1]))
