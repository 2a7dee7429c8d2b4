"""Speech synthesis with phone alignments: espeak-ng (C API), flite and festival (commands).

Every synthesiser function returns (float32 waveform, sample rate, [(phone, start_s, end_s), ...])
with phones of one set: 39 ARPAbet phones (no stress) + AX (schwa) + SIL.
"""

import ctypes as C, os, re, subprocess, tempfile
import numpy as np

PHONES = ["SIL"] + (
    "AA AE AH AX AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
).split()

# ---------------------------------------------------------------- espeak-ng
# espeak phoneme mnemonic -> phones, several phones share the duration in the given proportions
ES = {
    "I": "IH",
    "I2": "IH",
    "I#": "IH",
    "i": "IY",
    "i:": "IY",
    "E": "EH",
    "E2": "EH",
    "a": "AE",
    "aa": "AE",
    "a#": "AX",
    "a2": "AX",
    "@": "AX",
    "@2": "AX",
    "@-": "AX",
    "@5": "AX",
    "@L": "AX L",
    "3": "ER",
    "3:": "ER",
    "0": "AA",
    "02": "AA",
    "0#": "AX",
    "O2": "AO",
    "O:": "AO",
    "O": "AO",
    "O@": "AO R",
    "o@": "AO R",
    "A:": "AA",
    "A@": "AA R",
    "A#": "AA",
    "V": "AH",
    "VR": "ER",
    "IR": "ER",
    "ER": "ER",
    "U": "UH",
    "U2": "UH",
    "u:": "UW",
    "u": "UW",
    "U@": "UH R",
    "i@": "IY AX",
    "i@3": "IH R",
    "e@": "EH R",
    "aI@": "AY AX",
    "aI3": "AY ER",
    "aI": "AY",
    "aI2": "AY",
    "eI": "EY",
    "e:": "EY",
    "e": "EY",
    "oU": "OW",
    "o:": "OW",
    "o": "OW",
    "oU#": "OW",
    "aU": "AW",
    "aU@": "AW ER",
    "OI": "OY",
    "r": "R",
    "r-": "R",
    "r/": "R",
    "w": "W",
    "w#": "W",
    "l": "L",
    "l/": "L",
    "L": "L",
    "l-": "L",
    "j": "Y",
    "t#": "T",
    "t2": "T",
    "t[": "TH",
    "d[": "DH",
    "n-": "N",
    "m-": "M",
    "?": "T",
    "h": "HH",
    "x": "K",
    "tS": "CH",
    "dZ": "JH",
    "N": "NG",
    "T": "TH",
    "D": "DH",
    "S": "SH",
    "Z": "ZH",
    "_": "SIL",
    "_:": "SIL",
    "_!": "SIL",
    "_|": "SIL",
    "_::": "SIL",
    "Q": "AA",
}
for c in "bdfgkmnpstvz":
    ES[c] = c.upper()


class _Id(C.Union):
    _fields_ = [("number", C.c_int), ("name", C.c_char_p), ("string", C.c_char * 8)]


class _Ev(C.Structure):
    _fields_ = [
        ("type", C.c_int),
        ("uid", C.c_uint),
        ("text_position", C.c_int),
        ("length", C.c_int),
        ("audio_position", C.c_int),
        ("sample", C.c_int),
        ("user_data", C.c_void_p),
        ("id", _Id),
    ]


class Espeak:
    """espeak-ng in-process; phoneme events give the exact sample where each phoneme starts"""

    def __init__(self):
        self.lib = C.CDLL("libespeak-ng.so.1")
        self.buf, self.ev, self.unknown = [], [], {}
        self.sr = self.lib.espeak_Initialize(2, 0, None, 1)  # synchronous, phoneme events
        CB = C.CFUNCTYPE(C.c_int, C.POINTER(C.c_short), C.c_int, C.POINTER(_Ev))

        def cb(w, n, e):
            if w and n > 0:
                self.buf.append(C.string_at(w, n * 2))
            i = 0
            while e[i].type != 0:
                if e[i].type == 7:
                    self.ev.append((e[i].sample, e[i].id.string.decode("utf8", "replace")))
                i += 1
            return 0

        self._cb = CB(cb)
        self.lib.espeak_SetSynthCallback(self._cb)

    def say(self, text, voice, rate=175, pitch=50, prange=50):
        L = self.lib
        if L.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(voice)
        L.espeak_SetParameter(1, int(rate), 0)
        L.espeak_SetParameter(3, int(pitch), 0)
        L.espeak_SetParameter(4, int(prange), 0)
        self.buf.clear()
        self.ev.clear()
        t = text.encode()
        L.espeak_Synth(t, len(t) + 1, 0, 0, 0, 1, None, None)
        w = np.frombuffer(b"".join(self.buf), np.int16).astype(np.float32) / 32768
        seg = []
        ev = self.ev + [(len(w), None)]
        gb = voice.startswith(("en-gb-x-rp", "en+", "gmw/en+")) or voice == "en"
        if ev[0][0] > 0:
            seg.append(("SIL", 0.0, ev[0][0] / self.sr))
        for (s, p), (e, _) in zip(ev, ev[1:]):
            if e <= s or p == ";":  # ';' = palatalisation mark, belongs to the phone before it
                if seg and e > s:
                    seg[-1] = (seg[-1][0], seg[-1][1], e / self.sr)
                continue
            m = ES.get(p)
            if gb and p == "aa":
                m = "AA"
            if m is None:
                self.unknown[p] = self.unknown.get(p, 0) + 1
                m = "AX"
            m = m.split()
            cut = [s, e] if len(m) == 1 else [s, s + (e - s) * 0.6, e]
            for k, ph in enumerate(m):
                seg.append((ph, cut[k] / self.sr, cut[k + 1] / self.sr))
        return w, self.sr, seg


