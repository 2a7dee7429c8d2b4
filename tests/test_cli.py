"""The command line as people and scripts use it."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.cli import _tell_mistake, main
from assistant.cli.parser import build, with_command
from assistant.errors import UsageError
from assistant.journal import APPRECIATION, KEPT, CheckIn, Journal, Query, new_id
from audio.files import save
from audio.types import Clip
from audio.voice import Pyttsx3Voice
from tests.command import COMMAND, environment, hearth

DATA = Path(".local/share/hearth")
PASSPHRASE = "four birds over the harbour"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Real speech: two commands, nonsense, and two commands in one file."""
    folder, voice = tmp_path_factory.mktemp("spoken"), Pyttsx3Voice()
    coffee, recall = voice.render("start our coffee ritual"), voice.render("what did we appreciate this week")
    nonsense = voice.render("seventeen purple elephants vanished")
    quiet = bytes(2 * int(1.2 * coffee.rate))
    voice.close()
    files = {}
    for name, clips in {"coffee": [coffee], "nonsense": [nonsense], "both": [coffee, recall]}.items():
        files[name] = folder / f"{name}.wav"
        save(files[name], Clip(quiet + b"".join(clip.pcm + quiet for clip in clips), coffee.rate))
    return files


def fill(home: Path, *, now: datetime | None = None) -> list[CheckIn]:
    """A journal with thanks of both, a ritual that was kept, and a private wish."""
    now = now or datetime.now().astimezone()
    entries = [
        _entry(now, "Ana", APPRECIATION, "i appreciate that you cooked", about="Ben"),
        _entry(now, "Ben", APPRECIATION, "you fixed the bike", about="Ana"),
        _entry(now, "", KEPT, ""),
        _entry(now, "Ana", "wish", "a hidden wish", private=True),
    ]
    with Journal.open(home / DATA) as journal:
        journal.vaults.create("Ana", PASSPHRASE)
        journal.add_all(entries)
    return entries


def _entry(now: datetime, speaker: str, kind: str, text: str, *, about: str = "", private: bool = False) -> CheckIn:
    return CheckIn(
        id=new_id(now),
        time=now,
        session="s",
        ritual="coffee",
        practice="connection",
        prompt="",
        speaker=speaker,
        about=about,
        kind=kind,
        text=text,
        private=private,
    )


# ---------------------------------------------------------------- the words of the command line


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ([], ["listen"]),
        (["--text"], ["listen", "--text"]),
        (["--debug"], ["--debug", "listen"]),
        (["--config", "summary"], ["--config", "summary", "listen"]),
        (["--config=x", "--text"], ["--config=x", "listen", "--text"]),
        (["--data-dir", "x", "summary"], ["--data-dir", "x", "summary"]),
        (["--help"], ["--help"]),
        (["--debug", "--version"], ["--debug", "--version"]),
        (["summry"], ["summry"]),
    ],
)
def test_hearth_alone_listens(argv: list[str], expected: list[str]) -> None:
    assert with_command(argv) == expected


def test_flags_may_stand_before_or_after_the_command() -> None:
    before = build().parse_args(["--config", "a", "--debug", "summary"])
    after = build().parse_args(["summary", "--config", "a", "--debug"])
    assert (before.config, before.debug) == (after.config, after.debug) == ("a", True)
    assert build().parse_args(["summary"]).config is None


