"""Train the TDNN-F (PyTorch, CPU).   usage: train.py DATA_DIR OUT.pt MINUTES [--init X.pt] [--lr 1e-3] [--lr-end 5e-5] [--size 448x128]

Layer sizes are kept in the checkpoint; export.py turns it into a Kaldi nnet3 model.
Input: 40 MFCC at 10 ms; output: log-posteriors of 82 pdfs every 30 ms.
"""

import argparse, glob, math, os, time
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from feats import _DL

STRIDES = [1, 1, 1, 2, 2, 2, 2]
NOUT = 82


class TdnnF(nn.Module):
    def __init__(self, d, b, s):
        super().__init__()
        self.s = s
        self.lin = nn.Linear(2 * d, b, bias=False)
        self.aff = nn.Linear(2 * b, d)
        self.bn = nn.BatchNorm1d(d, affine=False, momentum=0.02)

    def forward(self, x):  # [B,T,d] -> [B,T-2s,d]
        s = self.s
        y = self.lin(torch.cat([x[:, :-s], x[:, s:]], 2))  # at times t-s.. : inputs (t-s, t)
        y = self.aff(torch.cat([y[:, :-s], y[:, s:]], 2))  # inputs (t, t+s)
        y = torch.relu(y)
        y = self.bn(y.reshape(-1, y.shape[2])).view_as(y)
        return y + 0.66 * x[:, s:-s]


class Net(nn.Module):
    def __init__(self, d=448, b=128, nout=NOUT, strides=STRIDES):
        super().__init__()
        self.register_buffer("mean", torch.zeros(40))
        self.register_buffer("std", torch.ones(40))
        self.inp = nn.Linear(200, d)
        self.bn0 = nn.BatchNorm1d(d, affine=False, momentum=0.02)
        self.layers = nn.ModuleList([TdnnF(d, b, s) for s in strides])
        self.pre = nn.Linear(d, 192)
        self.bn1 = nn.BatchNorm1d(192, affine=False, momentum=0.02)
        self.out = nn.Linear(192, nout)
        self.cfg = dict(d=d, b=b, nout=nout, strides=strides)
        self.ctx = sum(strides)  # output frames of context on each side

    def forward(self, x):
        """x [B, 3*(K+2*ctx)+2.., 40]: 5-frame windows start every 3 frames (window centre = frame 3k)"""
        x = (x - self.mean) / self.std
        w = x.unfold(1, 5, 3).transpose(2, 3).reshape(x.shape[0], -1, 200)  # frame-major: f-2,f-1,f,f+1,f+2
        y = torch.relu(self.inp(w))
        y = self.bn0(y.reshape(-1, y.shape[2])).view_as(y)
        for l in self.layers:
            y = l(y)
        y = torch.relu(self.pre(y))
        y = self.bn1(y.reshape(-1, y.shape[2])).view_as(y)
        return self.out(y)


def padded(f, ctx):
    """feature matrix [3K,40] -> with edge frames repeated, as Kaldi does at the ends of an utterance"""
    a = 3 * ctx + 2
    return np.concatenate([np.repeat(f[:1], a, 0), f, np.repeat(f[-1:], a, 0)])


class Data:
    def __init__(self, files, ctx, K=150):
        self.K, self.ctx = K, ctx
        self.F = [np.load(f) for f in files]
        self.feat = np.concatenate([z["feats"] for z in self.F])
        self.lab = np.concatenate([z["lab"] for z in self.F])
        n = np.concatenate([z["n"] for z in self.F])
        self.start = np.concatenate([[0], np.cumsum(n)])
        self.F = None
        self.nf = len(self.lab)

    def batches(self, B, rng):
        """random chunks of the concatenated stream (utterances have silence at both ends)"""
        K, c = self.K, self.ctx
        off = rng.integers(0, K)
        pos = np.arange(off + c + 1, self.nf - K - c - 1, K)
        rng.shuffle(pos)
        for i in range(0, len(pos) - B + 1, B):
            p = pos[i : i + B]
            x = np.stack([self.feat[3 * (k - c) - 2 : 3 * (k + K + c)] for k in p]).astype(np.float32)
            y = np.stack([self.lab[k : k + K] for k in p]).astype(np.int64)
            yield torch.from_numpy(x), torch.from_numpy(y)


_INV = torch.from_numpy(np.linalg.inv(_DL.astype(np.float64)).astype(np.float32))
_FWD = torch.from_numpy(_DL)


def spec_augment(x, rng, mean):
    B, T, _ = x.shape
    sd = torch.tensor([9.0] + [5.0 / (1 + 0.35 * k) for k in range(1, 14)] + [0.0] * 26)
    x = x + torch.randn(B, 1, 40) * sd * torch.rand(B, 1, 1)
    if rng.random() < 0.6:
        m = (x - mean) @ _INV  # back to log-mel, relative to the global mean
        for b in range(B):
            for _ in range(rng.integers(0, 3)):
                w = rng.integers(1, 7)
                k = rng.integers(0, 40 - w)
                m[b, :, k : k + w] = 0
            for _ in range(rng.integers(0, 4)):
                w = rng.integers(3, 18)
                k = rng.integers(0, T - w)
                m[b, k : k + w] = 0
        x = m @ _FWD + mean
    return x