# ---------------------------------------------------------------- flite / festival
FL = {
    "pau": ["SIL"],
    "h#": ["SIL"],
    "brth": ["SIL"],
    "#": ["SIL"],
    "axr": ["ER"],
    "dx": ["T"],
    "nx": ["N"],
    "hv": ["HH"],
    "el": ["AX", "L"],
    "en": ["AX", "N"],
    "em": ["AX", "M"],
    "ix": ["IH"],
}


def _seg(pairs, total):
    seg, t = [], 0.0
    for ph, e in pairs:
        e = min(e, total)
        m = FL.get(ph, [ph.upper()])
        for k in range(len(m)):
            seg.append(
                (m[k] if m[k] in PHONES else "AX", t + (e - t) * k / len(m), t + (e - t) * (k + 1) / len(m))
            )
        t = e
    if total > t:
        seg.append(("SIL", t, total))
    return seg


def _readwav(f):
    b = open(f, "rb").read()
    sr = int.from_bytes(b[24:28], "little")
    k = b.find(b"data")
    w = np.frombuffer(b[k + 8 : len(b) - (len(b) - k) % 2], np.int16)
    return w.astype(np.float32) / 32768, sr


def flite(text, voice, stretch=1.0, tmp=None):
    tmp = tmp or tempfile.mktemp(suffix=".wav")
    o = subprocess.run(
        [
            "flite",
            "-voice",
            voice,
            "--setf",
            "duration_stretch=%.3f" % stretch,
            "-psdur",
            "-t",
            text,
            "-o",
            tmp,
        ],
        capture_output=True,
        text=True,
    ).stdout
    w, sr = _readwav(tmp)
    os.unlink(tmp)
    pairs = [(a, float(b)) for a, b in (x.rsplit(":", 1) for x in o.split())]
    return w, sr, _seg(pairs, len(w) / sr)


def festival_batch(items, voice, outdir, stretch=1.0, phones=False):
    """items: [(name, text)] -> writes outdir/name.wav and returns {name: (w, sr, seg)}; one festival process.
    phones=True: text is a lisp list of phones of the voice itself, eg "(# s t a #)"."""
    os.makedirs(outdir, exist_ok=True)
    scm = ["(voice_%s)" % voice, "(Parameter.set 'Duration_Stretch %.3f)" % stretch]
    for n, t in items:
        if phones:
            scm.append("(set! u (utt.synth (Utterance Segments %s)))" % t)
        else:
            scm.append('(set! u (utt.synth (Utterance Text "%s")))' % t.replace('"', ""))
        scm.append('(format t "UTT %s\\n")' % n)
        scm.append(
            "(mapcar (lambda (s) (format t \"%s %f\\n\" (item.name s) (item.feat s 'end))) (utt.relation.items u 'Segment))"
        )
        scm.append('(utt.save.wave u "%s/%s.wav" \'riff)' % (outdir, n))
    f = tempfile.mktemp(suffix=".scm")
    open(f, "w").write("\n".join(scm))
    o = subprocess.run(["festival", "-b", f], capture_output=True, text=True).stdout
    os.unlink(f)
    res, cur = {}, None
    for l in o.splitlines():
        p = l.split()
        if len(p) == 2 and p[0] == "UTT":
            cur = p[1]
            res[cur] = []
        elif len(p) == 2 and cur:
            res[cur].append((p[0], float(p[1])))
    out = {}
    for n, pairs in res.items():
        fn = f"{outdir}/{n}.wav"
        if os.path.exists(fn):
            w, sr = _readwav(fn)
            out[n] = (w, sr, _seg(pairs, len(w) / sr) if not phones else pairs)
    return out


