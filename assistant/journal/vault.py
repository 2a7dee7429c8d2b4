"""Each person's vault: what seals words for them alone, and the passphrase that opens them.

A vault is a key pair. The public half lies open in the journal's folder, so that words can be sealed in the middle of a
ritual without a passphrase; the private half is encrypted with a key that is derived from the passphrase. There is no
other way in: with the passphrase lost, the words are lost.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from assistant.errors import NoVaultError, VaultError
from assistant.journal.disk import TEMPORARY, Disk, read_file, trouble, write_file
from assistant.journal.lines import DamagedError, dump, seal, unseal
from assistant.journal.realdisk import RealDisk
from assistant.journal.records import CheckIn
from assistant.journal.stretching import Stretching, checked, stretched

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

FOLDER = "vault"
"""Name of the folder of vaults, in the journal's."""

COPY = ".copy"
"""Suffix of the second copy of each vault: one unreadable block must not take everything away."""

SHORTEST = 8
"""Characters of the shortest passphrase; four or five words are better."""


class VaultFile(msgspec.Struct, frozen=True, kw_only=True):
    """What is written of a vault; nothing of it opens anything without the passphrase."""

    name: str
    """Whose it is."""
    public: bytes
    """The public key, which seals."""
    stretching: Stretching
    """How the passphrase becomes a key."""
    nonce: bytes
    """Used once, with this key alone."""
    wrapped: bytes
    """The private key, encrypted."""


@dataclass(frozen=True, slots=True)
class Key:
    """An open vault."""

    name: str
    """Whose it is."""
    private: X25519PrivateKey
    """Opens what was sealed for them."""

    def open(self, entry: CheckIn) -> CheckIn:
        """The entry as it was said; one that is not sealed stays as it is. Raises VaultError."""
        from assistant.journal.sealing import unseal as opened

        return opened(entry, self.private) if entry.sealed else entry

    def is_of(self, name: str) -> bool:
        """Whether this is the key of the person of this name."""
        return folded(name) == folded(self.name)


