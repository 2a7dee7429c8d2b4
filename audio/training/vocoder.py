"""The last and dearest part of Kokoro, its generator of waveforms (iSTFTNet), in PyTorch.

The 8-bit network runs at the speed of its convolutions. These are made here from the same weights; processors that
multiply matrices of 16-bit numbers (AMX) run them several times faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from audio.training.processor import short_is_fast

GENERATOR = "/decoder/decoder/generator"
"""Where its values are named in the network."""
FEATURES = "/decoder/decoder/decode.3/Div_4_output_0"
SOURCES = tuple(f"{GENERATOR}/noise_convs.{n}/Conv_output_0" for n in range(2))
BLOCKS = tuple(f"{GENERATOR}/noise_res.{n}" for n in range(2)) + tuple(f"{GENERATOR}/resblocks.{n}" for n in range(6))
LAYERS = tuple((pair, half) for pair in range(3) for half in (1, 2))
SCALES, OFFSETS = (
    {(block, pair, half): f"{block}/adain{half}.{pair}/{name}_output_0" for block in BLOCKS for pair, half in LAYERS}
    for name in ("Add_1", "Slice_1")
)
"""What the style makes of each layer's channels."""
NEEDED = (FEATURES, *SOURCES, *SCALES.values(), *OFFSETS.values())
"""Values of the network from which the waveform is made."""
UPSAMPLING = ((10, 5), (6, 3))
"""Stride and padding of the two steps from the features' rate to that of the spectra."""
FFT, HOP = 20, 5
ROUND = 1024
"""Lengths are rounded up to a multiple for convolutions: each new length costs as much as some of the work."""
TINY = 1e-5
"""Added to variances."""


