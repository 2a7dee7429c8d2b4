"""The doctor: each check on a healthy and on a broken household, with real parts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant import doctor, packages, sound_checks
from assistant.check import Check
from assistant.config import AudioSettings, Config, HearingSettings, Partner, PrivacySettings, VoiceSettings
from assistant.config_file import write
from assistant.doctor import examine
from assistant.folders import Folders, make_private
from assistant.journal import Journal
from tests.command import COMMAND, LIMIT, ROOT, environment, hearth
from tests.virtual_card import VirtualCard

OURS = ("XDG_RUNTIME_DIR", "PULSE_SERVER", "PULSE_SOURCE", "PULSE_SINK")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    folders = Folders(tmp_path / "etc" / "config.toml", tmp_path / "data", tmp_path / "cache")
    return Config(partners=(Partner("Anna"), Partner("Ben")), folders=folders)


def found(config: Config) -> dict[str, Check]:
    return {check.name: check for check in examine(config.folders, lambda read: read)}


def test_a_healthy_household(config: Config) -> None:
    write(replace(config, privacy=PrivacySettings(date(2026, 11, 4))))
    make_private(config.folders.data)
    checks = found(config)
    for name in ("packages", "configuration", "clock", "consent", "data folder", "disk", "voice model"):
        assert checks[name].ok, checks[name]
        assert not checks[name].hint, checks[name]
    for name in ("rituals and sentences", "phrases", "voice"):
        assert checks[name].ok, checks[name]
    assert "Anna and Ben" in checks["configuration"].found
    assert "2026-11-04" in checks["consent"].found


def test_whatever_is_broken_comes_with_a_hint(config: Config) -> None:
    for check in found(config).values():
        assert check.ok or check.hint, check


def test_every_check_is_made_though_the_configuration_is_broken(config: Config) -> None:
    write(config)
    healthy = found(config).keys()
    config.folders.config_file.write_text("[voice]\nrat = 3\n")
    broken = found(config)
    assert broken.keys() == healthy
    assert not broken["configuration"].ok
    assert "line 2" in broken["configuration"].found


def test_a_configuration_that_others_can_read(config: Config) -> None:
    write(config).chmod(0o644)
    check = next(check for check in examine(config.folders, lambda read: read) if check.name == "configuration")
    assert not check.ok
    assert "chmod 600" in check.hint


def test_a_data_folder_that_others_can_look_into(config: Config) -> None:
    config.folders.data.mkdir(mode=0o755)
    config.folders.data.chmod(0o755)
    check = doctor.data_folder(config)
    assert not check.ok
    assert "chmod 700" in check.hint


def test_a_data_folder_that_is_yet_to_be_made(config: Config) -> None:
    assert doctor.data_folder(config).ok
    assert not config.folders.data.exists()


def test_a_broken_ritual_of_the_household(config: Config) -> None:
    config.folders.rituals.mkdir(parents=True)
    (config.folders.rituals / "tea.yaml").write_text("language: en\nid: [\n")
    check = doctor.household_files(config)
    assert not check.ok
    assert "tea.yaml" in check.found


def test_names_that_cannot_be_heard(config: Config) -> None:
    unknown = replace(config, partners=(Partner("Xyqzwl"), Partner("Ben")))
    check = doctor.phrases(unknown)
    assert not check.ok
    assert "Xyqzwl" in check.found
    assert "Ben" not in check.found
    assert doctor.phrases(replace(config, partners=(Partner("Xyqzwl", ("sick swell",)), Partner("Ben")))).ok


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"hearing": HearingSettings(model="/nowhere")}, "voice model"),
        ({"audio": AudioSettings(microphone="no such thing", speaker="no such thing")}, "microphone"),
        ({"audio": AudioSettings(microphone="no such thing", speaker="no such thing")}, "speaker"),
        ({"voice": VoiceSettings(name="no such voice")}, "voice"),
    ],
)
def test_a_part_that_is_missing(config: Config, changed: dict[str, object], name: str) -> None:
    checks = examine(config.folders, lambda read: replace(read, **changed))  # type: ignore[arg-type]
    check = next(check for check in checks if check.name == name)
    assert not check.ok
    assert check.hint


def test_a_journal_that_is_none(config: Config) -> None:
    config.folders.data.mkdir(mode=0o700)
    (config.folders.data / "journal-0001.jsonl").write_bytes(b"\x00\x01 no journal at all\n" * 3)
    broken = [check for check in doctor.journal(config) if not check.ok]
    assert broken
    assert all(check.hint for check in broken)


def test_a_healthy_journal(config: Config) -> None:
    with Journal.open(config.folders.data):
        pass
    assert all(check.ok for check in doctor.journal(config))


@pytest.mark.parametrize(
    ("privacy", "said"),
    [
        (PrivacySettings(), "not yet given"),
        (PrivacySettings(date(2026, 11, 4)), "both agreed on 2026-11-04"),
        (PrivacySettings(refused=True), "nothing is kept"),
    ],
)
def test_consent(config: Config, privacy: PrivacySettings, said: str) -> None:
    check = doctor.consent(replace(config, privacy=privacy))
    assert check.ok
    assert said in check.found


def test_a_clock_that_went_back(config: Config) -> None:
    with Journal.open(config.folders.data):
        pass
    assert doctor.clock(config).ok
    ahead = time.time() + 3 * doctor.DAY
    (written,) = config.folders.data.glob("journal-*.jsonl")
    os.utime(written, (ahead, ahead))
    check = doctor.clock(config)
    assert not check.ok
    assert "but the journal was written on" in check.found
    assert "Set this machine's clock" in check.hint


def test_packages_of_others_in_front_of_ours(tmp_path: Path) -> None:
    """One sentence instead of a traceback, whatever the command is."""
    for name in ("audio", "prompts"):
        (tmp_path / "other" / name).mkdir(parents=True)
        (tmp_path / "other" / name / "__init__.py").touch()
    env = environment(tmp_path) | {"PYTHONPATH": f"{tmp_path}/other{os.pathsep}{ROOT}"}
    for words in (["doctor"], ["--help"]):
        command = [sys.executable, "-m", "assistant", *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=LIMIT, check=False
        )
        assert (done.returncode, done.stdout) == (1, "")
        first, second = done.stderr.splitlines()
        assert f"audio ({tmp_path}/other/audio), prompts ({tmp_path}/other/prompts)" in first
        assert "PYTHONPATH" in second


def test_packages_are_compared_by_their_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert packages.foreign() == {}
    assert doctor.packages().ok
    (tmp_path / "intents.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "intents", raising=False)
    assert packages.foreign() == {"intents": str(tmp_path / "intents.py")}
    assert not doctor.packages().ok


def test_as_a_command(tmp_path: Path) -> None:
    run = hearth(tmp_path, "doctor", "--json", "--audio-input-device", "no such thing")
    checks = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 1
    assert all(check.keys() == {"name", "ok", "found", "hint"} for check in checks)
    assert not next(check for check in checks if check["name"] == "microphone")["ok"]
    shown = hearth(tmp_path, "doctor").stdout
    assert "voice model" in shown
    assert not list(tmp_path.glob(".local")), "the doctor makes no journal"


# ---------------------------------------------------------------- sound


def test_whether_other_sound_gets_softer(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    off = replace(config, audio=AudioSettings(ducking=False))
    assert "ducking = false" in sound_checks.other_sound(off).found
    monkeypatch.setenv("PATH", str(tmp_path))
    check = sound_checks.other_sound(config)
    assert check.ok
    assert "as loud as ever" in check.found
    if sys.platform == "linux":
        assert "pulseaudio-utils" in check.hint


def test_a_round_trip_through_memory(config: Config) -> None:
    check = sound_checks.round_trip(config)
    assert check.ok, check
    assert check.found.endswith("and heard it, in memory")
    assert found(config)["round trip"] == check, "it is made without being asked for, since nobody hears it"


def test_a_voice_that_nobody_understands(config: Config) -> None:
    """Whispered in a hurry, letter by letter as in Arabic: it is spoken, and the ear makes nothing of it."""
    check = sound_checks.round_trip(replace(config, voice=VoiceSettings(name="ar+whisper", rate=400)))
    assert not check.ok
    assert "did not hear it, in memory" in check.found
    assert "hearth setup" in check.hint


@pytest.mark.card
@pytest.mark.e2e
def test_level_and_round_trip_through_the_air(tmp_path: Path, card: VirtualCard) -> None:
    env = environment(tmp_path) | {key: card.env[key] for key in OURS}

    def examined(*words: str) -> dict[str, Check]:
        command = [*COMMAND, "doctor", "--json", *words]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
        return {check["name"]: Check(**check) for check in map(json.loads, done.stdout.splitlines())}

    control = ["pactl", "set-source-mute", "mic_in.monitor"]
    try:
        subprocess.run([*control, "1"], env=card.env, check=True)
        subprocess.run(["pactl", "set-sink-volume", "spk_out", "4%"], env=card.env, check=True)
        muted = examined()
    finally:
        subprocess.run([*control, "0"], env=card.env, check=True)
        subprocess.run(["pactl", "set-sink-volume", "spk_out", "100%"], env=card.env, check=True)
    assert "Monitor of Null Output: muted" in muted["microphone"].found
    assert "pactl set-source-mute mic_in.monitor 0" in muted["microphone"].hint
    assert "turned down to 4 %" in muted["speaker"].found
    assert "pactl set-sink-volume spk_out 100%" in muted["speaker"].hint
    silent = examined("--round-trip")
    assert silent["microphone"].ok
    assert silent["speaker"].ok
    assert "softer while Hearth speaks (pulseaudio)" in silent["other sound"].found
    assert not silent["microphone level"].ok, "digital silence is no microphone"
    assert not silent["round trip"].ok
    assert "headphones" in silent["round trip"].hint
    assert "microphone 16,000 Hz, speaker 22,050 Hz" in silent["sample rates"].found
    words = ["load-module", "module-loopback", "source=spk_out.monitor", "sink=mic_in", "latency_msec=30"]
    loop = subprocess.run(["pactl", *words], env=card.env, capture_output=True, text=True, check=True).stdout.strip()
    try:
        together = examined("--round-trip")
    finally:
        subprocess.run(["pactl", "unload-module", loop], env=card.env, check=True)
    assert together["round trip"].ok, together["round trip"]
    assert "through speaker and microphone" in together["round trip"].found
