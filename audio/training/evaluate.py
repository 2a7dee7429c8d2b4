"""Evaluation.  evaluate.py prepare | vosk MODEL_DIR [--quick] [--alts=N,MARGIN] | pocketsphinx
Set a = held-out synthetic voices, clean and noisy (eval_commands.txt, eval_answers.txt)."""

import glob, json, os, random, re, sys, time, wave
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
W = os.environ.get("VOICE_MODEL_WORK", "work")
lines = lambda f: [l.strip() for l in open(os.path.join(HERE, f)) if l.strip()]
ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "0 0 twenty thirty forty fifty sixty seventy eighty ninety".split()


def num(n):
    n = int(n)
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + ("" if n % 10 == 0 else " " + ONES[n % 10])
    return ONES[n // 100] + " hundred" + ("" if n % 100 == 0 else " " + num(n % 100))


def norm(s):
    return re.sub(r"\d+", lambda m: num(m.group(0)), s.lower()).strip()


def wer(pairs):
    e = n = 0
    for r, h in pairs:
        r, h = r.split(), h.split()
        n += len(r)
        d = list(range(len(h) + 1))
        for i, x in enumerate(r, 1):
            p, d[0] = d[0], i
            for j, y in enumerate(h, 1):
                p, d[j] = d[j], min(d[j] + 1, d[j - 1] + 1, p + (x != y))
        e += d[-1]
    return 100.0 * e / max(n, 1)


def read(f):
    w = wave.open(f)
    assert w.getnchannels() == 1 and w.getsampwidth() == 2
    x = np.frombuffer(w.readframes(w.getnframes()), np.int16)
    if w.getframerate() != 16000:
        import soxr

        x = soxr.resample(x.astype(np.float32), w.getframerate(), 16000).astype(np.int16)
    return x


def prepare():
    import soxr
    from synth import Espeak, festival_batch, flite
    from feats import Augment

    es = Espeak()
    aug = Augment(4242)
    VO = [
        "F:ked_diphone",
        "F:kal_diphone",
        "en-us+Annie",
        "en-us+f4",
        "en-us+m7",
        "en-gb-x-gbcwmd+linda",
        "en-us-nyc+klatt3",
        "en-us+aunty",
    ]
    for name, f in (("cmd", "eval_commands.txt"), ("ans", "eval_answers.txt")):
        L = lines(f)
        out = f"{W}/heldsyn/{name}"
        os.makedirs(out, exist_ok=True)
        meta = []
        rng = random.Random(3)
        waves = {}
        for v in VO[:2]:
            b = [(f"{i}", t) for i, t in enumerate(L) if VO[i % len(VO)] == v]
            for n, (w, sr, _) in festival_batch(b, v[2:], f"{W}/festtmp").items():
                waves[int(n)] = (w, sr)
        for i, t in enumerate(L):
            v = VO[i % len(VO)]
            if i not in waves:
                w, sr, _ = es.say(t, v, rng.uniform(140, 190), 50)
                waves[i] = (w, sr)
            w, sr = waves[i]
            x = soxr.resample(w, sr, 16000)
            x = np.concatenate([np.zeros(4800), x, np.zeros(8000)]).astype(np.float32)
            y = x / np.abs(x).max() * 12000
            z = aug.colour(len(y))
            s = np.sqrt((y**2).mean())
            z *= s / np.sqrt((z**2).mean()) * 10 ** (-12 / 20)
            for k, d in (("clean", y + np.random.normal(0, 2, len(y))), ("noisy", y + z)):
                fn = f"{out}/{i:03d}_{k}.wav"
                with wave.open(fn, "wb") as o:
                    o.setnchannels(1)
                    o.setsampwidth(2)
                    o.setframerate(16000)
                    o.writeframes(np.clip(d, -32768, 32767).astype(np.int16).tobytes())
                meta.append((fn, t, v, k))
        json.dump(meta, open(f"{out}.json", "w"))
        print(name, len(meta), {m[2] for m in meta})


def snap(h, gram, limit=0.34):
    """nearest phrase by word edit distance (None when none is near or two are equally near)"""
    h = h.replace("[unk]", " ").strip()
    best = sorted((wer([(g, h)]), g) for g in gram)[:2] if h else []
    if best and best[0][0] <= 100 * limit and (len(best) < 2 or best[1][0] > best[0][0]):
        return best[0][1]
    return None


class Vosk:
    alts, margin = 0, 0.0
    phrases = frozenset()

    def __init__(self, path):
        from vosk import Model, KaldiRecognizer, SetLogLevel

        SetLogLevel(-1)
        self.R = KaldiRecognizer
        t = time.time()
        self.m = Model(path)
        self.load = time.time() - t
        self.audio = self.cpu = 0.0
        self.r = None

    def grammar(self, g):
        self.r = self.R(self.m, 16000, json.dumps(g + ["[unk]"])) if g else self.R(self.m, 16000)
        self.phrases = frozenset(g or [])
        self.n = self.alts if g and g != DIGITS else 0
        self.r.SetMaxAlternatives(self.n)

    def pick(self, j):
        if not self.n:
            return j["text"]
        a = [(x["text"].strip(), x["confidence"]) for x in j["alternatives"]]
        for t, c in a:
            if t in self.phrases and a[0][1] - c <= self.margin:
                return t
        return a[0][0]

    def __call__(self, f):
        x = np.concatenate([read(f), np.random.randint(-2, 3, 4800).astype(np.int16)])
        t = time.process_time()
        out = []
        b = x.tobytes()
        for i in range(0, len(b), 8000):
            if self.r.AcceptWaveform(b[i : i + 8000]):
                out.append(self.pick(json.loads(self.r.Result())))
        out.append(self.pick(json.loads(self.r.FinalResult())))
        self.cpu += time.process_time() - t
        self.audio += len(x) / 16000
        return " ".join(o for o in out if o)


class Sphinx:
    def __init__(self):
        import pocketsphinx as ps

        self.ps = ps
        t = time.time()
        wide = dict(beam=1e-100, pbeam=1e-100, wbeam=1e-80, maxhmmpf=-1) if "--wide" in sys.argv else {}
        self.d = ps.Decoder(samprate=16000, loglevel="FATAL", **wide)
        self.load = time.time() - t
        self.audio = self.cpu = 0.0
        self.k = 0
        from graph import EXTRA

        self.extra = {w: p[0].replace("AX", "AH") for w, p in EXTRA.items()}

    def grammar(self, g):
        if not g:
            self.d.activate_search("_default")
            return
        for w in {w for s in g for w in s.split()}:
            if self.d.lookup_word(w) is None:
                self.d.add_word(w, self.extra.get(w, "AH"), True)
                print("sphinx: added", w)
        self.k += 1
        n = f"g{self.k}"
        self.d.add_jsgf_string(
            n,
            "#JSGF V1.0;\ngrammar g;\npublic <c> = "
            + ("( " + " | ".join(g) + " )" if g != DIGITS else "( " + " | ".join(g) + " )+")
            + ";",
        )
        self.d.activate_search(n)

    def __call__(self, f):
        x = read(f)
        t = time.process_time()
        self.d.start_utt()
        self.d.process_raw(x.tobytes(), False, True)
        self.d.end_utt()
        h = self.d.hyp()
        self.cpu += time.process_time() - t
        self.audio += len(x) / 16000
        return h.hypstr if h else ""


DIGITS = "zero one two three four five six seven eight nine oh".split()


class Res(dict):
    def __setitem__(self, k, v):
        dict.__setitem__(self, k, v)
        print("%-45s %s" % (k, v), flush=True)


def run(rec, quick=False, verbose=True):
    res = Res()
    res["load_s"] = round(rec.load, 2)
    if not quick:
        cmds = lines("eval_commands.txt")
        m = [
            x
            for i, x in enumerate(json.load(open(W + "/heldsyn/cmd.json")))
            if x[3] == "clean" or i % 4 == 1 and "--clean" not in sys.argv
        ]
        rec.grammar(sorted(set(cmds)))
        by = {}
        for f, t, v, k in m:
            by.setdefault(k, []).append((v, t, rec(f)))
        for k, l in by.items():
            res[f"a commands {k} acc %"] = round(100 * np.mean([t == h for _, t, h in l]), 1)
        if verbose:
            for v in sorted({x[0] for x in by["clean"]}):
                print("   cmd", v, round(100 * np.mean([t == h for w, t, h in by["clean"] if w == v]), 1))
        m = [
            x
            for i, x in enumerate(json.load(open(W + "/heldsyn/ans.json")))
            if x[3] == "clean" or i % 4 == 1 and "--clean" not in sys.argv
        ]
        rec.grammar(
            sorted(set(cmds))
        )  # answers spoken while the command grammar is active must not become commands
        a = [rec(f) for f, t, v, k in m if k == "clean"][::2]
        res["a answers falsely accepted as command %"] = round(100 * np.mean([h in set(cmds) for h in a]), 1)
        rec.grammar(None)
        by = {}
        for f, t, v, k in m:
            by.setdefault(k, []).append((v, t, rec(f)))
        for k, l in by.items():
            res[f"a answers {k} open WER %"] = round(wer([(t, h) for _, t, h in l]), 1)
        if verbose:
            for v in sorted({x[0] for x in by["clean"]}):
                print("   ans", v, round(wer([(t, h) for w, t, h in by["clean"] if w == v]), 1))
    res["RTF (1 core, CPU s / audio s)"] = round(rec.cpu / rec.audio, 3)
    import resource

    res["peak RSS MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return res


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare()
    else:
        rec = Vosk(sys.argv[2]) if sys.argv[1] == "vosk" else Sphinx()
        for o in sys.argv:
            if o.startswith("--alts="):
                rec.alts, rec.margin = int(o[7:].split(",")[0]), float(o[7:].split(",")[1])
        r = run(rec, "--quick" in sys.argv)
