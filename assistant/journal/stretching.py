"""How a passphrase becomes a key: scrypt, slow on purpose, its parameters beside the result."""

from __future__ import annotations

import math
import os
import time
import unicodedata

import msgspec

SECONDS = 0.3
"""How long one guess takes at least on the machine where the passphrase was chosen."""

COST = 1 << 17
"""scrypt's n; with r = 8 each guess needs 128 MiB of memory (OWASP, password storage: n = 2^17, r = 8, p = 1)."""

MOST_ROUNDS = 16
"""More rounds than any machine needs for `SECONDS`."""

SALT_BYTES = 16
KEY_BYTES = 32


class Stretching(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters of scrypt."""

    salt: bytes
    """Random."""
    n: int = COST
    """Cost in memory and time, a power of two."""
    r: int = 8
    """Block size."""
    p: int = 1
    """How many times."""

    def key(self, passphrase: str) -> bytes:
        """The 32 bytes; the same for every way of typing the same letters."""
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
        return Scrypt(salt=self.salt, length=KEY_BYTES, n=self.n, r=self.r, p=self.p).derive(typed)


def stretched(passphrase: str) -> tuple[Stretching, bytes]:
    """New parameters, as many rounds as this machine needs `SECONDS` for, and the key."""
    import cryptography.hazmat.primitives.kdf.scrypt  # noqa: F401 - the time that importing takes is no part of a guess

    stretching = Stretching(salt=os.urandom(SALT_BYTES))
    began = time.perf_counter()
    key = stretching.key(passphrase)
    took = time.perf_counter() - began
    if took >= SECONDS:
        return stretching, key
    longer = msgspec.structs.replace(stretching, p=min(math.ceil(SECONDS / took), MOST_ROUNDS))
    return longer, longer.key(passphrase)


def checked(stretching: Stretching) -> Stretching:
    """The same; raises ValueError for parameters that nobody here wrote and that would take hours or all memory."""
    if not (COST <= stretching.n <= 1 << 20 and stretching.r == 8 and 1 <= stretching.p <= MOST_ROUNDS):
        raise ValueError("not the parameters of a vault")
    return stretching
