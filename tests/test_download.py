"""Fetching from a real server on this machine: cut, resumed, sent on, wrong, slow and not there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import DownloadError
from assistant.models.download import PIECE, TRIES, fetch, fetch_list
from tests.mirror import Mirror, serving

CONTENT = random.Random(1).randbytes(300_000)
FAST = 0.001
"""Seconds between tries, here."""


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with serving(Mirror({"a.zip": CONTENT})) as started:
        yield started


@pytest.fixture
def partial(tmp_path: Path) -> Path:
    return tmp_path / "a.zip"


def get(mirror: Mirror, partial: Path, size: int = len(CONTENT)) -> list[tuple[int, int]]:
    """Fetch; what the bar was told."""
    shown: list[tuple[int, int]] = []
    fetch(f"{mirror.url}/a.zip", partial, size, lambda done, total: shown.append((done, total)), FAST)
    return shown


def test_a_file_is_fetched_whole_and_its_progress_shown(mirror: Mirror, partial: Path) -> None:
    shown = get(mirror, partial)
    assert partial.read_bytes() == CONTENT
    assert [done for done, _ in shown] == sorted(done for done, _ in shown)
    assert shown[-1] == (len(CONTENT), len(CONTENT))
    assert partial.stat().st_mode & 0o077 == 0


def test_a_cut_connection_is_taken_up_where_it_was_cut(mirror: Mirror, partial: Path) -> None:
    mirror.cuts = [100_000, 50_000]
    get(mirror, partial)
    assert partial.read_bytes() == CONTENT
    first, second = 100_000 // PIECE * PIECE, (100_000 // PIECE + 50_000 // PIECE) * PIECE
    assert [asked for _, asked in mirror.asked] == ["", f"bytes={first}-", f"bytes={second}-"]


def test_a_later_run_goes_on_too(mirror: Mirror, partial: Path) -> None:
    mirror.cuts = [120_000, *[0] * TRIES]
    with pytest.raises(DownloadError, match="cannot be reached") as caught:
        get(mirror, partial)
    assert "goes on" in caught.value.hint
    kept = partial.read_bytes()
    assert kept == CONTENT[: 120_000 // PIECE * PIECE]
    mirror.asked.clear()
    mirror.cuts.clear()
    get(mirror, partial)
    assert partial.read_bytes() == CONTENT
    assert mirror.asked == [("a.zip", f"bytes={len(kept)}-")]


def test_a_server_without_ranges_begins_anew(mirror: Mirror, partial: Path) -> None:
    mirror.ranges, mirror.cuts = False, [100_000]
    get(mirror, partial)
    assert partial.read_bytes() == CONTENT


def test_what_was_fetched_of_an_older_file_is_not_mixed_with_a_newer_one(mirror: Mirror, partial: Path) -> None:
    mirror.cuts = [100_000, *[0] * TRIES]
    with pytest.raises(DownloadError):
        get(mirror, partial)
    newer = CONTENT[::-1]
    mirror.files["a.zip"], mirror.state = newer, '"two"'
    get(mirror, partial)
    assert partial.read_bytes() == newer


def test_what_was_fetched_from_elsewhere_is_not_gone_on_from(mirror: Mirror, partial: Path) -> None:
    partial.write_bytes(b"x" * 1000)
    get(mirror, partial)
    assert partial.read_bytes() == CONTENT
    assert mirror.asked == [("a.zip", "")]


def test_a_whole_partial_file_is_no_mistake(mirror: Mirror, partial: Path) -> None:
    get(mirror, partial)
    get(mirror, partial)
    assert partial.read_bytes() == CONTENT


def test_fewer_bytes_than_announced_are_not_taken_for_the_file(mirror: Mirror, partial: Path) -> None:
    mirror.longer = 10
    with pytest.raises(DownloadError, match="list says"):
        get(mirror, partial)
    with pytest.raises(DownloadError, match=r"cut|bytes came"):
        get(mirror, partial, size=0)


def test_a_file_of_another_size_than_the_list_says_is_not_even_fetched(mirror: Mirror, partial: Path) -> None:
    with pytest.raises(DownloadError, match="list says 5") as caught:
        get(mirror, partial, size=5)
    assert "--refresh" in caught.value.hint
    assert not partial.exists()


@pytest.mark.parametrize(("status", "said"), [(404, "is not there"), (403, "does not give out"), (503, "busy")])
def test_a_refusal_is_told_with_what_to_do(status: int, said: str, mirror: Mirror, partial: Path) -> None:
    mirror.status = status
    with pytest.raises(DownloadError, match=said) as caught:
        get(mirror, partial)
    assert caught.value.hint
    assert len(mirror.asked) == (TRIES if status == 503 else 1)


def test_a_redirect_is_followed_and_a_circle_is_not(mirror: Mirror, partial: Path) -> None:
    mirror.files["b.zip"] = mirror.files.pop("a.zip")
    mirror.redirects["a.zip"] = f"{mirror.url}/b.zip"
    get(mirror, partial)
    assert partial.read_bytes() == CONTENT
    mirror.redirects["b.zip"] = f"{mirror.url}/a.zip"
    with pytest.raises(DownloadError, match="circles"):
        get(mirror, partial.with_name("c.zip"))


def test_a_slow_server_is_waited_for(mirror: Mirror, partial: Path) -> None:
    mirror.pause = 0.02
    get(mirror, partial)
    assert partial.read_bytes() == CONTENT


def test_without_a_connection_it_says_what_else_can_be_done(mirror: Mirror, partial: Path) -> None:
    nobody = Mirror()
    with serving(nobody):
        pass
    with pytest.raises(DownloadError, match="no connection") as caught:
        fetch(f"{nobody.url}/a.zip", partial, 0, lambda done, total: None, FAST)
    assert "hearth model add FILE.zip" in caught.value.hint
    with pytest.raises(DownloadError, match="no connection"):
        fetch("https://nowhere.invalid/a.zip", partial, 0, lambda done, total: None, FAST)


@pytest.mark.parametrize("url", ["ftp://x/a.zip", "/a.zip", "https://", "file:///etc/passwd"])
def test_what_is_no_address_is_refused(url: str, partial: Path) -> None:
    with pytest.raises(DownloadError):
        fetch(url, partial, 0, lambda done, total: None, FAST)


def test_a_list_that_never_ends_is_refused(mirror: Mirror) -> None:
    mirror.files["list"] = b"[" + b" " * 6_000_000
    with pytest.raises(DownloadError, match="too long"):
        fetch_list(f"{mirror.url}/list")
    assert fetch_list(f"{mirror.url}/a.zip") == CONTENT
