"""Whole conversations in sound files: the installed command hears them, speaks into a file, and keeps what was said."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import stat
import subprocess
import time
import wave
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.attention import WINDOW
from assistant.journal import APPRECIATION, CheckIn, Journal, Query, new_id
from audio.ear import VoskEar
from audio.files import load, resampled
from audio.sources import SoundFiles
from audio.types import EAR_RATE, Hearing
from tests.command import ROOT, hearth
from tests.listening import LIMIT, Listening, listening, set_up
from tests.partners import Partners, likeness

pytestmark = [pytest.mark.spoken, pytest.mark.e2e]

DATA = Path(".local/share/hearth")
SPEECH = sorted((ROOT / "assistant/demo").glob("*.wav"))
COFFEE, ANSWER, THANKS, THIS_IS_ALEX, RECALL, GOODBYE = (SPEECH[n - 1] for n in (1, 2, 8, 9, 11, 12))
SHORT = (THANKS, THIS_IS_ALEX, RECALL, GOODBYE)
REQUEST = "start our coffee ritual"
NONSENSE = sorted((ROOT / "tests/wav").glob("oov_*.wav"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    set_up(tmp_path)
    return tmp_path


def held(home: Path, *files: Path, output: str = "out.wav") -> Listening:
    """The conversation in these files, to its end."""
    with listening(home, "--input", *map(str, files), "--output", output) as spoken:
        assert spoken.end() == 0, spoken.complaints
    return spoken


def fill(home: Path) -> list[CheckIn]:
    """Something that was kept on another day."""
    now = datetime.now(UTC)
    entry = CheckIn(
        id=new_id(now),
        time=now,
        session="s",
        ritual="moment",
        practice="appreciation",
        prompt="",
        speaker="Sam",
        kind=APPRECIATION,
        text="you fixed the bike",
    )
    with Journal.open(home / DATA) as journal:
        journal.add(entry)
    return kept(home)


def kept(home: Path) -> list[CheckIn]:
    with Journal.open(home / DATA) as journal:
        return journal.find(Query())


def samples(*files: Path) -> bytes:
    """The sound of these files one after the other, a second of silence between them."""
    sounds = []
    for file in files:
        with wave.open(str(file), "rb") as sound:
            sounds.append(sound.readframes(sound.getnframes()))
    return bytes(2 * EAR_RATE).join(sounds)


# ---------------------------------------------------------------- a wake phrase


CALL = "hey hearth"


@pytest.mark.parametrize(
    ("said", "meant"),
    [((f"{CALL} {REQUEST}",), ["start_ritual"]), ((CALL, REQUEST), ["wake", "start_ritual"])],
    ids=["in one breath", "call first"],
)
def test_with_a_wake_phrase_only_what_begins_with_it_counts(
    tmp_path: Path, said: tuple[str, ...], meant: list[str]
) -> None:
    set_up(tmp_path, "\n[hearing]\nwake = true\n")
    with contextlib.closing(Partners()) as partners, wave.open(str(tmp_path / "room.wav"), "wb") as room:
        room.setparams((1, 2, EAR_RATE, 0, "NONE", ""))
        room.writeframes(partners.quiet(2 * WINDOW))
        for text in (REQUEST, *said):
            room.writeframes(partners.say("en-us+f4", text) + partners.quiet(WINDOW / 2))
    spoken = held(tmp_path, tmp_path / "room.wav")
    heard = [shown for shown in spoken.shown if shown.name in ("intent", "not-recognized")]
    assert [shown.facts.get("name") for shown in heard] == [None, *meant]


# ---------------------------------------------------------------- the bundled conversation


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Listening]:
    home = tmp_path_factory.mktemp("home")
    set_up(home)
    return home, held(home, *SPEECH)


def test_the_ritual_is_led_turn_by_turn(demonstrated: tuple[Path, Listening]) -> None:
    _, spoken = demonstrated
    asked = [shown.facts["name"] for shown in spoken.shown if shown.name == "intent"]
    assert asked == ["start_ritual", "appreciate", "say_who", "thank", "recall", "stop_listening"]
    called = [shown.facts["text"] for shown in spoken.shown if shown.facts.get("line") == "your_turn"]
    turns = [re.findall("Sam|Alex", text) for text in called]
    assert turns == [["Sam"], ["Alex"]] * 3
    assert spoken.shown[-1].name == "end"
    assert spoken.complaints == ""


def test_what_was_said_is_on_the_disk_for_its_owner_alone(demonstrated: tuple[Path, Listening]) -> None:
    home, spoken = demonstrated
    entries = [entry for entry in kept(home) if entry.text]
    assert [entry.text for entry in entries] == [text for text in spoken.texts("saved") if text]
    assert [entry.speaker for entry in entries] == ["Sam", "Alex", "Sam", "Alex", "Sam", "Alex", "Alex", "Sam"]
    assert "you listened to me yesterday and i felt safe" in [entry.text for entry in entries]
    for path in [home / DATA, *(home / DATA).rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_the_question_is_answered_in_their_own_words(demonstrated: tuple[Path, Listening]) -> None:
    home, spoken = demonstrated
    thanks = [entry for entry in kept(home) if entry.kind == "appreciation"]
    replies = spoken.told(spoken.wait_for("recalled", topic="appreciations"))
    assert sum(any(entry.text in reply for reply in replies) for entry in thanks) == 3


def test_the_replies_can_be_heard(demonstrated: tuple[Path, Listening], tmp_path: Path) -> None:
    home, spoken = demonstrated
    assert stat.S_IMODE((home / "out.wav").stat().st_mode) == 0o600
    heard = dictated(home / "out.wav", tmp_path)
    said = [text for text in spoken.texts("synthesize") if "you listened to me yesterday" in text]
    assert len(said) == 1
    for text in ("you made breakfast and it made me very happy", "you listened to me yesterday and i felt safe"):
        assert likeness(text, heard) > 0.7, heard


def dictated(file: Path, cache: Path) -> str:
    """What our own ear makes of a file."""
    ear = VoskEar(None, [], [], cache)
    ear.listen_for(Hearing.ANSWERS, 1.0)
    source, found = SoundFiles([file]), []
    while (chunk := source.read()) is not None:
        found += [noticed.answer for noticed in ear.hear(chunk) if hasattr(noticed, "answer")]
    ear.close()
    return " ".join(answer.text for answer in found if answer)


def test_the_demonstration_leaves_the_journal_alone(home: Path) -> None:
    fill(home)
    before = {path: path.read_bytes() for path in (home / DATA).rglob("*") if path.is_file()}
    done = hearth(home, "demo")
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in (home / DATA).rglob("*") if path.is_file()} == before
    named = Path(done.stdout.splitlines()[-1].partition(": ")[2])
    with wave.open(str(named), "rb") as replies:
        assert replies.getnframes() / replies.getframerate() > 30


# ---------------------------------------------------------------- files of all kinds


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Listening:
    home = tmp_path_factory.mktemp("home")
    set_up(home)
    return held(home, *SHORT)


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("wav", ["-ac", "2"]),
        ("wav", ["-c:a", "pcm_u8"]),
        ("wav", ["-ar", "44100", "-ac", "2", "-c:a", "pcm_s24le"]),
        ("mp3", ["-ar", "44100", "-b:a", "96k"]),
        ("ogg", ["-ar", "48000", "-c:a", "libvorbis"]),
    ],
    ids=["stereo", "8 bits", "44.1 kHz, 24 bits", "MP3", "OGG"],
)
def test_files_of_all_kinds_give_the_same_conversation(
    home: Path, plain: Listening, ending: str, options: list[str]
) -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg (sudo apt install ffmpeg)")
    files = [home / f"{file.stem}.{ending}" for file in SHORT]
    for file, made in zip(SHORT, files, strict=True):
        subprocess.run(["ffmpeg", "-v", "error", "-i", file, *options, made], check=True)
    spoken = held(home, *files)
    intents = [shown.facts["name"] for shown in spoken.shown if shown.name == "intent"]
    assert intents == [shown.facts["name"] for shown in plain.shown if shown.name == "intent"]
    assert [likeness(text, spoken.texts("saved")[0]) >= 0.8 for text in plain.texts("saved")] == [True]


NO_SAMPLES = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0data\0\0\0\0"


@pytest.mark.parametrize(
    "content", [None, b"", NO_SAMPLES, b"this is no sound at all\n" * 40, NO_SAMPLES[:20]], ids=range(5)
)
def test_a_file_that_is_no_sound_is_told_and_loses_nothing(home: Path, content: bytes | None) -> None:
    before = fill(home)
    file = home / "evening.wav"
    if content is not None:
        file.write_bytes(content)
    done = hearth(home, "listen", "--input", str(THANKS), str(file), "--output", "again.wav")
    assert done.returncode == 1
    assert done.stderr.count("hearth: ") == 1
    assert "evening.wav" in done.stderr
    assert "Traceback" not in done.stderr
    assert kept(home) == before


def test_nonsense_is_not_understood_and_not_kept(home: Path) -> None:
    spoken = held(home, *NONSENSE)
    assert len(NONSENSE) >= 4
    assert not [shown for shown in spoken.shown if shown.name in ("intent", "transcript", "saved")]
    assert not kept(home)


# ---------------------------------------------------------------- sound from another program


def test_raw_sound_as_fast_as_it_can_be_written(home: Path) -> None:
    with listening(home, "--input", "-", "--output", "out.wav") as spoken:
        spoken.process.communicate(samples(THANKS, THIS_IS_ALEX, RECALL))
    assert spoken.process.returncode == 0
    assert [entry.speaker for entry in kept(home)] == ["Alex"]


@pytest.fixture
def led(home: Path) -> Iterator[Listening]:
    """A ritual that waits for the first answer; the sound is piped in."""
    with listening(home, "--input", "-", "--output", "out.wav") as spoken:
        tell(spoken, samples(COFFEE) + bytes(2 * EAR_RATE))
        spoken.wait_for("listen", mode="answers")
        yield spoken


def tell(spoken: Listening, pcm: bytes) -> None:
    assert spoken.process.stdin is not None
    spoken.process.stdin.write(pcm)
    spoken.process.stdin.flush()


def test_control_c_in_the_middle_keeps_what_was_said_and_the_ritual_goes_on_later(home: Path, led: Listening) -> None:
    tell(led, samples(ANSWER))
    led.wait_for("voice-started", after=led.wait_for("listen", mode="answers"))
    time.sleep(0.3)
    led.interrupt()
    assert led.end() == 130
    assert led.shown[-2].facts["line"] == "goodbye"
    assert led.complaints == ""
    assert [entry.speaker for entry in kept(home)] == ["Sam"]
    with listening(home, "--text") as again:
        again.wait_for("synthesize", line="ritual_resume_offer")


def test_a_second_control_c_ends_at_once(home: Path, led: Listening) -> None:
    led.interrupt()
    led.interrupt()
    assert led.end() == 130
    assert "Traceback" not in led.complaints


def test_a_second_process_is_told_who_has_the_journal(home: Path, led: Listening) -> None:
    done = hearth(home, "listen", "--text")
    assert done.returncode == 1
    assert done.stderr.count("hearth: ") == 1
    assert str(led.process.pid) in done.stderr
    assert led.process.poll() is None


# ---------------------------------------------------------------- broken files


def test_a_torn_journal_keeps_every_whole_entry(home: Path) -> None:
    before = fill(home)
    journal = next((home / DATA).glob("journal-*.jsonl"))
    with journal.open("ab") as file:
        file.write(journal.read_bytes().splitlines()[-1][:40])
    held(home, *SHORT)
    assert [entry.text for entry in kept(home)] == [before[0].text, "i appreciate that you cleaned the kitchen"]


def test_a_foreign_journal_is_not_overwritten(home: Path) -> None:
    folder = home / DATA
    folder.mkdir(parents=True, mode=0o700)
    (folder / "journal-0001.jsonl").write_text("a shopping list\nbread\n")
    done = hearth(home, "listen", "--input", str(THANKS), "--output", "out.wav")
    assert done.returncode == 1
    assert "journal-0001.jsonl" in done.stderr
    assert (folder / "journal-0001.jsonl").read_text() == "a shopping list\nbread\n"


def test_a_broken_ritual_is_named_and_the_others_are_led(home: Path) -> None:
    folder = home / ".config/hearth/rituals"
    folder.mkdir()
    (folder / "tea.yaml").write_text("language: en\nid: tea\ntitle: tea\nminutes: soon\n")
    spoken = held(home, COFFEE)
    assert re.search(r"tea\.yaml, line \d+.*", spoken.complaints)
    assert spoken.wait_for("intent", name="start_ritual")


def test_the_event_stream_hides_words_unless_they_are_asked_for(home: Path) -> None:
    done = hearth(home, "listen", "--events", "--input", *map(str, SHORT), "--output", "out.wav")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert "saved" in [event["event"] for event in events]
    assert "kitchen" not in done.stdout + done.stderr


def test_replies_in_a_file_are_whole_sound(plain: Listening, home: Path) -> None:
    held(home, RECALL)
    clip = resampled(load(home / "out.wav"), EAR_RATE)
    assert clip.seconds > 2


def test_control_c_while_it_starts_says_goodbye_as_ever(home: Path) -> None:
    with listening(home, "--input", "-", "--output", "out.wav") as spoken:
        limit = time.monotonic() + LIMIT
        while not (home / "out.wav").exists():
            assert time.monotonic() < limit
            time.sleep(0.01)
        spoken.interrupt()
        assert spoken.end() == 130
    assert spoken.shown[-2].facts["line"] == "goodbye"
    assert spoken.complaints == ""
