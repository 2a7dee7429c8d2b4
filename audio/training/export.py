"""The stage "export": a checkpoint → am/final.mdl and conf/, as stock Vosk loads them.

Batch normalisation becomes a fixed scale and bias, the input's normalisation a part of the first layer. Two more
outputs are the garbage phone: the best score of all speech phones less a penalty for each frame. What is not in the
grammar is garbage, unless a phrase fits better than that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audio.training.contexts import LABELS, PDFS, PLAIN
from audio.training.features import BANDS
from audio.training.kaldi import Writer
from audio.training.network import BYPASS, NARROW, WINDOW, Checkpoint
from audio.training.settings import Decoding, Rejection
from audio.training.topology import TUPLES, VARIANTS

NEVER = 100_000
"""Seconds: Vosk's own endpointer must not cut an answer; Hearth's segmenter decides where it ends."""
MFCC = (
    "--sample-frequency=16000\n--use-energy=false\n--num-mel-bins=40\n--num-ceps=40\n--low-freq=20\n"
    "--high-freq=7600\n--dither=1.0\n"
)


def export(checkpoint: Checkpoint, folder: Path, rejection: Rejection) -> None:
    """Write `folder`/am/final.mdl."""
    (folder / "am").mkdir(parents=True, exist_ok=True)
    prior = checkpoint.prior / checkpoint.prior.sum()
    network = _Components(checkpoint, prior, rejection)
    with Writer(folder / "am/final.mdl") as out:
        _transitions(out)
        out.tokens("<Nnet3>")
        out.text("\n" + "\n".join(network.lines) + "\n\n")
        out.tokens("<NumComponents>")
        out.integers(len(network.parts))
        for name, kind, values in network.parts:
            out.tokens("<ComponentName>", name)
            _component(out, kind, values)
        out.tokens("</Nnet3>", "<LeftContext>")
        context = 3 * checkpoint.shape.context + WINDOW // 2
        out.integers(context)
        out.tokens("<RightContext>")
        out.integers(context)
        out.tokens("<Priors>")
        out.vector([*prior, 1.0, 1.0])


def write_settings(folder: Path, dictation: Decoding, commands: Decoding) -> None:
    """Write `folder`/conf: model.conf for dictation, commands.conf for phrases, mfcc.conf."""
    conf = folder / "conf"
    conf.mkdir(parents=True, exist_ok=True)
    silences = [f"--endpoint.rule{n}.min-trailing-silence={NEVER}" for n in range(1, 5)]
    rules = [*silences, f"--endpoint.rule5.min-utterance-length={NEVER}", "--endpoint.silence-phones=1"]
    (conf / "mfcc.conf").write_text(MFCC)
    (conf / "model.conf").write_text(f"{dictation.options()}--frame-subsampling-factor=3\n" + "\n".join(rules) + "\n")
    (conf / "commands.conf").write_text(commands.options())


class _Components:
    """The network as Kaldi's nodes (`lines`) and components (`parts`)."""

    def __init__(self, checkpoint: Checkpoint, prior: NDArray[np.float64], rejection: Rejection) -> None:
        self.lines = [f"input-node name=input dim={BANDS}"]
        self.parts: list[tuple[str, str, Any]] = []
        self._weights = {k: v.double().numpy() for k, v in checkpoint.weights.items() if v.dtype.is_floating_point}
        self._shape = checkpoint.shape
        self._hidden()
        self._garbage(prior, rejection)

    def _node(self, name: str, source: str, kind: str, values: Any) -> None:
        self.parts.append((name, kind, values))
        self.lines.append(f"component-node name={name} component={name} input={source}")

    def _normalised(self, name: str, key: str, width: int) -> str:
        self._node(f"{name}.relu", f"{name}.affine", "relu", width)
        scale = 1 / np.sqrt(self._weights[f"{key}.running_var"] + 1e-5)
        self._node(f"{name}.scale", f"{name}.relu", "scale", scale)
        self._node(f"{name}.bias", f"{name}.scale", "bias", -self._weights[f"{key}.running_mean"] * scale)
        return f"{name}.bias"

    def _hidden(self) -> None:
        w, width = self._weights, self._shape.width
        mean, std = np.tile(w["mean"], WINDOW), np.tile(w["std"], WINDOW)
        first = w["inp.weight"] / std
        around = ", ".join(f"Offset(input,{t})" if t else "input" for t in range(-2, 3))
        self._node("l0.affine", f"Append({around})", "affine", (first, w["inp.bias"] - first @ mean))
        before = self._normalised("l0", "bn0", width)
        for i, stride in enumerate(self._shape.strides):
            name, key, step = f"l{i + 1}", f"layers.{i}.", 3 * stride
            narrow = (w[key + "lin.weight"], np.zeros(self._shape.bottleneck))
            self._node(f"{name}.linear", f"Append(Offset({before},{-step}), {before})", "affine", narrow)
            source = f"Append({name}.linear, Offset({name}.linear,{step}))"
            self._node(f"{name}.affine", source, "affine", (w[key + "aff.weight"], w[key + "aff.bias"]))
            after = self._normalised(name, key + "bn", width)
            self._node(f"{name}.sum", f"Sum(Scale({BYPASS}, {before}), {after})", "scale", np.ones(width))
            before = f"{name}.sum"
        self._node("pre.affine", before, "affine", (w["pre.weight"], w["pre.bias"]))
        last = self._normalised("pre", "bn1", NARROW)
        self._node("output.affine", last, "affine", (w["out.weight"], w["out.bias"]))
        self._node("output.log-softmax", "output.affine", "logsoftmax", PDFS)
        self._node("plain.affine", last, "affine", (w["plain.weight"], w["plain.bias"]))
        self._node("plain.log-softmax", "plain.affine", "logsoftmax", LABELS)

    def _garbage(self, prior: NDArray[np.float64], rejection: Rejection) -> None:
        likelihoods = (np.eye(LABELS)[2:], -np.log(np.bincount(PLAIN, prior)[2:]))
        self._node("gbg.likes", "plain.log-softmax", "affine", likelihoods)
        self._node("gbg.max", "gbg.likes", "maxpool", LABELS - 2)
        self._node("gbg.out", "gbg.max", "affine", (np.ones((2, 1)), np.full(2, -rejection.penalty)))
        self.lines.append("output-node name=output input=Append(output.log-softmax, gbg.out) objective=linear")


