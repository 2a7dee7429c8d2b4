"""The arrows between the rooms: assistant → {audio, intents, prompts}; the leaves import no sibling."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from audio.model import embedded
from tests.command import ROOT, environment, found_out

LEAVES = ("audio", "intents", "prompts")
ROOMS = ("assistant", *LEAVES)
ALLOWED = {"assistant": set(ROOMS), **{leaf: {leaf} for leaf in LEAVES}}

PURE = (
    "assistant/attention.py",
    "assistant/conversation",
    "assistant/events.py",
    "assistant/periods.py",
    "assistant/reminders.py",
    "assistant/safety.py",
    "assistant/spoken_times.py",
    "assistant/summary.py",
    "assistant/understanding.py",
)
"""What must need neither a device, nor a disk, nor a clock."""

IMPURE = {"os", "io", "time", "socket", "subprocess", "threading", "queue", "tinydb", "vosk", "sounddevice", "pyttsx3"}

NETWORK = ("assistant/models/download.py", "assistant/service/")
"""The model download and the service for other programs: the only places that may open a connection."""

HEAVY = (
    "vosk",
    "numpy",
    "sounddevice",
    "pydub",
    "pyttsx3",
    "hassil",
    "tinydb",
    "soxr",
    "yaml",
    "msgspec",
    "requests",
    "cryptography",
)


def sources(folder: str) -> Iterator[Path]:
    place = ROOT / folder
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    yield from (path for path in files if "training" not in path.relative_to(ROOT).parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


@pytest.mark.parametrize("room", ROOMS)
def test_no_arrow_points_the_wrong_way(room: str) -> None:
    files = list(sources(room))
    assert files
    for path in files:
        targets = {name.split(".")[0] for name in imports(path)} & set(ROOMS)
        assert targets <= ALLOWED[room], f"{path.relative_to(ROOT)} imports {sorted(targets - ALLOWED[room])}"


@pytest.mark.parametrize("part", PURE)
def test_the_core_is_pure(part: str) -> None:
    files = list(sources(part))
    assert files
    for path in files:
        impure = {name.split(".")[0] for name in imports(path)} & IMPURE
        assert not impure, f"{path.relative_to(ROOT)} imports {sorted(impure)}"


def test_only_one_file_may_reach_the_network() -> None:
    clients = {"requests", "urllib.request", "http.client", "httpx", "aiohttp", "socket", "ssl", "ftplib"}
    reaching = {str(path.relative_to(ROOT)) for room in ROOMS for path in sources(room) if set(imports(path)) & clients}
    assert all(path.startswith(NETWORK) for path in reaching), sorted(reaching)


@pytest.mark.parametrize(
    ("module", "user"),
    [
        ("assistant.models.download", "assistant/models/shelves.py"),
        ("assistant.models.shelves", "assistant/cli/model.py"),
    ],
)
def test_only_the_model_command_downloads(module: str, user: str) -> None:
    users = {str(path.relative_to(ROOT)) for room in ROOMS for path in sources(room) if module in imports(path)}
    assert users == {user}


def test_what_hears_has_no_http_library_in_it() -> None:
    program = (
        "import sys\n"
        "from audio.trial import main\n"
        f"main({str(embedded())!r})\n"
        "hears = {'requests', 'urllib3', 'vosk'} & set(sys.modules)\n"
        "import json, requests\n"
        "print(json.dumps([sorted(hears), hasattr(requests, 'get')]))\n"
    )
    assert found_out("-c", program, env=environment(ROOT)) == [["vosk"], True]


def test_help_needs_no_heavy_import() -> None:
    code = (
        "import sys, contextlib, io\n"
        "from assistant.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main(['--help'])\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_every_python_file_is_one_noun() -> None:
    for room in ROOMS:
        for path in sources(room):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            assert lines <= 300, f"{path.relative_to(ROOT)} has {lines} lines: it is probably two nouns"
