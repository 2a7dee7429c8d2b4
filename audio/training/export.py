"""PyTorch checkpoint -> Kaldi am/final.mdl (TransitionModel + AmNnetSimple).   usage: export.py X.pt MODEL_DIR [text|binary|c16|c8] [prior_scale] [garbage]"""

import os, sys
import numpy as np, torch
from synth import PHONES
from kaldi_io import W

# phone ids: 1 = SIL, then 4 word-position variants (B,E,I,S) of each other phone
POS = ["B", "E", "I", "S"]


def phone_table():
    t = [("SIL", 0, "nonword")]
    for i, p in enumerate(PHONES):
        if i:
            for k, n in zip(POS, ("begin", "end", "internal", "singleton")):
                t.append((p + "_" + k, i, n))
    t.append(("GBG_S", len(PHONES), "singleton"))  # garbage phone of the word [unk]
    return t  # index+1 = phone id


PT = phone_table()
PID = {n: i + 1 for i, (n, _, _) in enumerate(PT)}


def tid(phone_id, loop):
    """transition-id: two per phone; 2*id-1 = self-loop, 2*id = forward (the first frame of the phone)"""
    return 2 * phone_id - 1 if loop else 2 * phone_id


def write_model(ck, path, binary=True, compress=0, prior_scale=1.0, garbage=1.0):
    w = W(path, binary, compress)
    nph = len(PT)
    w.tok("<TransitionModel>", "<Topology>")
    if binary:  # binary topology: vector of phones, phone2idx, entries
        w.f.write(struct_vec(list(range(1, nph + 1))))
        w.f.write(struct_vec([-1] + [0] * nph))
        # -1 marks the "extended" (forward + self-loop pdf class) format
        w.int(-1)
        w.int(1)
        w.int(2)
        w.int(0, 1)
        w.int(2)
        w.int(0)
        w.float(0.5)
        w.int(1)
        w.float(0.5)
        w.int(-1, -1)
        w.int(0)
        w.tok("</Topology>")
    else:
        w.raw(
            "\n<TopologyEntry>\n<ForPhones>\n" + " ".join(map(str, range(1, nph + 1))) + "\n</ForPhones>\n"
            "<State> 0 <ForwardPdfClass> 0 <SelfLoopPdfClass> 1 <Transition> 0 0.5 <Transition> 1 0.5 </State>\n<State> 1 </State>\n</TopologyEntry>\n</Topology>\n"
        )
    w.tok("<Tuples>")
    w.int(nph)
    for i, (_, p, _) in enumerate(PT):
        w.int(i + 1, 0, 2 * p, 2 * p + 1)
    w.tok("</Tuples>", "<LogProbs>")
    w.vec([0.0] + [np.log(0.5)] * (2 * nph))
    w.tok("</LogProbs>", "</TransitionModel>")
    # ---- nnet
    m = {k: v.double().numpy() for k, v in ck["model"].items() if v.dtype.is_floating_point}
    cfg = ck["cfg"]
    comps = []
    conf = ["input-node name=input dim=40"]

    def node(name, inp, kind, *args):
        comps.append((name, kind, args))
        conf.append(f"component-node name={name} component={name} input={inp}")

    def bn(name, key):
        s = 1 / np.sqrt(m[key + ".running_var"] + 1e-5)
        node(name + ".scale", name + ".relu", "scale", s)
        node(name + ".bias", name + ".scale", "bias", -m[key + ".running_mean"] * s)

    Wi, b = m["inp.weight"], m["inp.bias"]
    mean, std = np.tile(m["mean"], 5), np.tile(m["std"], 5)
    node(
        "l0.affine",
        "Append(Offset(input,-2), Offset(input,-1), input, Offset(input,1), Offset(input,2))",
        "affine",
        Wi / std,
        b - (Wi / std) @ mean,
    )
    node("l0.relu", "l0.affine", "relu", cfg["d"])
    bn("l0", "bn0")
    prev = "l0.bias"
    for i, s in enumerate(cfg["strides"]):
        n, k = f"l{i + 1}", f"layers.{i}."
        node(
            n + ".linear",
            f"Append(Offset({prev},{-3 * s}), {prev})",
            "affine",
            m[k + "lin.weight"],
            np.zeros(cfg["b"]),
        )
        node(
            n + ".affine",
            f"Append({n}.linear, Offset({n}.linear,{3 * s}))",
            "affine",
            m[k + "aff.weight"],
            m[k + "aff.bias"],
        )
        node(n + ".relu", n + ".affine", "relu", cfg["d"])
        bn(n, k + "bn")
        # the sum needs a name of its own: an identity component
        node(n + ".sum", f"Sum(Scale(0.66, {prev}), {n}.bias)", "scale", np.ones(cfg["d"]))
        prev = n + ".sum"
    node("pre.affine", prev, "affine", m["pre.weight"], m["pre.bias"])
    node("pre.relu", "pre.affine", "relu", 192)
    bn("pre", "bn1")
    node("output.affine", "pre.bias", "affine", m["out.weight"], m["out.bias"])
    node("output.log-softmax", "output.affine", "logsoftmax", cfg["nout"])
    # garbage score: max over the speech phones of the (prior-divided) log-likelihood, minus `garbage` nats per frame
    pr = np.asarray(ck["prior"]) ** prior_scale
    pr = pr / pr.sum()
    node("gbg.likes", "output.log-softmax", "affine", np.eye(cfg["nout"])[2:], -np.log(pr[2:]))
    node("gbg.max", "gbg.likes", "maxpool", cfg["nout"] - 2)
    node("gbg.out", "gbg.max", "affine", np.ones((2, 1)), [-garbage, -garbage])
    conf.append("output-node name=output input=Append(output.log-softmax, gbg.out) objective=linear")
    w.tok("<Nnet3>")
    w.raw("\n" + "\n".join(conf) + "\n\n")
    w.tok("<NumComponents>")
    w.int(len(comps))
    for name, kind, a in comps:
        w.tok("<ComponentName>", name)
        if kind == "affine":
            w.tok("<FixedAffineComponent>", "<LinearParams>")
            w.mat(a[0])
            w.tok("<BiasParams>")
            w.vec(a[1])
            w.tok("</FixedAffineComponent>")
        elif kind == "scale":
            w.tok("<FixedScaleComponent>", "<Scales>")
            w.vec(a[0])
            w.tok("</FixedScaleComponent>")
        elif kind == "bias":
            w.tok("<FixedBiasComponent>", "<Bias>")
            w.vec(a[0])
            w.tok("</FixedBiasComponent>")
        elif kind == "maxpool":
            w.tok("<MaxpoolingComponent>")
            for t, v in zip(
                "InputXDim InputYDim InputZDim PoolXSize PoolYSize PoolZSize PoolXStep PoolYStep PoolZStep".split(),
                (a[0], 1, 1, a[0], 1, 1, 1, 1, 1),
            ):
                w.tok(f"<{t}>")
                w.int(v)
            w.tok("</MaxpoolingComponent>")
        else:
            t = {"relu": "RectifiedLinearComponent", "logsoftmax": "LogSoftmaxComponent"}[kind]
            w.tok(f"<{t}>", "<Dim>")
            w.int(a[0])
            w.tok("<ValueAvg>")
            w.vec([])
            w.tok("<DerivAvg>")
            w.vec([])
            w.tok("<Count>")
            w.float(0.0)
            w.tok(f"</{t}>")
        if not binary:
            w.raw("\n")
    w.tok("</Nnet3>")
    c = 3 * sum(cfg["strides"]) + 2
    w.tok("<LeftContext>")
    w.int(c)
    w.tok("<RightContext>")
    w.int(c)
    w.tok("<Priors>")
    w.vec(list(pr) + [1.0, 1.0])
    w.close()