@torch.no_grad()
def evaluate(net, f):
    z = np.load(f)
    net.eval()
    s = 0
    ok = tot = okp = sp = 0
    loss = 0
    by = {}
    for n, src in zip(z["n"], z["src"]):
        x = padded(z["feats"][3 * s : 3 * (s + n)].astype(np.float32), net.ctx)
        y = torch.from_numpy(z["lab"][s : s + n].astype(np.int64))
        s += n
        o = net(torch.from_numpy(x)[None])[0][:n]
        loss += F.cross_entropy(o, y, reduction="sum").item()
        p = o.argmax(1) // 2
        t = y // 2
        m = t > 0
        ok += (p == t).sum().item()
        tot += n
        okp += (p == t)[m].sum().item()
        sp += m.sum().item()
    net.train()
    return loss / tot, ok / tot, okp / sp


def main():
    a = argparse.ArgumentParser()
    a.add_argument("data")
    a.add_argument("out")
    a.add_argument("minutes", type=float)
    a.add_argument("--init")
    a.add_argument("--lr", type=float, default=1.5e-3)
    a.add_argument("--lr-end", type=float, default=1e-4)
    a.add_argument("--size", default="448x128")
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--held")
    a.add_argument("--batch", type=int, default=32)
    a = a.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    rng = np.random.default_rng(int(time.time()))
    d, b = map(int, a.size.split("x"))
    if a.init:
        c = torch.load(a.init, weights_only=False)
        net = Net(**c["cfg"])
        net.load_state_dict(c["model"])
    else:
        net = Net(d, b)
    t0 = time.time()
    files = []
    data = None
    step = ep = 0
    ema = None
    nxt = 120
    opt = torch.optim.AdamW(net.parameters(), lr=a.lr, weight_decay=1e-3)
    print("parameters", sum(p.numel() for p in net.parameters()), flush=True)
    run = [0, 0, 0]
    done = False
    while not done:
        fs = sorted(f for d in a.data.split(",") for f in glob.glob(d + "/tr*.npz"))
        fs = [f for f in fs if time.time() - os.path.getmtime(f) > 5]
        if fs != files:
            files = fs
            data = Data(files, net.ctx)
            if not a.init and ep == 0:
                x = data.feat[::37].astype(np.float32)
                net.mean.copy_(torch.from_numpy(x.mean(0)))
                net.std.copy_(torch.from_numpy(x.std(0)))
            prior = np.bincount(data.lab[data.lab < NOUT], minlength=NOUT) + 1.0
            prior /= prior.sum()
        print("epoch", ep, "shards", len(files), "%.1f h" % (data.nf * 0.03 / 3600), flush=True)
        for x, y in data.batches(a.batch, rng):
            el = (time.time() - t0) / 60 / a.minutes
            if el > 1:
                done = True
                break
            lr = a.lr_end + (a.lr - a.lr_end) * 0.5 * (1 + math.cos(math.pi * el))
            lr *= min(1, (step + 1) / 100)
            for g in opt.param_groups:
                g["lr"] = lr
            x = spec_augment(x, rng, net.mean)
            o = net(x)
            loss = F.cross_entropy(o.reshape(-1, NOUT), y.reshape(-1), label_smoothing=0.03, ignore_index=255)
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            opt.step()
            step += 1
            if step % 25 == 0 and step <= 100:
                print("step", step, "%.1f s" % (time.time() - t0), flush=True)
            with torch.no_grad():
                run[0] += loss.item()
                run[1] += (o.argmax(2) // 2 == y // 2).float().mean().item()
                run[2] += 1
                dk = min(0.998, step / (step + 50))
                if ema is None:
                    ema = {k: v.clone() for k, v in net.state_dict().items()}
                else:
                    for k, v in net.state_dict().items():
                        if v.dtype.is_floating_point:
                            ema[k].lerp_(v, 1 - dk)
            if time.time() - t0 > nxt:
                nxt += 120
                m = Net(**net.cfg)
                m.load_state_dict(ema)
                print(
                    "%.1f min step %d lr %.1e train loss %.3f acc %.3f"
                    % ((time.time() - t0) / 60, step, lr, run[0] / run[2], run[1] / run[2]),
                    "held-out loss %.3f acc %.3f speech %.3f" % evaluate(m, a.held) if a.held else "",
                    flush=True,
                )
                run = [0, 0, 0]
                torch.save(dict(cfg=net.cfg, model=ema, prior=prior), a.out + ".tmp")
                os.replace(a.out + ".tmp", a.out)
        ep += 1
    m = Net(**net.cfg)
    m.load_state_dict(ema)
    torch.save(dict(cfg=net.cfg, model=ema, prior=prior), a.out)
    if a.held:
        print("final", evaluate(m, a.held), flush=True)


if __name__ == "__main__":
    main()
