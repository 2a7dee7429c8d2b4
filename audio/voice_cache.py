"""Renderings that are kept: all of them for a while in memory, the product's own sentences also on the disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from pathlib import Path

from audio.types import Clip

MEMORY_LIMIT = 8_000_000
"""Bytes of samples kept in memory: three minutes of speech; the disk has our own sentences in 0.2 ms."""

DISK_LIMIT = 64_000_000
"""Bytes of samples kept on the disk: twenty-four minutes, a few times all that the product can say."""

SUFFIX = ".pcm"


class VoiceCache:
    """The least recently spoken goes first, in memory and on the disk. Safe to use from several threads.

    A disk that cannot be read or written only makes speech a little slower: nothing is raised.
    """

    def __init__(self, folder: Path | None, memory_limit: int = MEMORY_LIMIT, disk_limit: int = DISK_LIMIT) -> None:
        self._folder = folder
        self._memory_limit = memory_limit
        self._disk_limit = disk_limit
        self._clips: OrderedDict[str, Clip] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    @staticmethod
    def key(*parts: str) -> str:
        """The name under which a rendering is kept: a digest of everything that decides how it sounds."""
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def get(self, key: str, on_disk: bool) -> Clip | None:
        """The rendering, from memory or, where it may lie there, from the disk."""
        with self._lock:
            if key in self._clips:
                self._clips.move_to_end(key)
                return self._clips[key]
        clip = self._read(key) if on_disk else None
        if clip is not None:
            self._remember(key, clip)
        return clip

    def has(self, key: str, on_disk: bool) -> bool:
        """Whether there is a rendering; `on_disk` also where nothing of it is in memory."""
        with self._lock:
            if key in self._clips:
                return True
        return on_disk and self._folder is not None and (self._folder / (key + SUFFIX)).exists()

    def put(self, key: str, clip: Clip, on_disk: bool) -> None:
        """Keep a rendering; `on_disk` only for sentences that hold nobody's words."""
        self._remember(key, clip)
        if on_disk and self._folder is not None:
            with contextlib.suppress(OSError):
                self._write(self._folder, key, clip)

    def _remember(self, key: str, clip: Clip) -> None:
        with self._lock:
            if key in self._clips:
                return
            self._clips[key] = clip
            self._held += len(clip.pcm)
            while self._held > self._memory_limit:
                _, oldest = self._clips.popitem(last=False)
                self._held -= len(oldest.pcm)

    def _read(self, key: str) -> Clip | None:
        """A file is the digest of its samples, the rate, a line end, the samples: a torn one is left alone."""
        if self._folder is None:
            return None
        path = self._folder / (key + SUFFIX)
        try:
            head, _, pcm = path.read_bytes().partition(b"\n")
            digest, rate = head.decode("ascii").split()
            if digest != hashlib.sha256(pcm).hexdigest():
                return None
            os.utime(path)
            return Clip(pcm, int(rate))
        except (OSError, ValueError):
            return None

    def _write(self, folder: Path, key: str, clip: Clip) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f".{key}.{os.getpid()}.{threading.get_ident()}"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(f"{hashlib.sha256(clip.pcm).hexdigest()} {clip.rate}\n".encode() + clip.pcm)
            part.replace(folder / (key + SUFFIX))
        except OSError:
            part.unlink(missing_ok=True)
            raise
        self._evict(folder)

    def _evict(self, folder: Path) -> None:
        files = [(path.stat(), path) for path in folder.glob("*" + SUFFIX)]
        total = sum(stat.st_size for stat, _ in files)
        for stat, path in sorted(files, key=lambda entry: entry[0].st_mtime):
            if total <= self._disk_limit:
                return
            path.unlink(missing_ok=True)
            total -= stat.st_size
