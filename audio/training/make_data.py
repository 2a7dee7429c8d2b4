"""Synthesise + augment + MFCC + frame labels -> shards.   usage: make_data.py OUTDIR FIRST_SHARD N_SHARDS [eval]

Label of an output frame (one per 3 feature frames) = 2*phone for the first frame of a phone, 2*phone+1 for the rest
(the two pdfs of Kaldi's "chain" topology); every phone gets at least one frame."""

import os, sys, random, time
import numpy as np, soxr
from synth import *
from feats import *
from text_gen import *

UTTS = 1000
os.environ["OMP_NUM_THREADS"] = "1"


def labels(seg, K):
    """seg [(phone, start_s, end_s)] -> K labels"""
    m = []
    for ph, s, e in seg:
        if ph == "SIL" and m and m[-1][0] == "SIL":
            continue
        m.append((ph, s))
    st = []
    for i, (ph, s) in enumerate(m):
        k = int(round((s * SR - 200) / 480.0))
        k = max(k, 0 if not st else st[-1] + 1)
        st.append(k)
    st[0] = 0
    # push back if the end overflows
    for i in range(len(st) - 1, -1, -1):
        st[i] = min(st[i], K - (len(st) - i))
    lab = np.zeros(K, np.uint8)
    for i, (ph, _) in enumerate(m):
        p = PHONES.index(ph.lstrip("~"))
        e = st[i + 1] if i + 1 < len(st) else K
        lab[st[i] : e] = 2 * p + 1
        lab[st[i]] = 2 * p
        if ph[0] == "~":
            lab[st[i] : e] = 255  # no label
    return lab


QUEUE = []


def burst(rng, n):
    """breath, click or thump for the silence around an utterance (label: SIL)"""
    x = np.zeros(n, np.float32)
    k = rng.choice("bbctt")
    r = np.random.default_rng(rng.randrange(10**9))
    d = min(
        n,
        int(
            SR * {"b": rng.uniform(0.06, 0.4), "c": rng.uniform(0.004, 0.04), "t": rng.uniform(0.03, 0.15)}[k]
        ),
    )
    if d < 60:
        return x
    if k == "b":
        y = np.convolve(r.standard_normal(d), r.normal(0, 1, rng.randint(1, 12)), "same") * np.hanning(d)
    elif k == "c":
        y = r.standard_normal(d) * np.exp(-np.arange(d) / d * 7)
    else:
        y = np.sin(2 * np.pi * rng.uniform(35, 200) * np.arange(d) / SR + 1) * np.exp(
            -np.arange(d) / d * 5
        ) + 0.1 * r.standard_normal(d) * np.exp(-np.arange(d) / d * 9)
    p = rng.randint(0, n - d)
    x[p : p + d] = y / (np.sqrt((y**2).mean()) + 1e-9) * 10 ** (rng.uniform(-28, 2) / 20)
    return x


