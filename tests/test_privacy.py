"""After a long conversation with secrets in it, run as people run it, every byte that it left is looked through.

Each secret is a word that nobody else says. Private ones must be nowhere in plaintext; those that were flagged, off the
record, scrapped, forgotten or never written must be nowhere at all: not in the journal, its backups, its index, its
facts, what was set aside, the cache, the report, the temp folder, nor in any log line or event.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from assistant.journal import Journal, Query
from assistant.journal.vault import FOLDER
from audio.files import save
from audio.types import Clip
from audio.voice import Pyttsx3Voice
from tests.command import COMMAND, LIMIT, ROOT, environment
from tests.listening import Listening, listening, set_up

pytestmark = pytest.mark.e2e

DATA = Path(".local/share/hearth")
PASSPHRASE = "four birds over the harbour"
SHARED = ("marmalade", "lemur")
"""What both may read: that these are found proves that the search finds."""
PRIVATE = ("quokka", "walrus", "beetle", "gecko", "own_wish")
FLAGGED = ("wombat", "vulture")
UNWRITTEN = ("axolotl", "narwhal", "tapir", "okapi", "heron", "magpie", "civet")
"""Off the record, scrapped, read aloud and forgotten, cut short, not understood, without a vault, not saved."""
FORGOTTEN = ("pangolin", "ocelot", "ferret")


@dataclass
class Household:
    """A home, and everything that any process in it has said."""

    home: Path
    told: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, typed: str = "", before: Callable[[], None] | None = None) -> str:
        """Run `hearth --debug WORDS…` to its end; its output."""
        done = subprocess.run(
            [*COMMAND, "--debug", *words],
            input=typed,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            cwd=self.home,
            env=self.env,
            preexec_fn=before,
            check=False,
        )
        self.told.append(done.stdout + done.stderr)
        return done.stdout + done.stderr

    def talk(self, *lines: str, before: Callable[[], None] | None = None) -> list[dict[str, str]]:
        """A typed conversation, of which only the event stream without words is seen."""
        shown = self.run("--text", "--events", typed="\n".join(lines) + "\n", before=before)
        return [json.loads(line) for line in shown.splitlines() if line.startswith("{")]

    def cut_short(self, number: signal.Signals, *lines: str) -> None:
        """A typed conversation that is ended by a signal after these lines, in the middle of a ritual."""
        process = subprocess.Popen(
            [*COMMAND, "--debug", "--text", "--events"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.home,
            env=self.env,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n".join(lines) + "\n")
        process.stdin.flush()
        shown, listened = "", 0
        while listened <= len(lines) and (line := process.stdout.readline()):
            shown, listened = shown + line, listened + ('"event": "listen"' in line)
        process.send_signal(number)
        self.told.append(shown + process.communicate(timeout=LIMIT)[0])

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Everything below the home, names and bytes, but for what the program ships, such as its list of words."""
        for path in sorted(self.home.rglob("*")):
            if is_shipped(path):
                continue
            yield str(path.relative_to(self.home)), path.read_bytes() if path.is_file() else b""

    def holding(self, word: str) -> list[str]:
        """Which files hold a word, in their names or bytes, as text in any of the usual codes."""
        ways = [word.encode(), word.upper().encode(), word.encode("utf-16-le"), word.encode().hex().encode()]
        return [name for name, data in self.files() if word in name or any(way in data for way in ways)]


SHIPPED = {path.name: path for path in (ROOT / "audio/model_en").rglob("*") if path.is_file()}
"""Files of the embedded voice model; those in the cache lead to them or are copies."""


def is_shipped(path: Path) -> bool:
    """Whether this is one of the files that every household has, byte for byte."""
    known = SHIPPED.get(path.name)
    return known is not None and path.is_file() and path.read_bytes() == known.read_bytes()


def household(home: Path) -> Household:
    """Sam and Alex, whose temp folder is at home too."""
    (home / "tmp").mkdir()
    rituals = set_up(home) / "rituals"
    rituals.mkdir()
    shutil.copy(ROOT / "tests/rituals/two_letters.yaml", rituals)
    for path in home.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    env = {**environment(home), "TMPDIR": str(home / "tmp"), "PYTHONFAULTHANDLER": "1", "XDG_RUNTIME_DIR": str(home)}
    return Household(home, env=env)