def _transitions(out: Writer) -> None:
    """One topology for all phones: a first frame, then any number of later ones, each with a pdf of its own."""
    count = len(VARIANTS)
    out.tokens("<TransitionModel>", "<Topology>")
    out.integer_vector(range(1, count + 1))
    out.integer_vector([-1] + [0] * count)
    out.integers(-1, 1, 2, 0, 1, 2, 0)  # the format with two pdf classes; one entry, of two states
    out.number(0.5)
    out.integers(1)
    out.number(0.5)
    out.integers(-1, -1, 0)
    out.tokens("</Topology>", "<Tuples>")
    out.integers(len(TUPLES))
    for number, first in TUPLES:
        out.integers(number, 0, first, first + 1)
    out.tokens("</Tuples>", "<LogProbs>")
    out.vector([0.0] + [np.log(0.5)] * (2 * len(TUPLES)))
    out.tokens("</LogProbs>", "</TransitionModel>")


def _component(out: Writer, kind: str, values: Any) -> None:
    match kind:
        case "affine":
            out.tokens("<FixedAffineComponent>", "<LinearParams>")
            out.matrix(values[0])
            out.tokens("<BiasParams>")
            out.vector(values[1])
            out.tokens("</FixedAffineComponent>")
        case "scale":
            out.tokens("<FixedScaleComponent>", "<Scales>")
            out.vector(values)
            out.tokens("</FixedScaleComponent>")
        case "bias":
            out.tokens("<FixedBiasComponent>", "<Bias>")
            out.vector(values)
            out.tokens("</FixedBiasComponent>")
        case "maxpool":
            out.tokens("<MaxpoolingComponent>")
            sizes = {"InputX": values, "InputY": 1, "InputZ": 1}
            for axis, size in sizes.items():
                out.tokens(f"<{axis}Dim>")
                out.integers(size)
            for what in ("Size", "Step"):
                for axis in "XYZ":
                    out.tokens(f"<Pool{axis}{what}>")
                    out.integers(values if (axis, what) == ("X", "Size") else 1)
            out.tokens("</MaxpoolingComponent>")
        case _:
            name = {"relu": "RectifiedLinearComponent", "logsoftmax": "LogSoftmaxComponent"}[kind]
            out.tokens(f"<{name}>", "<Dim>")
            out.integers(values)
            for average in ("<ValueAvg>", "<DerivAvg>"):
                out.tokens(average)
                out.vector([])
            out.tokens("<Count>")
            out.number(0.0)
            out.tokens(f"</{name}>")