def every_parser(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for inner in action.choices.values():
                yield from every_parser(inner)


def test_every_command_and_flag_explains_itself() -> None:
    for parser in every_parser(build()):
        assert parser.description, parser.prog
        for action in parser._actions:
            assert action.help or action.choices, f"{parser.prog} {action.dest}"


def test_help_needs_nothing_heavy() -> None:
    """What --help imports decides how long it takes; nothing that is measured in tens of milliseconds may be in it."""
    code = "import sys, assistant.cli.parser as p; p.build().format_help(); print(*sys.modules)"
    run = subprocess.run(
        [COMMAND[0], "-c", code], capture_output=True, text=True, check=True, env=environment(Path("/"))
    )
    loaded = {name.partition(".")[0] for name in run.stdout.split()}
    assert not loaded & {"vosk", "numpy", "sounddevice", "pydub", "hassil", "msgspec", "yaml", "tinydb", "pyttsx3"}


@pytest.mark.parametrize(
    ("words", "hinted"),
    [
        (["summry"], "Did you mean 'summary'?"),
        (["--nonsense"], "--help"),
        (["hear"], "--help"),
        (["journal"], "--help"),
        (["say", " "], "hearth say"),
        (["say", "hello", "--output", "x.mp3"], ".wav"),
        (["--text", "--input", "x.wav"], "--text"),
        (["--show-words"], "--events"),
        (["--input", "-", "x.wav"], "files"),
        (["summary", "last", "weak"], "'last week'"),
        (["setup", "--first", "{x}"], "letter"),
        (["setup", "--first", "Ana", "--second", "ana"], "nickname"),
        (["setup", "--country", "Ireland"], "two letters"),
        (["setup", "--timezone", "Mars"], "Europe/Dublin"),
        (["journal", "forget"], "--everything"),
        (["journal", "forget", "--everything", "--kind", "wish"], "--everything"),
        (["phrases", "--intent", "fly"], "recall"),
    ],
)
def test_used_wrongly(
    home: Path, words: list[str], hinted: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(home))
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("hearth: ")
    assert hinted in told.err
    assert 1 <= len(told.err.splitlines()) <= 2


def test_a_usage_error_is_an_error_of_ours() -> None:
    with pytest.raises(UsageError):
        build().parse_args(["listen", "--rate"])


# ---------------------------------------------------------------- as a process


def test_version_and_help(home: Path) -> None:
    assert re.match(r"hearth \S", hearth(home, "--version").stdout)
    shown = hearth(home, "--help")
    assert shown.returncode == 0
    assert "hearth summary last week" in shown.stdout
    assert not list(home.iterdir()), "help leaves nothing behind"


def test_without_a_microphone_listening_says_what_else_there_is(home: Path) -> None:
    run = hearth(home, "--audio-input-device", "none such")
    assert run.returncode == 1
    assert "microphone" in run.stderr or "PortAudio" in run.stderr
    assert "Traceback" not in run.stderr


def test_understand(home: Path) -> None:
    run = hearth(home, "understand", "--json", "Start our coffee ritual!", "purple monkeys")
    assert run.returncode == 0
    assert [json.loads(line) for line in run.stdout.splitlines()] == [
        {"text": "Start our coffee ritual!", "intent": "start_ritual", "slots": {"ritual": "coffee"}},
        {"text": "purple monkeys", "intent": None, "slots": {}},
    ]


def test_understand_reads_lines_and_keeps_logs_free_of_words(home: Path) -> None:
    run = hearth(home, "understand", "--debug", typed="i appreciate that you sang\n\nxylophone please\n")
    assert "appreciate words=" in run.stdout
    assert "not understood" in run.stdout
    assert "xylophone" not in run.stderr
    assert "sang" not in run.stderr


@pytest.mark.spoken
def test_hear(home: Path, spoken: dict[str, Path]) -> None:
    run = hearth(home, "hear", "--json", *map(str, spoken.values()))
    assert run.returncode == 0, run.stderr
    coffee, nonsense, both = (json.loads(line) for line in run.stdout.splitlines())
    assert (coffee["text"], coffee["intent"], coffee["slots"]) == (
        "start our coffee ritual",
        "start_ritual",
        {"ritual": "coffee"},
    )
    assert 0.3 < coffee["confidence"] <= 1
    assert [word["text"] for word in coffee["words"]] == ["start", "our", "coffee", "ritual"]
    assert coffee["words"][0]["start"] == pytest.approx(1.2, abs=0.2)
    assert (nonsense["text"], nonsense["intent"], nonsense["slots"]) == ("", None, {})
    assert [one["intent"] for one in both["utterances"]] == ["start_ritual", "recall"]
    assert both["text"] == "start our coffee ritual"
    assert coffee["words"][0]["start"] == pytest.approx(both["words"][0]["start"], abs=0.1), "files do not add up"
    helped = hearth(home, "hear", "--help").stdout
    assert all(re.search(rf"\b{key}\b", helped) for key in coffee)


@pytest.mark.spoken
def test_hear_goes_on_after_a_file_that_is_no_sound(home: Path, spoken: dict[str, Path]) -> None:
    (home / "text.wav").write_text("not a sound")
    run = hearth(home, "hear", "text.wav", "missing.wav", str(spoken["coffee"]))
    assert run.returncode == 1
    assert "text.wav" in run.stderr
    assert "missing.wav" in run.stderr
    assert "[start_ritual ritual=coffee" in run.stdout


@pytest.mark.spoken
def test_hear_with_sentences_of_ones_own(home: Path, spoken: dict[str, Path]) -> None:
    (home / "mine.yaml").write_text(
        "language: en\nintents:\n  brew:\n    data:\n      - sentences: [start our coffee (ritual|machine)]\n"
    )
    run = hearth(home, "hear", "--json", "--sentences", "mine.yaml", str(spoken["coffee"]))
    assert json.loads(run.stdout)["intent"] == "brew"
    (home / "mine.yaml").write_text("language: en\nintents:\n  brew:\n    data: 3\n")
    broken = hearth(home, "hear", "--sentences", "mine.yaml", str(spoken["coffee"]))
    assert broken.returncode == 1
    assert "mine.yaml" in broken.stderr


@pytest.mark.spoken
def test_say_into_a_file(home: Path) -> None:
    run = hearth(home, "say", "good evening. take your time", "--output", "evening.wav")
    assert run.returncode == 0, run.stderr
    assert (home / "evening.wav").stat().st_size > 22_050
    assert hearth(home, "say", "--voice", "no such voice", "hello", "--output", "x.wav").returncode == 1


def test_phrases(home: Path) -> None:
    hearth(home, "setup", "--first", "Ana", "--second", "Xyqzwl")
    file = home / ".config/hearth/config.toml"
    heard_as = re.compile(r"^sounds_like = .*$", re.MULTILINE)
    file.write_text(heard_as.sub("sounds_like = []", file.read_text(encoding="utf-8")), encoding="utf-8")
    rows = [json.loads(line) for line in hearth(home, "phrases", "--json").stdout.splitlines()]
    assert {"start_ritual", "recall", "skip"} <= {row["intent"] for row in rows}
    assert {"xyqzwl"} <= {word for row in rows for word in row["unheard"]}
    shown = hearth(home, "phrases", "--intent", "say_who").stdout
    assert "cannot hear" in shown
    assert "xyqzwl" in shown


def test_setup_writes_what_is_read(home: Path) -> None:
    first = hearth(home, "setup", "--first", "Ana", "--second", "Zoë", "--country", "ie", "--consent")
    assert first.returncode == 0, first.stderr
    file = home / ".config/hearth/config.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert 'name = "Zoë"' in file.read_text()
    assert "consent = 20" in file.read_text()
    again = hearth(home, "setup", "--timezone", "Europe/Dublin", "--withdraw")
    assert "Nothing of what you say is kept" in again.stdout
    text = file.read_text()
    assert 'country = "IE"' in text
    assert 'timezone = "Europe/Dublin"' in text
    assert "# consent" in text
    assert "refused = true" in text


def test_after_a_withdrawal_nothing_is_kept(home: Path) -> None:
    hearth(home, "setup", "--first", "Ana", "--second", "Ben", "--withdraw")
    run = hearth(home, "--text", typed="thank ben for the xylophone\ngoodbye\n")
    assert run.returncode == 0, run.stderr
    assert b"xylophone" not in b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    hearth(home, "setup", "--consent")
    hearth(home, "--text", typed="thank ben for the xylophone\ngoodbye\n")
    assert "xylophone" in hearth(home, "summary").stdout


def test_whoever_types_has_no_microphone_to_close(home: Path) -> None:
    run = hearth(home, "--text", typed="stop listening\nhello\ngoodbye\n")
    assert run.returncode == 0, run.stderr
    assert "no microphone" in run.stdout.replace("\n", " ")


def test_setup_without_a_terminal_says_how_else(home: Path) -> None:
    run = hearth(home, "setup")
    assert run.returncode == 2
    assert "--first" in run.stderr


def test_a_broken_configuration_is_told_once_and_kindly(home: Path) -> None:
    (home / "bad.toml").write_text("[voice]\nrat = 3\n")
    run = hearth(home, "--config", "bad.toml", "phrases")
    assert run.returncode == 1
    assert "line 2" in run.stderr
    assert "'rate'" in run.stderr
    missing = hearth(home, "--config", "none.toml", "phrases")
    assert missing.returncode == 1
    assert "hearth setup" in missing.stderr


def test_a_broken_ritual_of_the_household_is_named_and_the_rest_works(home: Path) -> None:
    folder = home / ".config/hearth/rituals"
    folder.mkdir(parents=True)
    (folder / "tea.yaml").write_text("language: en\nid: [\n")
    run = hearth(home, "understand", "start our coffee ritual")
    assert run.returncode == 0
    assert "tea.yaml" in run.stderr
    assert "ritual=coffee" in run.stdout


def test_summary_and_journal(home: Path) -> None:
    entries = fill(home)
    summary = hearth(home, "summary").stdout
    assert "i appreciate that you cooked" in summary
    assert "hidden" not in summary
    listed = hearth(home, "journal", "list", "--speaker", "Ana").stdout
    assert entries[0].id in listed
    assert "(private)" in listed
    assert "hidden" not in listed
    assert entries[1].id not in listed
    hearth(home, "journal", "export", "--output", "out.jsonl")
    rows = [json.loads(line) for line in (home / "out.jsonl").read_text().splitlines()]
    assert [row["text"] for row in rows] == ["i appreciate that you cooked", "you fixed the bike", "", ""]
    assert [bool(row["sealed"]) for row in rows] == [False, False, False, True]
    assert stat.S_IMODE((home / "out.jsonl").stat().st_mode) == 0o600


def test_the_journal_as_files_and_back(home: Path) -> None:
    fill(home)
    signs = [("jsonl", 4, '"text": "you fixed the bike"'), ("csv", 4, "id,time,"), ("markdown", 3, "## 20")]
    for form, count, sign in signs:
        written = hearth(home, "journal", "export", "--format", form, "--output", f"out.{form}")
        assert written.stdout == f"{count} entries written to out.{form}.\n"
        assert sign in (home / f"out.{form}").read_text()
    elsewhere = ("--data-dir", "elsewhere", "journal")
    assert "Would be added: 4." in hearth(home, *elsewhere, "import", "--dry-run", "out.jsonl").stdout
    assert "Added: 4. There already: 0." in hearth(home, *elsewhere, "import", "out.jsonl").stdout
    assert "Added: 0. There already: 4." in hearth(home, *elsewhere, "import", "out.csv").stdout
    assert "you fixed the bike" in hearth(home, "--data-dir", "elsewhere", "summary").stdout
    refused = hearth(home, "journal", "import", "out.markdown")
    assert refused.returncode == 1
    assert "Day One" in refused.stderr


def test_the_journal_is_checked_and_restored(home: Path) -> None:
    assert hearth(home, "journal", "check").returncode == 0
    assert hearth(home, "journal", "restore").stdout == "There is no backup yet.\n"
    fill(home)
    assert hearth(home, "journal", "check").returncode == 0
    missing = hearth(home, "journal", "restore", "1999-01-01")
    assert missing.returncode == 1
    assert "1999-01-01" in missing.stderr
    (home / DATA / "journal-0001.jsonl").chmod(0o644)
    opened = hearth(home, "journal", "check")
    assert opened.returncode == 1
    assert "chmod" in opened.stdout


def test_an_export_that_cannot_be_written(home: Path) -> None:
    run = hearth(home, "journal", "export", "--output", "no/such/folder.jsonl")
    assert run.returncode == 1
    assert "--output" in run.stderr


@pytest.mark.parametrize("words", [["understand", "hello"], ["summary"], ["phrases"]])
def test_a_language_that_is_not_there(home: Path, words: list[str]) -> None:
    run = hearth(home, "--language", "xx", *words)
    assert run.returncode == 1
    assert "Choose one of" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_voice_model_that_is_not_there(home: Path) -> None:
    run = hearth(home, "phrases", "--model", "nowhere")
    assert run.returncode == 1
    assert "nowhere" in run.stderr


def test_an_empty_week_is_kind_and_makes_no_files(home: Path) -> None:
    run = hearth(home, "summary", "last", "week")
    assert run.returncode == 0
    assert "last week" in run.stdout.lower()
    assert not (home / DATA).exists()


def test_forgetting_is_confirmed_and_complete(home: Path) -> None:
    fill(home)
    hearth(home, "setup", "--first", "Ana", "--second", "Ben")
    refused = hearth(home, "journal", "forget", "--speaker", "Ana")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    done = hearth(home, "--data-dir", str(home / DATA), "journal", "forget", "--speaker", "ana", "--yes")
    assert done.stdout == "Deleted: 2.\n"
    held = b"".join(path.read_bytes() for path in (home / DATA).rglob("*") if path.is_file())
    assert b"cooked" not in held
    assert b"hidden" not in held
    assert b"bike" in held
    assert hearth(home, "journal", "forget", "--period", "2001", "--yes").stdout == "There is nothing to delete.\n"
    assert hearth(home, "journal", "forget", "--everything", "--yes").returncode == 0
    with Journal.open(home / DATA, read_only=True) as journal:
        assert journal.count(Query()) == 0


def test_the_summary_knows_its_period(home: Path) -> None:
    fill(home, now=datetime.now().astimezone() - timedelta(days=400))
    assert "you fixed the bike" not in hearth(home, "summary", "this year").stdout
    assert "you fixed the bike" in hearth(home, "summary", "ever").stdout


def test_a_folder_that_cannot_be_written(home: Path) -> None:
    (home / ".config").write_text("a file where a folder should be")
    run = hearth(home, "setup", "--first", "Ana", "--second", "Ben")
    assert run.returncode == 1
    assert ".config" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_behind_a_pipe(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*COMMAND, "understand", "stop"], stdout=full, stderr=subprocess.PIPE, text=True, env=environment(home)
        )
    assert run.returncode == 1
    assert "No space left" in run.stderr