class Vaults:
    """The vaults of a journal. Nothing is kept in memory: a vault that was made meanwhile counts at once."""

    def __init__(self, journal: Path, disk: Disk | None = None) -> None:
        self._folder = journal / FOLDER
        self._disk = disk or RealDisk()

    def has(self, name: str) -> bool:
        """Whether words can be sealed for this person; raises VaultError when their vault cannot be read."""
        return self._read(name) is not None

    def names(self) -> list[str]:
        """Everyone who has a vault that can be read."""
        files = (self._folder / name for name in self._disk.names(self._folder))
        return sorted({found.name for path in files if (found := self._readable(path)) is not None})

    def damaged(self) -> list[str]:
        """Names of files that are no vault any more; each vault has two."""
        names = [name for name in self._disk.names(self._folder) if not name.endswith(TEMPORARY)]
        return [name for name in names if self._readable(self._folder / name) is None]

    def seal(self, entry: CheckIn) -> CheckIn:
        """The entry as it may be written. Raises NoVaultError for a private one whose speaker has no vault."""
        if not entry.private or entry.sealed:
            return entry
        from assistant.journal.sealing import seal as sealed

        return sealed(entry, self._existing(entry.speaker).public)

    def create(self, name: str, passphrase: str) -> None:
        """Make a vault; raises VaultError for somebody who has one, or for a passphrase that is too short."""
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        if self.has(name):
            raise VaultError(f"{name} has a vault already.", "'hearth vault change' gives it another passphrase.")
        self._write(wrapped(name, X25519PrivateKey.generate(), passphrase))

    def unlock(self, name: str, passphrase: str) -> Key:
        """Open a vault, which takes a moment on purpose; raises VaultError."""
        found = self._existing(name)
        return Key(found.name, unwrapped(found, passphrase))

    def change(self, name: str, passphrase: str, new: str) -> None:
        """Another passphrase for the same words; from now on the old one opens nothing. Raises VaultError."""
        key = self.unlock(name, passphrase)
        self._write(wrapped(key.name, key.private, new))

    def remove(self, name: str) -> None:
        """Throw a vault away; what was sealed by it can never be read again. Raises VaultError."""
        try:
            for path in self._paths(name):
                self._disk.remove(path)
            if self._disk.stamp(self._folder) is not None:
                self._disk.sync_folder(self._folder)
        except OSError as error:
            raise _troubled(error, "be removed") from error

    def _existing(self, name: str) -> VaultFile:
        found = self._read(name)
        if found is None:
            raise NoVaultError(
                f"{name} has no vault, so nothing can be kept for {name} alone."
                if name
                else "Nobody said whose words these are, so they cannot be kept for one person alone.",
                f"Make one with a passphrase: hearth vault create --name '{name}'"
                if name
                else "Say: this is, and a name.",
            )
        return found

    def _read(self, name: str) -> VaultFile | None:
        """The first copy that is whole."""
        try:
            there = [path for path in self._paths(name) if name and self._disk.stamp(path) is not None]
        except OSError as error:
            raise _troubled(error, "be read") from error
        whole = (found for path in there if (found := self._readable(path)) is not None)
        found = next((one for one in whole if folded(one.name) == folded(name)), None)
        if there and found is None:
            raise VaultError(
                f"The vault of {name} is damaged.",
                f"Bring {self._folder.name}/{there[0].name} back from a copy of the journal's folder.",
            )
        return found

    def _readable(self, path: Path) -> VaultFile | None:
        try:
            return msgspec.json.decode(unseal(read_file(self._disk, path).rstrip(b"\n")), type=VaultFile)
        except (DamagedError, msgspec.DecodeError, RecursionError):
            return None
        except OSError as error:
            raise _troubled(error, "be read") from error

    def _write(self, vault: VaultFile) -> None:
        """The copy first, so that at any moment a whole file opens with a passphrase that its owner knows."""
        try:
            self._disk.make_folder(self._folder)
            for path in reversed(list(self._paths(vault.name))):
                write_file(self._disk, path, seal(msgspec.json.encode(vault)))
        except OSError as error:
            raise _troubled(error, "be written") from error

    def _paths(self, name: str) -> Iterator[Path]:
        path = self._folder / f"{hashlib.sha256(folded(name).encode()).hexdigest()[:16]}.json"
        yield path
        yield path.with_name(path.name + COPY)


def wrapped(name: str, private: X25519PrivateKey, passphrase: str) -> VaultFile:
    """A vault for this private key; raises VaultError for a passphrase that is too short."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    if len(passphrase) < SHORTEST:
        raise VaultError(
            f"A passphrase needs at least {SHORTEST} characters.", "Take four or five words that you will not forget."
        )
    public, nonce = private.public_key().public_bytes_raw(), os.urandom(12)
    stretching, key = stretched(passphrase)
    closed = ChaCha20Poly1305(key).encrypt(nonce, private.private_bytes_raw(), _bound(name, public))
    return VaultFile(name=name, public=public, stretching=stretching, nonce=nonce, wrapped=closed)


def unwrapped(vault: VaultFile, passphrase: str) -> X25519PrivateKey:
    """The private key; raises VaultError when the passphrase is not the one, or the vault was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        key = checked(vault.stretching).key(passphrase)
        opened = ChaCha20Poly1305(key).decrypt(vault.nonce, vault.wrapped, _bound(vault.name, vault.public))
        return X25519PrivateKey.from_private_bytes(opened)
    except (InvalidTag, ValueError) as error:
        raise VaultError(
            f"That is not the passphrase of {vault.name}.",
            "Mind capital letters and the keyboard's language. Nobody can open the words without it.",
        ) from error


def folded(name: str) -> str:
    """The name as it is compared: people are not asked for the same capitals or the same kind of accents."""
    return unicodedata.normalize("NFC", name).casefold()


def _bound(name: str, public: bytes) -> bytes:
    return b"hearth vault 1" + dump([name, public.hex()])


def _troubled(error: OSError, doing: str) -> VaultError:
    told = trouble(error, doing)
    return VaultError(told.message.replace("The journal", "The vault"), told.hint)
