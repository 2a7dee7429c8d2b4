"""The whole recipe with few words and little speech: real training, real export, and stock Vosk hears commands."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from audio.training.held_out import held_out
from tests.card_programs import until

pytestmark = [pytest.mark.spoken, pytest.mark.e2e]

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / os.environ.get("TRAIN", ".venv-train") / "bin/python"
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""So small a network is trained sooner by one thread than by several that wait for each other."""
STAGES = ("texts", "voices", "augmentation", "features", "training", "export", "graph", "proof")


@dataclass(frozen=True)
class Chain:
    """A recipe in a folder of its own."""

    recipe: Path
    work: Path

    def run(self, *stages: str) -> subprocess.CompletedProcess[str]:
        command = [str(PYTHON), "-m", "audio.training", *stages, "--recipe", str(self.recipe)]
        return subprocess.run(
            command, cwd=ROOT, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=False, timeout=900
        )


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Skips without the training tools (`make model-tools`), and fails under HEARTH_REQUIRE_TRAINING=1."""
    if not PYTHON.exists():
        reason = "no training tools: make model-tools"
        if os.environ.get("HEARTH_REQUIRE_TRAINING") == "1":
            pytest.fail(f"HEARTH_REQUIRE_TRAINING=1, but {reason}")
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("training")
    recipe = folder / "small.toml"
    text = (ROOT / "audio/training/small.toml").read_text()
    recipe.write_text(re.sub(r'^work = ".*"', f'work = "{folder}/work"', text, flags=re.M))
    return Chain(recipe, folder / "work")


@pytest.fixture(scope="module")
def made(chain: Chain) -> subprocess.CompletedProcess[str]:
    return chain.run(*STAGES)


def test_the_small_model_hears_commands(made: subprocess.CompletedProcess[str]) -> None:
    assert made.returncode == 0, made.stderr
    heard = re.findall(r"^proof: (\d+)/12", made.stdout + made.stderr, re.M)
    assert int(heard[-1]) >= 9


def test_it_learns(made: subprocess.CompletedProcess[str]) -> None:
    first, *_, last = re.findall(r"loss (\d+\.\d+)", made.stdout + made.stderr)
    assert float(last) < 0.6 * float(first)


def test_no_shard_has_a_voice_that_is_kept_apart(made: subprocess.CompletedProcess[str], chain: Chain) -> None:
    shards = sorted((chain.work / "voices").glob("*.npz"))
    spoken = {str(voice) for shard in shards for voice in np.load(shard)["voices"]}
    assert len(spoken) > 50
    assert not [voice for voice in spoken if held_out().holds(voice)]
    assert not held_out().sentences & set((chain.work / "sentences.txt").read_text().splitlines())


def test_what_is_done_is_not_done_again(made: subprocess.CompletedProcess[str], chain: Chain) -> None:
    before = {file: file.stat().st_mtime_ns for file in chain.work.rglob("*.npz")}
    again = chain.run("texts", "voices", "augmentation", "features", "training")
    assert again.returncode == 0
    assert {file: file.stat().st_mtime_ns for file in chain.work.rglob("*.npz")} == before
    assert "loss" not in again.stdout + again.stderr


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_an_end_ends_its_processes_too(
    made: subprocess.CompletedProcess[str], chain: Chain, ending: signal.Signals
) -> None:
    recipe = chain.recipe.with_name("speaking.toml")
    text = re.sub(r"^utterances = .*", "utterances = 5000", chain.recipe.read_text(), flags=re.M)
    recipe.write_text(text.replace(str(chain.work), str(chain.work.with_name("speaking"))))
    command = [str(PYTHON), "-m", "audio.training", "texts", "voices", "--recipe", str(recipe)]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | ONE_THREAD, start_new_session=True) as running:
        assert until(lambda: speaks(running.pid), 60.0)
        time.sleep(1.0)
        running.send_signal(ending)
        assert running.wait(20.0) == 128 + ending
        assert until(lambda: not speaks(running.pid), 5.0)


def test_it_goes_on_from_a_model(made: subprocess.CompletedProcess[str], chain: Chain) -> None:
    work = chain.work.with_name("going-on")
    shutil.copytree(chain.work, work, ignore=shutil.ignore_patterns("training-*"))
    recipe = chain.recipe.with_name("going-on.toml")
    text = chain.recipe.read_text().replace(str(chain.work), str(work))
    text = text.replace('start = ""', f'start = "{chain.work / "model"}"').replace("[0.0, 1.0]", "[0.3, 0.3]")
    recipe.write_text(re.sub(r"^updates = .*", "updates = 20", text, flags=re.M))
    gone_on = Chain(recipe, work).run("training", "export", "graph", "proof")
    assert gone_on.returncode == 0, gone_on.stderr
    losses = [re.findall(r"loss (\d+\.\d+)", done.stdout + done.stderr) for done in (made, gone_on)]
    assert float(losses[1][0]) < 0.7 * float(losses[0][0]), "it began from nothing"
    assert int(re.findall(r"^proof: (\d+)/12", gone_on.stdout + gone_on.stderr, re.M)[-1]) >= 9


def speaks(group: int) -> bool:
    """Whether processes that make a shard are left in this group."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            of = process.joinpath("stat").read_text().rpartition(")")[2].split()[2]
            if of == str(group) and b"spawn_main" in process.joinpath("cmdline").read_bytes():
                return True
    return False


def test_a_stage_says_what_it_lacks(made: subprocess.CompletedProcess[str], chain: Chain) -> None:
    (chain.work / "training-2.pt").rename(chain.work / "aside")
    failed = chain.run("export")
    (chain.work / "aside").rename(chain.work / "training-2.pt")
    assert failed.returncode == 1
    assert "training-2.pt is missing: run the stage training first" in failed.stderr


def test_a_stopped_evaluation_goes_on(chain: Chain, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(PYTHON), "-m", "tests.training_evaluation", str(tmp_path)],
        cwd=ROOT, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.findall(r"^evaluation: (\d+)/32", done.stderr, re.M) == ["30", "32", "32"]
    ours, theirs = (tmp_path / "evaluation.md").read_text().split("### pocketsphinx")
    assert "\n| clean | 100.0 % | 0.0 % | 0.0 % |" in ours
    assert re.search(r"^\| clean \| [\d.]+ % \|", theirs, re.M)
    assert "command: 11 of 33." in ours
    assert "command: 22 of 33." in theirs


def test_the_sums_over_paths_teach_what_they_should(made: subprocess.CompletedProcess[str], chain: Chain) -> None:
    command = [str(PYTHON), "-m", "tests.training_sums", str(chain.recipe)]
    subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, check=True)