class Vocoder:
    """Waveforms from the values NEEDED of a network, by its own weights."""

    def __init__(self, network: Any) -> None:
        """`network` is the onnx.ModelProto."""
        self._kind = torch.bfloat16 if short_is_fast() else torch.float32
        weights = _Weights(network)
        self._layers = {
            (block, *layer): weights.layer(block, *layer, self._kind) for block in BLOCKS for layer in LAYERS
        }
        names = [f"{GENERATOR}/Mul{suffix}_output_0" for suffix in ("", "_1", "_2")]
        biases = [weights.named(f"{_dotted(GENERATOR)}.{name}.bias") for name in ("ups.0", "ups.1", "conv_post")]
        *self._ups, self._post = ((weights.named(n), b) for n, b in zip(names, biases, strict=True))
        self._window = torch.hann_window(FFT)

    def wave(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """Samples [n] from the values NEEDED."""
        with torch.no_grad():
            given = {name: torch.from_numpy(value) for name, value in values.items()}
            x = given[FEATURES]
            for step, (stride, padding) in enumerate(UPSAMPLING):
                weight, bias = self._ups[step]
                x = functional.conv_transpose1d(functional.leaky_relu(x, 0.1), weight, bias, stride, padding)
                if step == 1:
                    x = functional.pad(x, (1, 0), "reflect")
                x = _tall(x + self._block(BLOCKS[step], given[SOURCES[step]], given)[:, :, 0], self._kind)
                blocks = BLOCKS[2 + 3 * step : 5 + 3 * step]
                x = sum(self._block(block, x, given) for block in blocks)[:, :, 0].float() / len(blocks)  # type: ignore[index, union-attr]
            weight, bias = self._post
            x = functional.conv1d(functional.leaky_relu(x), weight, bias, padding=3)
            size, phase = x[:, : FFT // 2 + 1].exp(), x[:, FFT // 2 + 1 :].sin()
            found = torch.istft(torch.polar(size, phase), FFT, HOP, window=self._window)
            return np.asarray(found.numpy().reshape(-1), np.float32)

    def _block(self, block: str, x: Tensor, given: dict[str, Tensor]) -> Tensor:
        """Three pairs of layers, each pair beside what went into it; [1, channels, 1, time]."""
        x = _tall(x, self._kind)
        for pair in range(3):
            y = x
            for half in (1, 2):
                key = (block, pair, half)
                y = self._layers[key].run(y, given[SCALES[key]], given[OFFSETS[key]])
            x = x + y
        return x


class Layer:
    """Normalised channels, scaled by the style, through y + sin²(αy)/α and a convolution."""

    def __init__(self, weight: Tensor, bias: Tensor, alpha: Tensor, dilation: int, kind: torch.dtype) -> None:
        """`weight` [out, in, width], `bias` [out], `alpha` [1, in, 1]."""
        self._kind, self._dilation, self._alpha = kind, dilation, alpha
        self._weight = _tall(weight / alpha, kind)  # what is multiplied by α before is divided by it here
        self._bias = bias.to(kind)

    def run(self, x: Tensor, scale: Tensor, offset: Tensor) -> Tensor:
        """[1, channels, 1, time] → the same shape; `scale` and `offset` [1, channels, 1]."""
        scale, offset = (scale * self._alpha).view(-1), (offset * self._alpha).view(-1)
        y = functional.batch_norm(x.float(), None, None, scale, offset, training=True, eps=TINY)
        sine = y.sin()
        channels, time = y.shape[1], y.shape[3]
        room = torch.zeros(1, channels, 1, -(-time // ROUND) * ROUND, dtype=self._kind)
        room = room.contiguous(memory_format=torch.channels_last)
        room[..., :time] = torch.addcmul(y, sine, sine)
        reach = self._dilation * (self._weight.shape[3] - 1) // 2
        found = functional.conv2d(room, self._weight, self._bias, padding=(0, reach), dilation=(1, self._dilation))
        return found[..., :time]


class _Weights:
    """The network's numbers by name, 8-bit ones as what they stand for."""

    def __init__(self, network: Any) -> None:
        self._values = {value.name: value for value in network.graph.initializer}
        self._nodes = {node.name: node for node in network.graph.node}
        self._makers = {name: node for node in network.graph.node for name in node.output}

    def named(self, name: str) -> Tensor:
        from onnx import numpy_helper

        return torch.from_numpy(numpy_helper.to_array(self._values[name]).astype(np.float32))

    def layer(self, block: str, pair: int, half: int, kind: torch.dtype) -> Layer:
        weight, dilation = self._convolution(f"{block}/convs{half}.{pair}/Conv_quant")
        bias, alpha = (
            self.named(f"{_dotted(block)}.{name}") for name in (f"convs{half}.{pair}.bias", f"alpha{half}.{pair}")
        )
        return Layer(weight, bias, alpha, dilation, kind)

    def _convolution(self, name: str) -> tuple[Tensor, int]:
        """Weights [out, in, width] and dilation of a ConvInteger; their scale is in the node that scales its bias."""
        node = self._nodes[name]
        _, weight, _, zero = node.input
        scales = self._makers[f"{_dotted(name.removesuffix('/Conv_quant'))}.bias_scale"]
        dilation = next(attribute.ints[0] for attribute in node.attribute if attribute.name == "dilations")
        return (self.named(weight) - self.named(zero)) * self.named(scales.input[1]), dilation


def _dotted(name: str) -> str:
    """As weights are named, which keep their names of PyTorch: "/decoder/decoder/x" → "decoder.decoder.x"."""
    return name.removeprefix("/").replace("/", ".")


def _tall(x: Tensor, kind: torch.dtype) -> Tensor:
    """[a, channels, n] → [a, channels, 1, n], channels last: only so are 16-bit convolutions fast."""
    whole = x if x.dim() == 4 else x[:, :, None]
    return whole.to(kind).contiguous(memory_format=torch.channels_last)


def with_outputs(network: Any, outputs: tuple[str, ...]) -> Any:
    """A copy of the network with these values as its outputs, and no node that they do not need."""
    import onnx

    makers = {name: node for node in network.graph.node for name in node.output}
    needed, ahead = set[str](), list(outputs)
    while ahead:
        name = ahead.pop()
        if name in makers and makers[name].name not in needed:
            needed.add(makers[name].name)
            ahead += makers[name].input
    cut = onnx.ModelProto()
    cut.CopyFrom(network)
    del cut.graph.node[:], cut.graph.output[:]
    cut.graph.node.extend(node for node in network.graph.node if node.name in needed)
    used = {name for node in cut.graph.node for name in node.input}
    del cut.graph.initializer[:]
    cut.graph.initializer.extend(value for value in network.graph.initializer if value.name in used)
    kind = onnx.TensorProto.FLOAT
    cut.graph.output.extend(onnx.helper.make_tensor_value_info(name, kind, None) for name in outputs)
    return cut