def too_small() -> None:
    """No file may grow beyond what fits the configuration: every write of the journal fails."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))


def another_day(home: Household, name: str) -> None:
    """Today's backup is of another day, so that the next write makes another one."""
    backups = home.home / DATA / "backups"
    (today,) = (path for path in backups.iterdir() if not path.name.startswith("2026-01-"))
    today.rename(backups / name)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Household:
    """The long conversation, over several processes and two days of backups."""
    home = household(tmp_path_factory.mktemp("privacy"))
    told = home.run("vault", "create", "--name", "Sam", "--passphrase-file", "-", typed=PASSPHRASE + "\n")
    assert "From now on" in told
    home.talk(
        "thank alex for the marmalade",
        "start our coffee ritual",
        *("just for me", "i dread the quokka", "just for me", "i saw a heron", "for both of us again"),
        *("off the record", "nobody writes the axolotl", "back on the record"),
        *("the narwhal was wrong", "scrap that", "a better wish"),
        *("thank you for nothing in particular", "thank you for the tea"),
        "thank sam for the walrus in the bath",
        "that was just for me",
        "thank alex for the walrus in the garden",
        "that was just for me",
        *("start our coffee ritual", "alex hits me because of the wombat"),
        "purple civet moonbeam",
        "thank alex for the pangolin",
        "forget that",
        "thank sam for the ocelot",
        "goodbye",
    )
    another_day(home, "2026-01-01")
    home.talk(
        *("start two letters", "yes", "dear tapir", "dear tapir too"),
        *("how am i doing", "this is sam", "skip", "four", "six", "eight", "a swim with the gecko", "pass"),
        *("sam starts", "start two letters", "just for me", "seven"),
        *("stop", "start our coffee ritual", "i want to die said the vulture"),
        "thank alex for the beetle",
        "that was just for me",
    )
    another_day(home, "2026-01-02")
    home.cut_short(signal.SIGKILL, "start our coffee ritual", "a lemur", "off the record", "an okapi")
    home.cut_short(signal.SIGINT, "no", "start two letters", "yes", "the okapi again")
    home.talk("no", "start our coffee ritual", "just for me", "pass", "just for me", "and the heron", "stop", "goodbye")
    home.talk("no", "thank alex for the magpie", "goodbye", before=too_small)
    home.talk("no", "thank sam for the ferret", "goodbye")
    home.run("report")
    home.run("summary")
    home.run("journal", "list")
    home.run("journal", "export")
    home.run("journal", "export", "--format", "csv", "--output", "ours.csv")
    home.run("doctor")
    return home


@pytest.mark.parametrize("word", SHARED)
def test_what_is_shared_is_found_where_it_belongs(lived: Household, word: str) -> None:
    found = lived.holding(word)
    assert any("journal-" in name for name in found)
    assert any("backups" in name for name in found)


@pytest.mark.parametrize("word", [*PRIVATE, *FLAGGED, *UNWRITTEN])
def test_no_file_holds_what_was_not_to_be_written(lived: Household, word: str) -> None:
    assert lived.holding(word) == []


@pytest.mark.parametrize("word", [*PRIVATE, *FLAGGED, *UNWRITTEN, "pangolin"])
def test_no_log_line_and_no_event_holds_it(lived: Household, word: str) -> None:
    assert not [told for told in lived.told if word in told.lower()]


def test_the_event_stream_and_the_logs_hold_no_words_at_all(lived: Household) -> None:
    conversations = [told for told in lived.told if '"event": "listen"' in told]
    assert len(conversations) == 7
    assert not [told for told in conversations for word in (*SHARED, *FORGOTTEN) if word in told.lower()]