def struct_vec(v):  # Kaldi WriteIntegerVector (binary)
    import struct

    return struct.pack("<bi", 4, len(v)) + struct.pack("<%di" % len(v), *v)


def write_confs(dst):
    """conf/model.conf for dictation, conf/commands.conf for phrase graphs; Vosk's own endpointer must never cut."""
    os.makedirs(dst + "/conf", exist_ok=True)
    open(dst + "/conf/mfcc.conf", "w").write(
        "--sample-frequency=16000\n--use-energy=false\n--num-mel-bins=40\n--num-ceps=40\n--low-freq=20\n--high-freq=7600\n--dither=1.0\n"
    )
    rules = (
        "".join(f"--endpoint.rule{n}.min-trailing-silence=100000\n" for n in range(1, 5))
        + "--endpoint.rule5.min-utterance-length=100000\n"
    )
    open(dst + "/conf/model.conf", "w").write(
        "--min-active=200\n--max-active=7000\n--beam=13\n--lattice-beam=6.0\n--acoustic-scale=1.0\n"
        "--frame-subsampling-factor=3\n--endpoint.silence-phones=1\n" + rules
    )
    open(dst + "/conf/commands.conf", "w").write(
        "--max-active=3000\n--beam=9\n--lattice-beam=4.0\n--acoustic-scale=0.2\n"
    )


if __name__ == "__main__":
    ck = torch.load(sys.argv[1], weights_only=False)
    dst = sys.argv[2]
    mode = sys.argv[3] if len(sys.argv) > 3 else "binary"
    os.makedirs(dst + "/am", exist_ok=True)
    write_model(
        ck,
        dst + "/am/final.mdl",
        mode != "text",
        {"c16": 2, "c8": 1}.get(mode, 0),
        *map(float, sys.argv[4:6]),
    )
    if not os.path.exists(dst + "/conf/model.conf"):
        write_confs(dst)
    print(os.path.getsize(dst + "/am/final.mdl"))