# ---------------------------------------------------------------- voices
HELD_OUT_VARIANTS = {"f4", "m7", "klatt3", "Annie", "Lee", "aunty", "ed", "linda"}
HELD_OUT_ACCENTS = {"en-gb-x-gbcwmd"}
_BAD = {
    "whisper",
    "whisperf",
    "Demonic",
    "robosoft",
    "robosoft2",
    "robosoft3",
    "robosoft4",
    "robosoft5",
    "robosoft6",
    "robosoft7",
    "robosoft8",
    "UniRobot",
    "anikaRobot",
    "Mr serious",
    "croak",
    "fast",
    "Tweaky",
    "announcer",
}
_dir = "/usr/lib/x86_64-linux-gnu/espeak-ng-data/voices/!v"
VARIANTS = (
    sorted(v for v in os.listdir(_dir) if v not in _BAD and v not in HELD_OUT_VARIANTS)
    if os.path.isdir(_dir)
    else []
)
ACCENTS = {
    "en-us": 12,
    "en-us-nyc": 3,
    "en": 2,
    "en-gb-x-rp": 2,
    "en-gb-scotland": 1,
    "en-029": 0.5,
    "en-gb-x-gbclan": 0.5,
}


# ---------------------------------------------------------------- "accented" speakers
# Non-English diphone voices of Debian speak English: phone string and durations come from espeak-ng, each phone is
# replaced by the nearest one of the voice; phones with no good counterpart (marked ~) get no training label.
def _m(t):
    return {x.split("=")[0].lstrip("~"): (x.split("=")[1].split("+"), x[0] == "~") for x in t.split()}


_CZ = _m(
    "SIL=# AA=a: ~AE=e AH=a ~AX=e AO=o: AW=a+u AY=a+j B=b CH=c~ D=d ~DH=d EH=e ~ER=e+r EY=e+j F=f G=g HH=h IH=i IY=i: JH=dz~ K=k L=l M=m N=n NG=n* OW=o+u OY=o+j P=p ~R=r S=s SH=s~ T=t ~TH=t UH=u UW=u: V=v ~W=u Y=j Z=z ZH=z~"
)
_IT = _m(
    "SIL=# AA=a1 ~AE=E1 AH=a ~AX=e AO=O1 AW=a1+u AY=a1+i B=b CH=tS D=d ~DH=d EH=E1 ~ER=E+r EY=e1+i F=f G=g ~HH=f IH=i IY=i1 JH=dZ K=k L=l M=m N=n NG=ng OW=o1+u OY=O1+i P=p ~R=r S=s SH=S T=t ~TH=t UH=u UW=u1 V=v W=w Y=j Z=z ~ZH=S"
)
_FI = _m(
    "SIL=# AA=a: AE=& AH=a ~AX=e AO=o: AW=a+u AY=a+i ~B=b ~CH=t+S D=d ~DH=d EH=e ~ER=7+r EY=e+i F=f ~G=g HH=h IH=i IY=i: ~JH=d+S K=k L=l M=m N=n NG=N OW=o+u OY=o+i P=p ~R=r S=s SH=S T=t ~TH=t UH=u UW=u: V=v ~W=u Y=j ~Z=s ~ZH=S"
)
FOREIGN = {
    "czech_dita": (_CZ, 195),
    "czech_machac": (_CZ, 115),
    "czech_krb": (_CZ, 230),
    "czech_ph": (_CZ, 110),
    "lp_diphone": (_IT, 190),
    "pc_diphone": (_IT, 115),
    "hy_fi_mv_diphone": (_FI, 100),
    "suo_fi_lj_diphone": (_FI, 190),
}


def foreign_batch(es, texts, voice, rng, outdir):
    """texts spoken by a non-English festival voice -> [(w, sr, seg)]"""
    table, f0 = FOREIGN[voice]
    items, segs = [], {}
    for n, t in enumerate(texts):
        _, _, seg = es.say(t, rng.choice(["en-us", "en-us", "en"]), rng.uniform(120, 220))
        m = []
        for p, s, e in seg:
            if p == "SIL" and m and m[-1][0] == "SIL":
                m[-1][1] += e - s
            else:
                m.append([p, e - s])
        base = f0 * rng.uniform(0.85, 1.2)
        out = []
        lab = []
        t0 = 0.0
        tot = sum(d for _, d in m)
        if m[0][0] != "SIL":
            m.insert(0, ["SIL", 0.15])
        if m[-1][0] != "SIL":
            m.append(["SIL", 0.2])
        for p, d in m:
            v, bad = table[p]
            d = max(d, 0.03)
            for x in v:
                f = base * (1.12 - 0.25 * t0 / max(tot, 0.1)) * rng.uniform(0.93, 1.1)
                out.append("(%s %.3f (0 %d))" % (x, d / len(v), f))
            lab.append(("~" + p if bad else p, t0, t0 + d))
            t0 += d
        items.append((str(n), "(" + " ".join(out) + ")"))
        segs[str(n)] = lab
    r = festival_batch(items, voice, outdir, phones=True)
    return [(w, sr, segs[n]) for n, (w, sr, _) in r.items() if abs(len(w) / sr - segs[n][-1][2]) < 0.25]