def test_a_concern_is_no_event_and_no_number(lived: Household) -> None:
    assert not [told for told in lived.told if "concern" in told]
    assert lived.holding("concern") == []
    with Journal.open(lived.home / DATA, read_only=True) as journal:
        kinds = {entry.kind for entry in journal.find(Query())}
    assert kinds <= {"appreciation", "sealed", "kept", "day_ahead", "wish", "rating"}


def test_what_was_private_is_there_for_its_owner(lived: Household) -> None:
    told = lived.run("journal", "list", "--private", "sam", "--passphrase-file", "-", typed=PASSPHRASE)
    lived.told.pop()
    for word in ("quokka", "marmalade", "7"):
        assert word in told
    wrong = lived.run("journal", "list", "--private", "Sam", "--passphrase-file", "-", typed="not this one")
    assert "not the passphrase" in wrong
    assert "quokka" not in wrong
    assert "--passphrase-file" in lived.run("journal", "list", "--private", "Sam")
    own = lived.run("summary", "--private", "Sam", "--passphrase-file", "-", typed=PASSPHRASE)
    lived.told.pop()
    assert "quokka" in own
    assert "marmalade" not in own
    for rated in ("sleep", "body", "load", "energy"):
        assert any(rated in line and line.rstrip()[-1].isdigit() for line in own.splitlines()), rated


def test_everything_is_for_its_owner_alone(lived: Household) -> None:
    own = [path for folder in (".local", ".config", ".cache") for path in (lived.home / folder).rglob("*")]
    kept = [path for path in own if "hearth" in path.relative_to(lived.home).parts[1:3]]
    assert len(kept) > 10
    assert [path for path in kept if path.stat().st_mode & 0o077 and not is_shipped(path)] == []


def test_what_is_forgotten_is_gone_from_backups_report_and_all(lived: Household, tmp_path: Path) -> None:
    """The last thing that is done, on a copy: first it is there, in the journal and in backups of two days."""
    copy = Household(tmp_path / "home", env={**lived.env, "HOME": str(tmp_path / "home")})
    shutil.copytree(lived.home, copy.home)
    (copy.home / "ours.csv").unlink()
    assert {"01-01", "01-02"} <= {path.name[5:] for path in (copy.home / DATA / "backups").iterdir()}
    assert any("backups/2026-01-02" in name for name in copy.holding("ocelot"))
    assert any(name.endswith("report.html") for name, _ in copy.files())
    sealed = sealed_texts(copy.home)
    copy.talk("no", "forget everything i said", "this is alex", "yes", "goodbye")
    for word in ("ocelot", "ferret"):
        assert copy.holding(word) == [], word
    assert not any(name.endswith("report.html") for name, _ in copy.files())
    assert copy.holding("marmalade"), "what the other one said stays"
    copy.talk("forget everything i said", "this is sam", "yes", "goodbye")
    assert copy.holding("marmalade") == []
    assert sealed
    assert not [name for name, data in copy.files() for text in sealed if text in data]
    assert "ocelot" not in "".join(copy.told).lower()


def sealed_texts(home: Path) -> list[bytes]:
    with Journal.open(home / DATA, read_only=True) as journal:
        return [entry.sealed.encode() for entry in journal.find(Query()) if entry.sealed]


def test_forgetting_on_the_keyboard_leaves_nothing_either(lived: Household, tmp_path: Path) -> None:
    copy = Household(tmp_path / "home", env={**lived.env, "HOME": str(tmp_path / "home")})
    shutil.copytree(lived.home, copy.home)
    (copy.home / "ours.csv").unlink()
    copy.run("journal", "forget", "--everything", "--yes")
    for word in (*SHARED, *FORGOTTEN, "two_letters.", "2026-01-01T"):
        assert [name for name in copy.holding(word) if "/rituals/" not in name] == [], word
    left = {name.partition("backups/")[0] for name, data in copy.files() if str(DATA) in name and data}
    assert any(FOLDER in name for name in left), "a vault stays until it is removed"


# ---------------------------------------------------------------- spoken

SPOKEN = (
    """
start our coffee ritual / this is just for me / i am worried about the money and the house / for both of us again
off the record / we never told your mother about the garden / back on the record / stop / goodbye
""".strip()
    .replace("\n", " / ")
    .split(" / ")
)


