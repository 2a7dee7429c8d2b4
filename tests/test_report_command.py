"""`hearth report` from the command line, on a real journal."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.cli.report import show
from assistant.errors import AssistantError
from assistant.journal import Journal, Query
from tests.command import COMMAND, LIMIT, environment
from tests.report_household import NOW, entry, ratings, year

PASSPHRASE = "four birds over the harbour"

CONFIG = """\
timezone = "Europe/Dublin"
[[partners]]
name = "Sam"
[[partners]]
name = "Alex"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    with Journal.open(tmp_path / "data") as journal:
        journal.add_all(year())
    return tmp_path


def report(home: Path, *args: str) -> int:
    return main(["report", "--config", str(home / "config.toml"), "--data-dir", str(home / "data"), *args])


def test_it_writes_beside_the_journal_and_says_where(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(home, "2026-10") == 0
    file = home / "data" / "report.html"
    assert str(file) in capsys.readouterr().out
    page = file.read_text(encoding="utf-8")
    assert "Sam and Alex" in page
    assert "1 to 31 October 2026" in page
    assert "Coffee ritual".casefold() in page
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_journal_neither_changes_nor_minds_the_page(home: Path) -> None:
    before = {path: path.read_bytes() for path in (home / "data").rglob("*") if path.is_file()}
    assert report(home, "ever") == 0
    assert {path: path.read_bytes() for path in before} == before
    with Journal.open(home / "data") as journal:
        journal.add(entry(NOW, id="Z" * 26))


def test_it_reads_while_somebody_is_talking_to_hearth(home: Path) -> None:
    with Journal.open(home / "data") as journal:
        journal.add(entry(NOW, id="Z" * 26, text="thank you for the zebra"))
        assert report(home, "2026-11-18", "--output", str(home / "page.html")) == 0
    assert "the zebra" in (home / "page.html").read_text(encoding="utf-8")


def test_whatever_is_forgotten_takes_the_page_along(home: Path) -> None:
    with Journal.open(home / "data") as journal:
        journal.add(entry(NOW, id="Z" * 26, text="thank you for the zebra"))
    assert report(home, "ever") == 0
    assert any(b"zebra" in path.read_bytes() for path in (home / "data").rglob("*") if path.is_file())
    with Journal.open(home / "data") as journal:
        assert journal.forget(Query(ids=("Z" * 26,))) == 1
    assert not (home / "data" / "report.html").exists()
    assert not any(b"zebra" in path.read_bytes() for path in (home / "data").rglob("*") if path.is_file())


def test_only_the_passphrase_opens_what_is_just_for_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Journal.open(home / "data") as journal:
        journal.vaults.create("Sam", PASSPHRASE)
        journal.add_all(ratings())
    (home / "right").write_text(f"{PASSPHRASE}\n")
    (home / "wrong").write_text("three birds\n")
    page = home / "data" / "report-private.html"
    assert report(home, "--private", "Sam", "--passphrase-file", str(home / "wrong")) == 1
    assert report(home, "--private", "Alex", "--passphrase-file", str(home / "right")) == 1
    assert report(home, "--private", "Sam") == 2, "there is no terminal to type on"
    assert "no terminal" in capsys.readouterr().err
    assert not page.exists()
    assert report(home, "--private", "sam", "--passphrase-file", str(home / "right")) == 0
    assert "delete it" in capsys.readouterr().out
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "Sleep over time" in page.read_text(encoding="utf-8")
    assert "Just for Sam" in page.read_text(encoding="utf-8")
    assert report(home) == 0
    assert "Sleep" not in (home / "data" / "report.html").read_text(encoding="utf-8")
    with Journal.open(home / "data") as journal:
        assert journal.forget(Query(ids=("Z" * 26,))) == 0
        assert journal.forget(Query(ids=(year()[0].id,))) == 1
    assert not page.exists()


def test_nothing_yet_is_a_kind_page(tmp_path: Path) -> None:
    assert main(["report", "--data-dir", str(tmp_path / "new"), "--language", "en"]) == 0
    assert "that is all right" in (tmp_path / "new" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["nonsense"], 2, "no period"),
        (["2026-11-07..2026-11-01"], 2, "ends before it begins"),
        (["--language", "xx"], 1, "'xx'"),
        (["--output", "/"], 1, "cannot be written"),
        (["--output", "/dev/null"], 1, "no ordinary file"),
        (["--output", "/nowhere/at/all.html"], 1, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], args: list[str], code: int, said: str
) -> None:
    assert report(home, *args) == code
    told = capsys.readouterr().err.splitlines()
    assert said in told[0]
    assert len(told) == 2
    assert not (home / "data" / "report.html").exists()


def test_it_is_opened_from_the_disk(tmp_path: Path) -> None:
    opened: list[str] = []

    def browse(address: str) -> bool:
        opened.append(address)
        return True

    show(tmp_path / "our year.html", browse)
    assert opened[0].startswith("file:///")
    assert opened[0].endswith("/our%20year.html")


def test_without_a_browser_the_page_is_there_all_the_same(tmp_path: Path) -> None:
    env = {**environment(tmp_path), "PATH": str(tmp_path)}
    command = [*COMMAND, "report", "--open"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
    page = tmp_path / ".local/share/hearth/report.html"
    assert done.returncode == 1
    assert done.stdout == f"The report is written: {page}\n"
    assert done.stderr.splitlines()[0] == "hearth: No web browser was found to show the report."
    assert str(page) in done.stderr.splitlines()[1]
    assert page.exists()


def test_a_browser_that_is_not_there_is_told_with_the_place_of_the_page(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="No web browser") as caught:
        show(tmp_path / "report.html", lambda address: False)
    assert str(tmp_path / "report.html") in caught.value.hint
