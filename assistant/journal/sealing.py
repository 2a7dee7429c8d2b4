"""One entry, encrypted for the one person it belongs to: X25519, HKDF-SHA256 and ChaCha20-Poly1305.

Whoever has the public key can seal, and only the private key opens. What stays readable is that there is an entry, its
id, its time and whose it is; these four are bound to the rest, so that sealed words cannot be moved to another entry,
another day or another person. Everything else is inside, and its length is rounded up.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assistant.errors import VaultError
from assistant.journal.lines import DamagedError, dump, load
from assistant.journal.records import SEALED, CheckIn

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

VERSION = b"\x01"
"""First byte of what is sealed."""

CONTEXT = b"hearth private entry 1"
"""What the derived keys are for."""

BLOCK = 256
"""Lengths are rounded up to a multiple of this many bytes, so that a rating looks like a sentence."""

KEY_BYTES = 32
NONCE_BYTES = 12

HIDDEN = ("session", "ritual", "practice", "prompt", "about", "kind", "text", "confidence", "seconds")
"""Fields that are inside."""


@dataclass(frozen=True, slots=True)
class Cipher:
    """The key of one entry and its only use."""

    aead: ChaCha20Poly1305
    """Encrypts and decrypts."""
    nonce: bytes
    """Derived with the key, and like it never used twice."""


def seal(entry: CheckIn, public: bytes) -> CheckIn:
    """The entry as it may be written: its words and what they are about only its speaker can read."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    once = X25519PrivateKey.generate()
    shown = once.public_key().public_bytes_raw()
    cipher = _cipher(once.exchange(X25519PublicKey.from_public_bytes(public)), shown, public)
    closed = cipher.aead.encrypt(cipher.nonce, _padded(entry), _bound(entry))
    words = base64.urlsafe_b64encode(VERSION + shown + closed).decode()
    return CheckIn(
        id=entry.id,
        time=entry.time,
        session="",
        ritual="",
        practice="",
        prompt="",
        speaker=entry.speaker,
        kind=SEALED,
        text="",
        private=True,
        sealed=words,
    )


def unseal(entry: CheckIn, private: X25519PrivateKey) -> CheckIn:
    """The entry as it was; raises VaultError when it was changed, is torn, or is sealed for somebody else."""
    from cryptography.exceptions import InvalidTag

    try:
        shown, closed = _parts(entry.sealed)
        cipher = _cipher(*_shared(private, shown), private.public_key().public_bytes_raw())
        fields = load(cipher.aead.decrypt(cipher.nonce, closed, _bound(entry)))
        return _opened(entry, fields)
    except (InvalidTag, DamagedError, ValueError, TypeError, KeyError) as error:
        raise VaultError(
            f"The private entry {entry.id} cannot be opened: it was changed, or it belongs to another vault.",
            "It was left as it is. 'hearth journal restore' brings back what a backup still has whole.",
        ) from error


def _parts(words: str) -> tuple[bytes, bytes]:
    """The public key that was made for this entry, and what it encrypts."""
    try:
        data = base64.b64decode(words.encode(), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if data[:1] != VERSION or len(data) <= 1 + KEY_BYTES:
        raise ValueError("not sealed by this version")
    return data[1 : 1 + KEY_BYTES], data[1 + KEY_BYTES :]


def _shared(private: X25519PrivateKey, shown: bytes) -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    return private.exchange(X25519PublicKey.from_public_bytes(shown)), shown


def _cipher(shared: bytes, shown: bytes, public: bytes) -> Cipher:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), KEY_BYTES + NONCE_BYTES, salt=shown + public, info=CONTEXT).derive(shared)
    return Cipher(ChaCha20Poly1305(derived[:KEY_BYTES]), derived[KEY_BYTES:])


def _bound(entry: CheckIn) -> bytes:
    """What stays readable and cannot be changed."""
    return CONTEXT + dump([entry.id, entry.time.astimezone(UTC).isoformat(), entry.speaker])


def _padded(entry: CheckIn) -> bytes:
    """What is hidden, as JSON, which may end in any number of spaces."""
    hidden: dict[str, Any] = {name: getattr(entry, name) for name in HIDDEN}
    data = dump(hidden | {"time": entry.time.isoformat()})
    return data + b" " * (-len(data) % BLOCK)


def _opened(entry: CheckIn, fields: object) -> CheckIn:
    if not isinstance(fields, dict):
        raise DamagedError("not an object")
    time = datetime.fromisoformat(fields["time"])
    return replace(entry, sealed="", time=time, **{name: fields[name] for name in HIDDEN})