DELETED = (
    ("thank sam for the flowers", "what do you hold about me", "this is alex", "goodbye"),
    ("forget everything i said", "this is alex", "yes", "what do you hold about me", "this is alex", "goodbye"),
)
"""Two conversations: something is kept; then it is deleted."""


def speak(folder: Path, texts: Sequence[str]) -> list[str]:
    """These sentences, each a file, with the silence around them that people leave."""
    folder.mkdir()
    voice = Pyttsx3Voice()
    for number, text in enumerate(texts):
        clip = voice.render(text)
        save(folder / f"{number:02}.wav", Clip(bytes(2 * clip.rate) + clip.pcm + bytes(8 * clip.rate), clip.rate))
    voice.close()
    return [str(path) for path in sorted(folder.glob("*.wav"))]


@pytest.mark.spoken
def test_spoken_secrets_are_in_no_byte(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    files = speak(tmp_path_factory.mktemp("speech") / "said", SPOKEN)
    home = household(tmp_path)
    home.run("vault", "create", "--name", "Sam", "--passphrase-file", "-", typed=PASSPHRASE)
    with listening(tmp_path, "--debug", "--input", *files, "--output", "out.wav", env=home.env) as heard:
        assert heard.end() == 0, heard.complaints
    asked = [shown.facts["name"] for shown in heard.shown if shown.name == "intent"]
    assert {"start_ritual", "just_for_me", "off_record", "on_record"} <= set(asked), asked
    secrets = said(heard)
    assert len(secrets) >= 2
    with Journal.open(tmp_path / DATA, read_only=True) as journal:
        assert [entry.sealed != "" for entry in journal.find(Query(speaker="Sam"))] == [True]
    for secret in secrets:
        assert home.holding(secret) == []
        assert secret not in heard.complaints


@pytest.mark.spoken
def test_what_is_deleted_by_voice_is_in_no_byte(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    """Neither in the journal nor in its backups of two days, nor in the cache; and it is said what is held, before and
    after."""
    speech, home = tmp_path_factory.mktemp("speech"), household(tmp_path)
    for day, texts in enumerate(DELETED):
        files = speak(speech / str(day), texts)
        with listening(tmp_path, "--debug", "--input", *files, "--output", "out.wav", env=home.env) as heard:
            assert heard.end() == 0, heard.complaints
        (tmp_path / "out.wav").unlink()
        told = [shown.facts["line"] for shown in heard.shown if shown.facts.get("line", "").startswith("hold_")]
        assert "the flowers" not in heard.complaints
        if not day:
            assert told[1:] == ["hold_about", "hold_where"], heard.told()
            assert [name for name in home.holding("the flowers") if "journal-" in name]
            home.talk("thank alex for the marmalade", "goodbye")
            another_day(home, "2026-01-01")
    assert told[1:] == ["hold_nothing", "hold_where"], heard.told()
    assert home.holding("the flowers") == []
    assert home.holding("marmalade"), "what the other one said stays"


def said(heard: Listening) -> list[str]:
    """What was dictated, as it was heard."""
    return [text for text in heard.texts("transcript") if text.count(" ") > 1]


def test_typed_lines_are_in_no_process_list(tmp_path: Path) -> None:
    """A passphrase or a word in an argument or in the environment could be read by others."""
    home = household(tmp_path)
    with subprocess.Popen(
        [*COMMAND, "vault", "create", "--name", "Sam", "--passphrase-file", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=tmp_path,
        env=home.env,
        text=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(PASSPHRASE + "\n")
        process.stdin.flush()
        time.sleep(0.2)
        shown = Path(f"/proc/{process.pid}/cmdline").read_bytes() + Path(f"/proc/{process.pid}/environ").read_bytes()
        process.stdin.close()
        assert process.wait(LIMIT) == 0
    assert PASSPHRASE.encode() not in shown
    assert home.holding(PASSPHRASE) == []
    assert os.environ.get("HEARTH_PASSPHRASE") is None