def test_a_reader_that_has_seen_enough(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        [*COMMAND, "phrases"], stdout=writing, stderr=subprocess.PIPE, text=True, env=environment(home), cwd=home
    )
    os.close(writing)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("debug", [False, True])
def test_a_mistake_of_ours_tells_its_place_and_never_its_message(
    debug: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "what somebody said"
    with pytest.raises(ValueError, match=said) as caught:
        int(said)
    assert _tell_mistake(caught.value, debug) == 1
    told = capsys.readouterr().err
    assert "ValueError in test_cli.py" in told
    assert said not in told


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_control_c_says_goodbye(home: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "understand"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home),
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("stop\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith("stop: stop")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Goodbye" in told
    assert "Traceback" not in told


def test_the_summary_of_one_partner_one_practice_and_one_theme(home: Path) -> None:
    fill(home)
    ana = hearth(home, "summary", "--speaker", "Ana").stdout
    assert "i appreciate that you cooked" in ana
    assert "bike" not in ana
    assert "bike" in hearth(home, "summary", "ever", "--about", "bikes").stdout
    assert "cooked" not in hearth(home, "summary", "--about", "bike").stdout
    assert "cooked" not in hearth(home, "summary", "--practice", "quality_time").stdout
    assert hearth(home, "summary", "--practice", "forgiveness").returncode == 2


def test_what_the_household_wrote_itself_is_listed_first(home: Path) -> None:
    folder = home / ".config/hearth/rituals"
    folder.mkdir(parents=True)
    (folder / "tea.yaml").write_text(
        "language: en\nid: tea\ntitle: tea\ncalled: [tea for two]\ntriggers: [put the kettle on]\nminutes: 5\n"
        "steps:\n  - say: Cheers.\n"
    )
    lines = hearth(home, "phrases").stdout.splitlines()
    yours = lines[: lines.index("")]
    assert re.fullmatch(r"yours  \(\d+ ways\)", yours[0])
    assert "    put the kettle on" in yours
    assert all("tea for two" in line or "kettle" in line for line in yours[1:])
    assert "coffee" in "".join(lines[len(yours) :])
