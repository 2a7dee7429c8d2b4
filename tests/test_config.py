"""The configuration: every mistake is found, named and located; what is written is read back."""

from __future__ import annotations

import ast
import inspect
import stat
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import config as config_module
from assistant.config import (
    AudioSettings,
    Config,
    HearingSettings,
    OwnWord,
    Partner,
    PatienceSettings,
    PrivacySettings,
    ReminderSettings,
    ServiceSettings,
    VoiceSettings,
)
from assistant.config_file import parse, read, write
from assistant.errors import ConfigError
from assistant.folders import Folders, find_folders
from assistant.reminders import QuietHours
from assistant.toml_text import line_of, to_toml
from assistant.weekdays import Weekday, first_weekday_of

FOLDERS = Folders(Path("/nowhere/config.toml"), Path("/nowhere/data"), Path("/nowhere/cache"))


def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "etc" / "config.toml", tmp_path / "data", tmp_path / "cache")


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    config = read(folders(tmp_path))
    assert config.names == ("partner one", "partner two")
    assert config.hearing.patience == PatienceSettings(command=0.6, answer=3.0, sure=0.35)
    assert config.privacy.consent is None


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(folders(tmp_path), required=True)
    assert "setup" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said", "hinted"),
    [
        ("[hearing.patience]\n\ncomand = 3", ("line 3", "'hearing.patience.comand'"), "'command'"),
        ("x = [", ("not valid TOML",), "setup"),
        ("langage = 'en'", ("line 1", "langage"), "'language'"),
        ("timezone = 'Mars/X'", ("line 1", "Mars/X"), "Europe/Dublin"),
        ("timezone = '../../etc/passwd'", ("unknown time zone",), "Europe/Dublin"),
        ("[hearing]\ntail = 'a'", ("line 2", "a number, got text"), "Correct"),
        ("[hearing]\ntail = -1", ("line 2", ">= 0"), "Correct"),
        ("[voice]\nname = 'x'\nrate = 10", ("line 3", ">= 80"), "Correct"),
        ("voice = 3", ("line 1", "a table"), "Correct"),
        ("[[partners]]\nname = 'Ana'", ("line 1", "'partners'", "length 2"), "two"),
        ("[[partners]]\nname='Ana'\n[[partners]]\nname='ana'", ("line 4", "both"), "nickname"),
        ("[[partners]]\nname='Ana'\n[[partners]]\nname='{x}'", ("line 4", "partners[1].name"), "letter"),
        ("[[partners]]\nname='Ana'\n[[partners]]\nnme='Ben'", ("line 4", "partners[1].nme"), "'name'"),
        ("country = 'usa'", ("line 1", "country"), "IE"),
        ("first_weekday = 'funday'", ("line 1", "funday"), "monday"),
        ("[privacy]\nconsent = 'yes'", ("line 2", "consent"), "2026-01-31"),
        ("folders = 3", ("unknown key 'folders'",), "Known here"),
    ],
)
def test_every_mistake_is_located(text: str, said: tuple[str, ...], hinted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "home.toml")
    assert all(part in caught.value.message for part in ("home.toml", *said))
    assert hinted in caught.value.hint


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    where = folders(tmp_path)
    where.config_file.parent.mkdir()
    if content is None:
        where.config_file.mkdir()
    else:
        where.config_file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read(where)
    assert str(where.config_file) in caught.value.message
    assert caught.value.hint


words = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)
names = st.from_regex(r"[A-Za-zÀ-ÿ]([A-Za-z .'-]{0,10}[a-z])?", fullmatch=True).filter(
    lambda name: name.isprintable() and "×" not in name and "÷" not in name
)


@settings(deadline=None)
@given(
    first=names,
    second=names,
    heard=st.lists(words, max_size=2),
    device=words,
    consent=st.none() | st.dates(),
    weekday=st.none() | st.sampled_from(list(Weekday)),
    volume=st.floats(0, 1),
)
def test_what_is_written_is_read_back(
    first: str,
    second: str,
    heard: list[str],
    device: str,
    consent: date | None,
    weekday: Weekday | None,
    volume: float,
) -> None:
    if first.casefold() == second.casefold():
        second = second + "b"
    config = Config(
        language="de",
        country="DE",
        first_weekday=weekday,
        timezone="Europe/Berlin",
        partners=(Partner(first, tuple(heard)), Partner(second)),
        words=(OwnWord("niamh", (device, *heard)), OwnWord("zoë's", ("so is",))),
        audio=AudioSettings(device, device, ducking=False),
        voice=VoiceSettings(device, 140, volume, "21:30", "08:00", volume),
        hearing=HearingSettings(device, PatienceSettings(0.5, 4.0, 0.3), 0.5, False, True, 20.0, "http://[::1]/x"),
        privacy=PrivacySettings(consent, refused=volume > 0.5),
        folders=FOLDERS,
    )
    assert replace(parse(to_toml(config), "x"), folders=FOLDERS) == config


