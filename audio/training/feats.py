"""Kaldi-compatible MFCC (40 hires) with VTLP warp, and waveform augmentation."""

import numpy as np

SR = 16000
NMEL = 40


def _mel(f):
    return 1127.0 * np.log(1.0 + f / 700.0)


def _mat(warp):
    lo, hi, n = 20.0, 7600.0, 512
    m = np.linspace(_mel(lo), _mel(hi), NMEL + 2)
    hz = 700.0 * (np.exp(m / 1127.0) - 1.0)
    if warp != 1.0:  # piecewise-linear frequency warp, ends fixed
        k = 5200.0
        hz = np.where(hz < k / max(warp, 1.0), hz * warp, 0) + np.where(
            hz >= k / max(warp, 1.0),
            k / max(warp, 1.0) * warp
            + (hz - k / max(warp, 1.0)) * (hi - k / max(warp, 1.0) * warp) / (hi - k / max(warp, 1.0)),
            0,
        )
    m = _mel(hz)
    fm = _mel(np.arange(n // 2 + 1) * SR / n)[:, None]
    up = (fm - m[None, :-2]) / (m[1:-1] - m[:-2])
    dn = (m[None, 2:] - fm) / (m[2:] - m[1:-1])
    w = np.maximum(0, np.minimum(up, dn))
    w[-1] = 0  # kaldi leaves out the Nyquist bin
    return w.astype(np.float32)


_MATS = {}
_WIN = ((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)) ** 0.85).astype(np.float32)
_k = np.arange(NMEL)
_DCT = np.sqrt(2.0 / NMEL) * np.cos(np.pi / NMEL * np.outer(_k, _k + 0.5))
_DCT[0] = np.sqrt(1.0 / NMEL)
_LIFT = 1.0 + 0.5 * 22.0 * np.sin(np.pi * _k / 22.0)
_DL = (_DCT * _LIFT[:, None]).T.astype(np.float32)


def mfcc(x, warp=1.0):
    """x: float32 in int16 range, 16 kHz -> [T,40] float32"""
    T = 1 + (len(x) - 400) // 160
    f = np.lib.stride_tricks.as_strided(x, (T, 400), (x.strides[0] * 160, x.strides[0]))
    f = f - f.mean(1, keepdims=True)
    g = np.empty_like(f)
    g[:, 1:] = f[:, 1:] - 0.97 * f[:, :-1]
    g[:, 0] = f[:, 0] * 0.03
    g *= _WIN
    s = np.fft.rfft(g, 512)
    p = (s.real**2 + s.imag**2).astype(np.float32)
    w = round(float(warp), 2)
    if w not in _MATS:
        _MATS[w] = _mat(w)
    return np.log(np.maximum(p @ _MATS[w], 1.1920929e-07)) @ _DL


class Augment:
    def __init__(self, seed):
        self.r = np.random.default_rng(seed)
        self.pool = []  # earlier dry utterances, for babble

    def colour(self, n):
        r = self.r
        N = 1 << int(np.ceil(np.log2(n)))
        fr = np.arange(N // 2 + 1) * SR / N
        nodes = np.array([0, 100, 250, 500, 1000, 2000, 4000, 8001.0])
        db = -r.uniform(-1, 9) * np.log2(np.maximum(fr, 40) / 1000) * 0.5 + np.interp(
            fr, nodes, r.normal(0, 5, 8)
        )
        z = (r.standard_normal(N // 2 + 1) + 1j * r.standard_normal(N // 2 + 1)) * 10 ** (db / 20)
        x = np.fft.irfft(z).astype(np.float32)[:n]
        if r.random() < 0.3:  # slow level changes
            x *= np.interp(np.arange(n), np.linspace(0, n, 8), r.uniform(0.2, 1, 8)).astype(np.float32)
        return x

    def music(self, n):
        r = self.r
        t = np.arange(n) / SR
        x = np.zeros(n)
        pos = 0
        while pos < n:
            d = int(SR * r.uniform(0.1, 1.2))
            e = min(n, pos + d)
            for _ in range(r.integers(1, 5)):
                f = 55 * 2 ** (r.integers(0, 60) / 12)
                for h in range(1, 1 + r.integers(1, 7)):
                    if f * h < 7500:
                        x[pos:e] += (
                            np.sin(2 * np.pi * f * h * t[pos:e] + r.uniform(0, 6))
                            / h ** r.uniform(0.5, 2)
                            * np.exp(-(t[pos:e] - t[pos]) * r.uniform(0, 6))
                        )
            pos = e
        return x.astype(np.float32)

    def babble(self, n):
        x = np.zeros(n, np.float32)
        for _ in range(self.r.integers(3, 9)):
            y = self.pool[self.r.integers(len(self.pool))]
            y = np.roll(np.resize(y, n), self.r.integers(n))
            x += y / (np.sqrt((y**2).mean()) + 1e-6) * self.r.uniform(0.3, 1)
        return x

    def clicks(self, n):
        x = np.zeros(n, np.float32)
        for _ in range(self.r.integers(1, 6)):
            k = self.r.integers(n)
            d = self.r.integers(40, 2500)
            y = self.r.standard_normal(d) * np.exp(-np.arange(d) / d * 6)
            e = min(n, k + d)
            x[k:e] += y[: e - k]
        return x

    def noise(self, n):
        u = self.r.random()
        if u < 0.62 or len(self.pool) < 20:
            return self.colour(n)
        if u < 0.80:
            return self.babble(n) + 0.05 * self.colour(n)
        if u < 0.92:
            return self.music(n)
        return self.clicks(n) + 0.02 * self.colour(n)

    def __call__(self, x, speech=True):
        """x: float32 wave at 16 kHz -> int16-range float32 of the same length (delay-free)"""
        r = self.r
        n = len(x)
        if speech:
            x = x / (np.sqrt((x**2).mean()) + 1e-6)
            if len(self.pool) < 300:
                self.pool.append(x.astype(np.float32))
            else:
                self.pool[r.integers(300)] = x.astype(np.float32)
        N = 1 << int(np.ceil(np.log2(n + 8000)))
        fr = np.arange(N // 2 + 1) * SR / N
        X = np.fft.rfft(x, N)
        if r.random() < 0.65:  # room: exponentially decaying coloured noise after the direct sound
            rt = r.uniform(0.08, 0.7)
            L = int(SR * min(rt, 0.5))
            h = r.standard_normal(L) * 10 ** (-3 * np.arange(L) / SR / rt)
            h[: int(SR * r.uniform(0.001, 0.012))] = 0
            h *= 10 ** (-r.uniform(0, 20) / 20) / np.sqrt((h**2).sum() + 1e-9)
            h[0] = 1
            X *= np.fft.rfft(h, N)
        if r.random() < 0.85:  # microphone / spectral tilt: smooth random gain curve
            nodes = np.array([0, 120, 300, 600, 1100, 1800, 2700, 4000, 5600, 8001.0])
            db = np.interp(fr, nodes, r.normal(0, r.uniform(1, 6), 10)) + r.uniform(-4, 4) * np.log2(
                np.maximum(fr, 100) / 1000
            )
            X *= 10 ** (db / 20)
        if r.random() < 0.25:  # band limits (telephone, bluetooth, cheap microphone)
            X *= 1 / np.sqrt(1 + (fr / r.uniform(3300, 7500)) ** (2 * r.integers(2, 12)))
        if r.random() < 0.35:
            X *= 1 / np.sqrt(1 + (r.uniform(60, 320) / np.maximum(fr, 1)) ** (2 * r.integers(1, 5)))
        y = np.fft.irfft(X, N)[:n].astype(np.float32)
        lev = np.sqrt((y**2).mean()) + 1e-9
        if r.random() < 0.12 and speech:  # overload
            c = np.abs(y).max() * r.uniform(0.15, 0.7)
            y = np.clip(y, -c, c)
        if r.random() < 0.85 or not speech:
            z = self.noise(n)
            snr = r.uniform(3, 38) if speech else r.uniform(-10, 20)
            y = y + z * (lev if speech else 1.0) / (np.sqrt((z**2).mean()) + 1e-9) * 10 ** (-snr / 20)
        y *= 10 ** (r.uniform(-42, -10) / 20) * 32768 / (np.sqrt((y**2).mean()) + 1e-9)
        return np.round(np.clip(y + r.uniform(-1, 1, n), -32768, 32767)).astype(np.float32)
