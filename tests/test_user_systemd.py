"""The service under a real systemd: installed, waiting for sound, killed, started again, after a reboot, removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.user_systemd import with_systemd
from tests.virtual_card import VirtualCard

LIFE = """\
heard() { pactl --server "unix:$SOCKET" list short source-outputs; }
listens() { heard | grep -q .; }
log_in
hearth service status
hearth --data-dir "$HOME/our words" service install
systemctl --user is-enabled hearth
sleep 3
echo "before sound: $(heard | wc -l)"
mkdir -p "$XDG_RUNTIME_DIR/pulse" && ln -s "$SOCKET" "$XDG_RUNTIME_DIR/pulse/native"
until_true listens && echo "it listens now that there is sound"
hearth service status
kill -9 $(systemctl --user show hearth -p MainPID --value)
again() { systemctl --user show hearth -p NRestarts --value | grep -qx 1; }
until_true again
hearth service status
power_off
log_in
until_true listens && echo "it listens after a reboot"
hearth service status
hearth service uninstall
hearth service status
ls "$HOME/.config/systemd/user" "$HOME/our words"
"""


@pytest.mark.card
@pytest.mark.e2e
def test_a_life_with_systemd(tmp_path: Path, card: VirtualCard) -> None:
    home = tmp_path / "a home with spaces"
    home.mkdir()
    lines = with_systemd(home, LIFE, SOCKET=card.env["PULSE_SERVER"].removeprefix("unix:")).splitlines()
    assert lines[:2] == ["Hearth is not installed as a service: hearth service install", "code 1"]
    assert lines[2].startswith(f"Hearth is installed ({home}/.config/systemd/user/hearth.service)")
    assert lines[5:8] == ["code 0", "enabled", "before sound: 0"]
    assert lines[8:11] == ["it listens now that there is sound", "Hearth runs (active, running).", "code 0"]
    assert lines[11:13] == ["Hearth runs (active, running); it had to be started again 1 time.", "code 0"]
    assert lines[13:16] == ["it listens after a reboot", "Hearth runs (active, running).", "code 0"]
    assert lines[16:18] == [
        "Hearth is no longer a service. Your journal and your configuration are untouched.",
        "code 0",
    ]
    assert lines[17:20] == ["code 0", *lines[:2]]
    assert any(line.startswith("journal-") for line in lines[20:]), "the journal stays"
    assert "hearth.service" not in lines[20:]