def test_the_file_belongs_to_its_owner_and_replaces_the_old_one(tmp_path: Path) -> None:
    where = folders(tmp_path)
    write(Config(folders=where))
    write(Config(folders=where, country="IE"))
    assert stat.S_IMODE(where.config_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(where.config_file.parent.stat().st_mode) == 0o700
    assert [path.name for path in where.config_file.parent.iterdir()] == ["config.toml"]
    assert read(where, required=True).country == "IE"


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    where = folders(tmp_path)
    where.config_file.parent.mkdir()
    where.config_file.symlink_to(tmp_path / "real.toml")
    write(Config(folders=where, country="IE"))
    assert where.config_file.is_symlink()
    assert read(where).country == "IE"


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    where = folders(tmp_path)
    where.config_file.mkdir(parents=True)
    (where.config_file / "something").touch()
    with pytest.raises(ConfigError) as caught:
        write(Config(folders=where))
    assert "--config" in caught.value.hint
    assert list(where.config_file.parent.iterdir()) == [where.config_file]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "etc").write_text("a file where a folder should be")
    with pytest.raises(ConfigError) as caught:
        write(Config(folders=folders(tmp_path)))
    assert "--config" in caught.value.hint


def test_every_key_stands_in_the_written_file_with_a_comment() -> None:
    lines = to_toml(Config(folders=FOLDERS)).splitlines()
    for shape in (
        Config,
        Partner,
        AudioSettings,
        VoiceSettings,
        HearingSettings,
        PatienceSettings,
        PrivacySettings,
        ReminderSettings,
        ServiceSettings,
        OwnWord,
    ):
        for field in fields(shape):
            if field.name == "folders":
                continue
            names = (f"{field.name} = ", f"[{field.name}]", f"[[{field.name}]]")
            keys = (*names, *(f"# {name}" for name in names))
            assert any(line.startswith(keys) or line == f"[hearing.{field.name}]" for line in lines), field.name


def test_every_field_is_documented() -> None:
    tree = ast.parse(inspect.getsource(config_module))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert len(classes) == sum(
        is_dataclass(value) and value.__module__ == config_module.__name__ for value in vars(config_module).values()
    )
    for node in classes:
        for item, after in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(item, ast.AnnAssign):
                assert isinstance(after, ast.Expr), f"{node.name}: {ast.unparse(item)}"


def test_line_of_falls_back_to_the_table() -> None:
    text = "language = 'en'\n[voice]\nrate = 3\n[hearing]\npatience.answer = 2\n"
    assert line_of(text, "voice.rate") == 3
    assert line_of(text, "voice.name") == 2
    assert line_of(text, "hearing.patience.answer") == 5
    assert line_of(text, "nothing") == 0


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("US", "sunday"),
        ("GB", "monday"),
        ("EG", "saturday"),
        ("MV", "friday"),
        ("", "monday"),
        ("XX", "monday"),
    ],
)
def test_the_country_says_when_a_week_begins(country: str, day: str) -> None:
    assert first_weekday_of(country) == day
    assert Config(country=country or "IE", folders=FOLDERS).week_begins == (day if country else "monday")


def test_the_chosen_weekday_goes_before_the_country() -> None:
    config = Config(country="US", first_weekday=Weekday.THURSDAY, folders=FOLDERS)
    assert config.week_begins == "thursday"
    assert config.week_begins.number == 3


def test_the_zone_is_the_configured_one_or_the_systems() -> None:
    assert str(Config(timezone="Europe/Dublin", folders=FOLDERS).zone) == "Europe/Dublin"
    assert Config(folders=FOLDERS).zone is not None


@pytest.mark.parametrize(("clock", "loudness"), [((21, 59), 0.9), ((22, 0), 0.3), ((3, 0), 0.3), ((7, 0), 0.9)])
def test_at_night_the_voice_is_softer(clock: tuple[int, int], loudness: float) -> None:
    assert VoiceSettings(volume=0.9, night_volume=1 / 3).loudness(time(*clock)) == pytest.approx(loudness)
    assert VoiceSettings(volume=0.9, night_from="07:00").loudness(time(*clock)) == 0.9, "no night at all"


def test_folders_can_be_named(tmp_path: Path) -> None:
    found = find_folders(str(tmp_path / "c.toml"), str(tmp_path / "d"))
    assert found.config_file == tmp_path / "c.toml"
    assert found.data == tmp_path / "d"
    assert found.rituals == tmp_path / "rituals"
    assert found.cache != found.data


def test_quiet_hours_are_times_of_day() -> None:
    config = parse('[reminders]\nquiet_from = "22:30"\nquiet_until = "07:00"\n', "c.toml")
    assert config.reminders.quiet_hours == QuietHours(time(22, 30), time(7))
    with pytest.raises(ConfigError, match="quiet_from") as caught:
        parse('[reminders]\nquiet_from = "half past ten"\n', "c.toml")
    assert "23:00" in caught.value.hint
