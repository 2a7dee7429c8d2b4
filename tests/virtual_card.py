"""A sound card without hardware: PulseAudio with two null sinks, one to speak into and one to listen to.

As a program it is started and given its own environment; what is tested runs in a process with that environment,
because PortAudio looks at the devices once, when it is imported.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.command import found_out

MIC_RATE, SPEAKER_RATE = 16_000, 22_050

SCRIPT = """\
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=mic_in rate=16000 channels=1 format=s16le norewinds=1
load-module module-null-sink sink_name=spk_out rate=22050 channels=1 format=s16le norewinds=1
set-default-sink spk_out
set-default-source mic_in.monitor
"""

PROGRAMS = ("pulseaudio", "pactl", "paplay", "parec")


def missing() -> str:
    """Why there can be no virtual sound card here; empty if there can."""
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"no {', '.join(absent)} (sudo apt install pulseaudio pulseaudio-utils)" if absent else ""


class VirtualCard:
    """A running sound server with a microphone `mic_in.monitor` and a speaker `spk_out`."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None
        self.env = env
        """The environment in which a program meets this card and no other."""

    @classmethod
    def within(cls, folder: Path) -> VirtualCard:
        """A card that is still to be started, with its files in an empty folder."""
        for name in ("run", "home"):
            (folder / name).mkdir(mode=0o700)
        own = {
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_CONFIG_HOME": str(folder / "home"),
            "PULSE_SERVER": f"unix:{folder}/run/pulse.sock",
            "PULSE_SOURCE": "mic_in.monitor",
            "PULSE_SINK": "spk_out",
        }
        return cls(folder, os.environ | own)

    @classmethod
    def of(cls, env: Mapping[str, str]) -> VirtualCard:
        """The card that somebody else started for this environment."""
        return cls(Path(env["XDG_RUNTIME_DIR"]).parent, env)

    def start(self) -> None:
        """Start the server and wait for it; a second one would silently take the socket, so there is none."""
        if self._answers():
            return
        script = self._folder / "card.pa"
        script.write_text(SCRIPT.format(socket=f"{self._folder}/run/pulse.sock"))
        # A desktop gives its sound server this priority (rtkit): sound comes in time however busy the machine is.
        options = "--daemonize=no --exit-idle-time=-1 --use-pid-file=no --high-priority=yes --realtime=yes"
        with (self._folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                ["pulseaudio", "-n", "-F", str(script), *options.split(), "--disable-shm=yes", "--log-target=stderr"],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        limit = time.monotonic() + 10
        while not self._answers():
            if time.monotonic() > limit or self._server.poll() is not None:
                raise RuntimeError(f"the sound server did not start:\n{(self._folder / 'log').read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Kill the server, as a crash would."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def run(self, program: str, module: str = "card_programs", **env: str) -> Any:
        """What a function of such a module of tests found out, in a process that knows this card and no other."""
        return found_out("-m", f"tests.{module}", program, env={**self.env, **env})

    def freeze(self) -> None:
        """Let the server hang, until `thaw`."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._server is not None
        self._server.send_signal(signal.SIGCONT)

    def unplug_microphone(self) -> None:
        """The source `mic_in.monitor` is gone; the server moves its recordings elsewhere."""
        modules = self.control("list", "short", "modules").splitlines()
        (number,) = [line.split("\t")[0] for line in modules if "sink_name=mic_in" in line]
        self.control("unload-module", number)

    def plug_microphone(self) -> None:
        """It is there again."""
        options = "sink_name=mic_in rate=16000 channels=1 format=s16le norewinds=1"
        self.control("load-module", "module-null-sink", *options.split())
        self.control("set-default-source", "mic_in.monitor")

    def control(self, *words: str) -> str:
        """What `pactl` says of this card, or does to it."""
        done = subprocess.run(["pactl", *words], env=self.env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def feed(self, pcm: bytes, rate: int = MIC_RATE, device: str = "mic_in") -> subprocess.Popen[bytes]:
        """Speak 16-bit mono samples into the microphone; returns while they sound, `wait()` waits for the end."""
        form = [f"--rate={rate}", "--channels=1", "--format=s16le", "--raw", "--latency-msec=200"]
        player = subprocess.Popen(["paplay", f"--device={device}", *form], env=self.env, stdin=subprocess.PIPE)
        assert player.stdin is not None
        with player.stdin as pipe:
            pipe.write(pcm)
        return player

    @contextlib.contextmanager
    def capture(self, rate: int = SPEAKER_RATE, device: str = "spk_out.monitor") -> Iterator[Capture]:
        """Record what the speaker plays, from before the block until a moment after it."""
        form = [f"--rate={rate}", "--channels=1", "--format=s16le", "--raw", "--latency-msec=20"]
        recorder = subprocess.Popen(["parec", "-d", device, *form], env=self.env, stdout=subprocess.PIPE)
        capture = Capture(recorder, rate)
        capture.wait_for_sound()
        try:
            yield capture
            time.sleep(0.3)
        finally:
            capture.close()

    def _answers(self) -> bool:
        return subprocess.run(["pactl", "info"], env=self.env, capture_output=True, check=False).returncode == 0


class Capture:
    """What a speaker played, and when."""

    def __init__(self, recorder: subprocess.Popen[bytes], rate: int) -> None:
        self.rate = rate
        """Samples a second."""
        self.blocks: list[tuple[float, bytes]] = []
        """When a piece arrived, by the monotonic clock, and its samples."""
        self._recorder = recorder
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pcm(self) -> bytes:
        """Everything so far, 16-bit mono."""
        return b"".join(block for _, block in self.blocks)

    @property
    def sound(self) -> bytes:
        """Everything so far from the first to the last sample that is not zero."""
        head = len(self.pcm) - len(self.pcm.lstrip(b"\0"))
        return self.pcm[head - head % 2 :].rstrip(b"\0") + b"\0"

    def wait_for_sound(self) -> None:
        """Until samples arrive, be they silence."""
        limit = time.monotonic() + 10
        while not self.blocks:
            if time.monotonic() > limit:
                raise RuntimeError("the sound server delivers nothing")
            time.sleep(0.005)

    def last_sound(self) -> float:
        """When the last piece arrived in which anything sounded; 0 if none did."""
        return max((when for when, block in self.blocks if block.strip(b"\0")), default=0.0)

    def first_sound(self, after: float = 0.0) -> float:
        """When the first piece after a moment arrived in which anything sounded; 0 if none did."""
        return min((when for when, block in self.blocks if when > after and block.strip(b"\0")), default=0.0)

    def close(self) -> None:
        """Stop the recording."""
        self._recorder.terminate()
        self._recorder.wait()
        self._reader.join(2)
        if self._recorder.stdout is not None:
            self._recorder.stdout.close()

    def _read(self) -> None:
        assert self._recorder.stdout is not None
        while block := os.read(self._recorder.stdout.fileno(), 4_096):
            self.blocks.append((time.monotonic(), block))


@contextlib.contextmanager
def virtual_card() -> Iterator[VirtualCard]:
    """A card that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hearth-card-") as folder:
        card = VirtualCard.within(Path(folder))
        card.start()
        try:
            yield card
        finally:
            card.stop()


@pytest.fixture(scope="session")
def card() -> Iterator[VirtualCard]:
    """One card for all tests that only use it; those that break it make their own."""
    if reason := missing():
        if os.environ.get("HEARTH_REQUIRE_CARD") == "1":
            pytest.fail(f"HEARTH_REQUIRE_CARD=1, but {reason}")
        pytest.skip(f"no virtual sound card: {reason}")
    with virtual_card() as made:
        yield made
