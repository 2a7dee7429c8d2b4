"""Writing Kaldi objects (text or binary) without Kaldi."""

import struct
import numpy as np


class W:
    def __init__(self, path, binary=True, compress=False):
        self.f = open(path, "wb")
        self.b = binary
        self.c = compress
        if binary:
            self.f.write(b"\0B")

    def tok(self, *t):
        for x in t:
            self.f.write(x.encode() + b" ")

    def raw(self, s):
        self.f.write(s.encode())

    def int(self, *v):
        for x in v:
            self.f.write(struct.pack("<bi", 4, x) if self.b else b"%d " % x)

    def float(self, x):
        self.f.write(struct.pack("<bf", 4, x) if self.b else b"%.8g " % x)

    def vec(self, v):
        v = np.asarray(v, np.float32)
        if self.b:
            self.f.write(b"FV " + struct.pack("<bi", 4, len(v)) + v.tobytes())
        else:
            self.f.write(b" [ " + " ".join("%.7g" % x for x in v).encode() + b" ]\n")

    def mat(self, m):
        m = np.ascontiguousarray(m, np.float32)
        if not self.b:
            self.f.write(b" [\n" + b"\n".join(" ".join("%.7g" % x for x in r).encode() for r in m) + b" ]\n")
        elif self.c:  # 16 bit per value (format "CM2": one range for the whole matrix)
            lo, hi = float(m.min()), float(m.max())
            rg = max(hi - lo, 1e-6)
            q = (
                np.clip(np.round((m - lo) / rg * 65535), 0, 65535).astype("<u2")
                if self.c == 2
                else np.clip(np.round((m - lo) / rg * 255), 0, 255).astype(np.uint8)
            )
            self.f.write(
                (b"CM2 " if self.c == 2 else b"CM3 ") + struct.pack("<ffii", lo, rg, *m.shape) + q.tobytes()
            )
        else:
            self.f.write(b"FM " + struct.pack("<bibi", 4, m.shape[0], 4, m.shape[1]) + m.tobytes())

    def close(self):
        self.f.close()