def one(rng, es, words, held):
    u = rng.random()
    if not held and rng.random() < 0.26:  # festival: ked and the non-English voices, made in batches
        if not QUEUE:
            texts = [
                sentences(1, rng)[0] if rng.random() < 0.5 else salads(1, words, rng)[0] for _ in range(40)
            ]
            v = rng.choice(["ked"] * 3 + sorted(FOREIGN))
            od = f"/dev/shm/fest{os.getpid()}"
            if v == "ked":
                QUEUE.extend(
                    (x, "fe-ked")
                    for x in festival_batch(
                        [(str(i), t) for i, t in enumerate(texts)], "ked_diphone", od, rng.uniform(0.8, 1.3)
                    ).values()
                )
            else:
                QUEUE.extend((x, "fe-" + v) for x in foreign_batch(es, texts, v, rng, od))
            rng.shuffle(QUEUE)
        if QUEUE:
            return QUEUE.pop()
    if held:
        text = sentences(1, rng)[0] if u < 0.6 else salads(1, words, rng)[0]
        v = rng.choice(sorted(HELD_OUT_VARIANTS))
        a = rng.choice(["en-us", "en-us", "en-gb-x-gbcwmd", "en-us-nyc"])
        return es.say(text, f"{a}+{v}", rng.uniform(120, 210), rng.uniform(30, 70)), "es-held"
    text = sentences(1, rng)[0] if u < 0.5 else salads(1, words, rng)[0]
    if rng.random() < 0.5:
        a = rng.choices(list(ACCENTS), list(ACCENTS.values()))[0]
        v = rng.choice(VARIANTS) if rng.random() < 0.93 else None
        return es.say(
            text,
            a + ("+" + v if v else ""),
            rng.triangular(95, 290, 165),
            rng.triangular(0, 99, 50),
            rng.uniform(10, 90),
        ), "es"
    v = rng.choice(["slt", "rms", "awb", "slt", "rms"])
    return flite(text, v, rng.triangular(0.75, 1.5, 1.0), f"/dev/shm/fl{os.getpid()}.wav"), "fl-" + v


def main():
    out, first, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    held = len(sys.argv) > 4
    os.makedirs(out, exist_ok=True)
    d = dictionary()
    words = words_by_class(d)
    es = Espeak()
    for sh in range(first, first + n):
        rng = random.Random(sh * 7919 + (5 if held else 0))
        aug = Augment(sh + (10**6 if held else 0))
        F, L, N, t0, src = [], [], [], time.time(), []
        for i in range(UTTS if not held else 300):
            if not held and rng.random() < 0.025:  # no speech at all: noise, music, clicks, digital silence
                w = np.zeros(int(SR * rng.uniform(1, 4)), np.float32)
                seg = [("SIL", 0, 1)]
                y = (
                    aug(w, speech=False)
                    if rng.random() < 0.9
                    else np.random.randint(-2, 3, len(w)).astype(np.float32)
                )
                v = "noise"
            else:
                (w, sr, seg), v = one(rng, es, words, held)
                if len(w) < 2000:
                    continue
                sp = (
                    rng.uniform(0.92, 1.1)
                    if v == "es"
                    else rng.uniform(0.88, 1.15)
                    if v.startswith("fe")
                    else (1.0 if held else rng.triangular(0.82, 1.25, 1.0))
                )
                w = soxr.resample(w, sr * sp, SR).astype(np.float32)
                pad = rng.uniform(0, 0.5)
                seg = [("SIL", 0, pad)] + [(p, s / sp + pad, e / sp + pad) for p, s, e in seg]
                lead, tail = (
                    np.zeros(int(pad * SR), np.float32),
                    np.zeros(int(rng.uniform(0, 0.5) * SR), np.float32),
                )
                if not held:
                    w = w / (np.sqrt((w**2).mean()) + 1e-6)
                    if rng.random() < 0.45:
                        lead = burst(rng, len(lead))
                    if rng.random() < 0.35:
                        tail = burst(rng, len(tail))
                w = np.concatenate([lead, w, tail])
                seg.append(("SIL", seg[-1][2], 99))
                y = aug(w)
            f = mfcc(y, 1.0 if held else rng.triangular(0.82, 1.2, 1.0))
            K = len(f) // 3
            if K < len({id(s) for s in seg}) + 2 and v != "noise":
                continue
            F.append(f[: 3 * K].astype(np.float16))
            L.append(labels(seg, K))
            N.append(K)
            src.append(v)
        np.savez(
            f"{out}/{'held' if held else 'tr'}{sh:03d}.npz",
            feats=np.concatenate(F),
            lab=np.concatenate(L),
            n=np.array(N),
            src=np.array(src),
        )
        print(
            sh,
            len(N),
            "utts %.2f h in %.0f s" % (sum(N) * 0.03 / 3600, time.time() - t0),
            es.unknown,
            flush=True,
        )


main()
