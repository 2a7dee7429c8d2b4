"""The only network client of Hearth: it fetches Vosk's list and a model's archive when a person asks for that.

Only `hearth model download` and `hearth model list --refresh` call it.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from assistant.errors import DownloadError
from assistant.folders import PRIVATE_FILE

if TYPE_CHECKING:
    from requests import Response

Result = TypeVar("Result")

Show = Callable[[int, int], None]
"""Takes how many bytes are there, and of how many."""

TIMEOUTS = (15.0, 30.0)
"""Seconds to wait for a connection, and for the next bytes."""

TRIES = 4
"""How often in a row a transfer may fail before it is given up; one that got further begins to count anew."""

PAUSE = 1.0
"""Seconds before the second try; twice as many before each further one."""

PIECE = 1 << 14
"""Bytes that are written at once; of a piece that is cut short nothing is kept."""

LONGEST_LIST = 5_000_000
"""Bytes of the longest list that is believed."""

REDIRECTS = 5
"""How often a server may send us on."""

OFFLINE = "Get the zip elsewhere, and run: hearth model add FILE.zip"


class _CutError(Exception):
    """The transfer ended before its end; trying again may help."""


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a partial file comes from; kept beside it."""

    url: str
    """Address."""
    state: str
    """What the server calls this state of the file (ETag or Last-Modified); empty if it does not say."""


def fetch_list(url: str) -> bytes:
    """Vosk's list; raises DownloadError."""
    return _persistently(url, lambda: _whole(url), lambda: 0, PAUSE)


def fetch(url: str, partial: Path, size: int, show: Show, pause: float = PAUSE) -> None:
    """Fetch a file of `size` bytes (0: not known) into `partial`, from where an earlier try left off.

    Raises DownloadError; what was fetched until then stays, after Ctrl-C too, so that the next call goes on from there.
    """
    _persistently(url, lambda: _attempt(url, partial, size, show), lambda: _length(partial), pause)


def forget(partial: Path) -> None:
    """Delete a partial file."""
    partial.unlink(missing_ok=True)
    _origin_file(partial).unlink(missing_ok=True)


def _persistently(url: str, attempt: Callable[[], Result], length: Callable[[], int], pause: float) -> Result:
    """What an attempt gives that is not cut off; one after which the `length` has grown counts as a success."""
    failures = 0
    while True:
        before = length()
        try:
            return attempt()
        except _CutError as error:
            failures = 1 if length() > before else failures + 1
            if failures >= TRIES:
                raise _gave_up(url, error) from error
            time.sleep(pause * 2 ** (failures - 1))


def _whole(url: str) -> bytes:
    with _get(url, {}) as response:
        _require(response, url)
        return _bounded(response)


def _attempt(url: str, partial: Path, size: int, show: Show) -> None:
    origin, have = _origin(partial), _length(partial)
    resumes = bool(have and origin and origin.url == url and origin.state)
    headers = {"Range": f"bytes={have}-", "If-Range": origin.state} if resumes and origin else {}
    with _get(url, headers) as response:
        if response.status_code == 416:
            forget(partial)
            raise _CutError("the server has another file now")
        _require(response, url)
        begin, total = _stretch(response)
        if begin not in (0, have):
            forget(partial)
            raise _CutError("the server sent another part than was asked for")
        if size and total and total != size:
            raise DownloadError(
                f"The server has a file of {total:,} bytes, and the list says {size:,}.",
                "The list may be older than the file: hearth model list --refresh",
            )
        _note_origin(partial, _Origin(url, response.headers.get("ETag") or response.headers.get("Last-Modified", "")))
        _write(response, partial, begin, total or size, show)


def _write(response: Response, partial: Path, begin: int, total: int, show: Show) -> None:
    done = begin
    with _appending(partial, begin) as out:
        for piece in _pieces(response):
            done += len(piece)
            if total and done > total:
                break
            out.write(piece)
            show(done, total)
    if total and done != total:
        if done > total:
            forget(partial)
        raise _CutError(f"{done:,} of {total:,} bytes came")


@contextlib.contextmanager
def _appending(file: Path, begin: int) -> Iterator[Any]:
    file.touch(mode=PRIVATE_FILE)
    with file.open("r+b") as out:
        out.seek(begin)
        out.truncate()
        yield out


def _pieces(response: Response) -> Iterator[bytes]:
    from requests import RequestException

    try:
        yield from response.iter_content(PIECE)
    except RequestException as error:
        raise _CutError("the connection was cut") from error


def _bounded(response: Response) -> bytes:
    content = bytearray()
    for piece in _pieces(response):
        content += piece
        if len(content) > LONGEST_LIST:
            raise DownloadError("What was fetched is too long for Vosk's list of models.", "Is the address right?")
    return bytes(content)


@contextlib.contextmanager
def _get(url: str, headers: dict[str, str]) -> Iterator[Response]:
    """The answer to a request, its body still to be read; every error of the way becomes one of ours."""
    import requests

    session = requests.Session()
    session.max_redirects = REDIRECTS
    ask = {"Accept-Encoding": "identity", "User-Agent": "hearth", **headers}
    try:
        response = session.get(url, headers=ask, stream=True, timeout=TIMEOUTS)
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema):
        raise DownloadError(f"{url} is no address.", "It begins with https://") from None
    except requests.exceptions.TooManyRedirects as error:
        raise DownloadError(f"{_host(url)} sends us in circles.", "Try another time, or another address.") from error
    except requests.exceptions.SSLError as error:
        raise DownloadError(
            f"{_host(url)} cannot prove that it is {_host(url)}.", "Check this machine's clock and its certificates."
        ) from error
    except requests.RequestException as error:
        raise _CutError("no connection") from error
    with contextlib.closing(session), contextlib.closing(response):
        _refuse_downgrade(url, response)
        yield response


def _refuse_downgrade(url: str, response: Response) -> None:
    hops = [urlsplit(one.url).scheme for one in (*response.history, response)]
    if urlsplit(url).scheme == "https" and any(scheme != "https" for scheme in hops):
        raise DownloadError(f"{_host(url)} sends us to an address that is not encrypted.", OFFLINE)


def _require(response: Response, url: str) -> None:
    code = response.status_code
    if code in (200, 206):
        return
    if code in (404, 410):
        raise DownloadError(f"{url} is not there.", "Names change: hearth model list --refresh")
    if code == 429 or code >= 500:
        raise _CutError(f"the server is busy ({code})")
    raise DownloadError(f"{_host(url)} does not give out this file ({code}).", OFFLINE)


def _stretch(response: Response) -> tuple[int, int]:
    """Where the body begins in the file, and how long the file is (0: not told)."""
    if response.status_code == 206:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("Content-Range", ""))
        return (int(found[1]), int(found[2])) if found else (-1, 0)
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isascii() and length.isdigit() else 0


def _origin_file(partial: Path) -> Path:
    return partial.with_name(f"{partial.name}.from")


def _origin(partial: Path) -> _Origin | None:
    try:
        note = json.loads(_origin_file(partial).read_text("utf-8"))
        return _Origin(str(note["url"]), str(note["state"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note_origin(partial: Path, origin: _Origin) -> None:
    _origin_file(partial).touch(mode=PRIVATE_FILE)
    _origin_file(partial).write_text(json.dumps({"url": origin.url, "state": origin.state}), "utf-8")


def _length(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _gave_up(url: str, error: _CutError) -> DownloadError:
    told = str(error)
    hint = "Run the same again: it goes on from where it stopped." if told != "no connection" else OFFLINE
    return DownloadError(f"{_host(url)} cannot be reached: {told}.", hint)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
