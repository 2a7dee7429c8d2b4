"""A real HTTP server on this machine as a mirror of Vosk's page, with ranges, cut connections and other misfortunes."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PIECE = 1 << 14


@dataclass
class Mirror:
    """What is served, how, and what was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    """Name → content."""
    cuts: list[int] = field(default_factory=list)
    """After how many bytes of its body each of the next answers is cut."""
    ranges: bool = True
    """Whether parts of files are given out."""
    state: str = '"one"'
    """The ETag of all files."""
    longer: int = 0
    """How many bytes more are announced than come."""
    status: int = 0
    """Answered to everything, instead."""
    redirects: dict[str, str] = field(default_factory=dict)
    """Name → address it is sent on to."""
    pause: float = 0.0
    """Seconds between two pieces."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Paths, and the Range header of each."""
    url: str = ""
    """Address of the files."""


@contextlib.contextmanager
def serving(mirror: Mirror) -> Iterator[Mirror]:
    """The mirror at an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with contextlib.suppress(ConnectionError):
                answer(self, mirror)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    mirror.url = f"http://127.0.0.1:{server.server_address[1]}/models"
    try:
        yield mirror
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(request: BaseHTTPRequestHandler, mirror: Mirror) -> None:
    name = request.path.removeprefix("/models/")
    asked = request.headers.get("Range", "")
    mirror.asked.append((name, asked))
    if mirror.status:
        return say(request, mirror.status, {"Content-Length": "0"})
    if name in mirror.redirects:
        return say(request, 302, {"Location": mirror.redirects[name], "Content-Length": "0"})
    if name not in mirror.files:
        return say(request, 404, {"Content-Length": "0"})
    content = mirror.files[name]
    found = re.fullmatch(r"bytes=(\d+)-", asked)
    begin = int(found[1]) if found and mirror.ranges and request.headers.get("If-Range") == mirror.state else 0
    if begin >= len(content):
        return say(request, 416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
    body = content[begin:]
    headers = {"ETag": mirror.state, "Content-Length": str(len(body) + mirror.longer)}
    if begin:
        headers["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
    say(request, 206 if begin else 200, headers)
    limit = mirror.cuts.pop(0) if mirror.cuts else len(body)
    for at in range(0, min(limit, len(body)), PIECE):
        request.wfile.write(body[at : min(at + PIECE, limit)])
        time.sleep(mirror.pause)
    if limit < len(body) or mirror.longer:
        request.close_connection = True
    return None


def say(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.end_headers()
