"""Model folders: whole, missing, incomplete, torn and garbled ones; folders assembled in the cache."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import stat
import time
import wave
from pathlib import Path

import pytest

from audio.errors import ModelError
from audio.model import Strategy, VoiceModel, check, embedded, known_word
from audio.model_files import MANIFEST, vocabulary, write_manifest
from audio.model_folder import KEEP, UNUSED, assemble, dictation
from audio.recognizer import Recognizer
from tests.test_phrase_graph import with_symbols

WAVS = Path(__file__).parent / "wav"
PARTS = ["am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/HCLr.fst", "graph/Gr.fst"]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the embedded model that may be damaged."""
    return Path(shutil.copytree(embedded(), tmp_path / "model"))


@pytest.fixture
def foreign(copy: Path) -> Path:
    """The same without a manifest, as other people's models come."""
    (copy / MANIFEST).unlink()
    return copy


def heard(folder: Path, name: str) -> str:
    """What Vosk makes of a spoken file with this model folder."""
    from vosk import Model, SetLogLevel

    SetLogLevel(-1)
    recognizer = Recognizer(Model(str(folder)))
    with wave.open(str(WAVS / f"{name}.wav")) as file:
        recognizer.feed(file.readframes(file.getnframes()))
    return recognizer.finish()[0].text


def test_the_embedded_model_is_whole_and_takes_phrase_graphs(cache: Path) -> None:
    model = check(embedded(), cache)
    assert model.strategy is Strategy.PHRASE_GRAPH
    assert known_word(model, "appreciate")
    assert not known_word(model, "xyzzy")
    assert not (cache / "checked").exists()


def test_the_manifest_names_every_file(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(embedded(), tmp_path / "model"))
    write_manifest(copy)
    assert (copy / MANIFEST).read_bytes() == (embedded() / MANIFEST).read_bytes()


def test_a_missing_folder_is_one_clear_error(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no voice model") as caught:
        check(tmp_path / "nowhere", cache)
    assert "am/" in caught.value.hint


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_part_is_named(part: str, copy: Path, cache: Path) -> None:
    (copy / part).unlink()
    with pytest.raises(ModelError, match=part):
        check(copy, cache)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("damage", ["empty", "torn", "garbled"])
def test_a_damaged_part_is_named(part: str, damage: str, copy: Path, cache: Path) -> None:
    spoil(copy / part, damage)
    with pytest.raises(ModelError, match=part):
        check(copy, cache)


def spoil(file: Path, damage: str) -> None:
    data = file.read_bytes()
    middle = len(data) // 2
    garbled = data[:middle] + bytes(b ^ 0x55 for b in data[middle : middle + 64]) + data[middle + 64 :]
    file.write_bytes({"empty": b"", "torn": data[:middle], "garbled": garbled}[damage])


@pytest.mark.spoken
@pytest.mark.parametrize("part", ["am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst"])
def test_a_torn_foreign_model_kills_a_child_and_not_us(part: str, foreign: Path, cache: Path) -> None:
    spoil(foreign / part, "torn")
    with pytest.raises(ModelError, match="damaged"):
        check(foreign, cache)


@pytest.mark.spoken
@pytest.mark.parametrize("part", ["am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst", "conf/model.conf"])
def test_a_foreign_model_of_rubbish_kills_a_child_and_not_us(part: str, foreign: Path, cache: Path) -> None:
    (foreign / part).write_bytes(b"rubbish\n" * 500)
    with pytest.raises(ModelError, match="damaged"):
        check(foreign, cache)


def test_a_garbled_word_list_is_an_error(foreign: Path, cache: Path) -> None:
    (foreign / "graph/words.txt").write_bytes(b"\xff\xfe\x00 no numbers here\n")
    with pytest.raises(ModelError, match=r"words\.txt"):
        check(foreign, cache)


@pytest.mark.spoken
def test_a_foreign_model_is_tried_once(foreign: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    model = check(foreign, cache)
    assert model.strategy is Strategy.PHRASE_GRAPH
    (note,) = (cache / "checked").iterdir()
    note.write_text(json.dumps(Strategy.JSON_GRAMMAR))
    assert check(foreign, cache).strategy is Strategy.JSON_GRAMMAR
    os.utime(foreign / "am/final.mdl", (1, 1))
    assert check(foreign, cache).strategy is Strategy.PHRASE_GRAPH


@pytest.mark.spoken
def test_word_ids_come_from_the_grammar_when_there_is_no_list(foreign: Path, tmp_path: Path) -> None:
    """As in the official small models: no words.txt, the table inside Gr.fst."""
    words = vocabulary(foreign)
    grammar = foreign / "graph/Gr.fst"
    trial = assemble(VoiceModel(foreign, Strategy.PHRASE_GRAPH, "1"), tmp_path / "first", ["help"]).path
    grammar.write_bytes(with_symbols((trial / "graph/Gr.fst").read_bytes(), words, 3))
    (foreign / "graph/words.txt").unlink()
    assert vocabulary(foreign) == words
    model = check(foreign, tmp_path / "cache")
    assert model.strategy is Strategy.PHRASE_GRAPH
    assert heard(foreign, "help") == "help"
    folder = assemble(model, tmp_path / "cache", ["start our coffee ritual", "evening reflection"])
    assert heard(folder.path, "start our coffee ritual") == "start our coffee ritual"


@pytest.mark.spoken
def test_models_of_2020_lie_flat_and_are_rearranged(copy: Path, tmp_path: Path) -> None:
    flat = tmp_path / "flat"
    flat.mkdir()
    for part in copy.rglob("*.*"):
        if part.is_file() and part.parent.name != "conf":
            shutil.copy(part, flat / part.name)
    shutil.copy(copy / "conf/mfcc.conf", flat / "mfcc.conf")
    model = check(flat, tmp_path / "cache")
    assert model.strategy is Strategy.PHRASE_GRAPH
    folder = assemble(model, tmp_path / "cache", ["help", "start our coffee ritual"])
    assert (folder.path / "am/final.mdl").is_file()
    assert heard(folder.path, "help") == "help"


def test_a_static_graph_means_open_dictation(foreign: Path, tmp_path: Path) -> None:
    """Vosk ignores grammars for such a model, so there is no point in giving it one."""
    (foreign / "graph/HCLG.fst").write_bytes((foreign / "graph/Gr.fst").read_bytes())
    write_manifest(foreign)
    assert check(foreign, tmp_path).strategy is Strategy.OPEN


def test_an_assembled_folder_shares_the_big_files(cache: Path) -> None:
    folder = assemble(check(embedded(), cache), cache, ["stop", "go on", "xyzzy"])
    assert folder.phrases == ("go on", "stop")
    assert [deaf.phrase for deaf in folder.deaf] == ["xyzzy"]
    assert (folder.path / "am/final.mdl").samefile(embedded() / "am/final.mdl")
    conf = (folder.path / "conf/model.conf").read_text().split()
    commands = (embedded() / "conf/commands.conf").read_text().split()
    assert {option.partition("=")[0] for option in commands} >= {"--acoustic-scale", "--beam", "--max-active"}
    assert set(commands) <= set(conf)
    assert len({option.partition("=")[0] for option in conf}) == len(conf), "each option once"
    assert "--endpoint.rule5.min-utterance-length=100000" in conf


def test_what_is_in_the_cache_is_for_its_owner_only(cache: Path) -> None:
    folder = assemble(check(embedded(), cache), cache, ["stop"]).path
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "graph/Gr.fst").stat().st_mode) == 0o600


def test_dictation_uses_the_embedded_model_itself(cache: Path) -> None:
    assert dictation(check(embedded(), cache), cache).path == embedded()


def test_vosk_must_not_end_the_dictation_of_a_foreign_model(foreign: Path, tmp_path: Path) -> None:
    conf = foreign / "conf/model.conf"
    conf.write_text("--beam=11 # narrow\n\n--endpoint.silence-phones=1\n--endpoint.rule2.min-trailing-silence=0.5\n")
    folder = dictation(VoiceModel(foreign, Strategy.OPEN, "1"), tmp_path / "cache").path
    options = (folder / "conf/model.conf").read_text().split()
    assert "--beam=11" in options
    assert "--endpoint.rule2.min-trailing-silence=100000" in options


def test_the_same_phrases_in_any_order_are_assembled_once(cache: Path) -> None:
    model = check(embedded(), cache)
    first = assemble(model, cache, ["stop", "go on"]).path
    made = (first / "graph/Gr.fst").stat()
    second = assemble(model, cache, ["go  on", "stop", "stop"]).path
    assert second == first
    assert (second / "graph/Gr.fst").stat().st_ino == made.st_ino
    assert assemble(model, cache, ["go on"]).path != first


@pytest.mark.parametrize("damage", ["torn", "dangling"])
def test_a_damaged_cached_folder_is_made_again(damage: str, cache: Path) -> None:
    model = check(embedded(), cache)
    folder = assemble(model, cache, ["stop", "repeat"]).path
    if damage == "torn":
        (folder / "graph/Gr.fst").write_bytes(b"")
    else:
        (folder / "am/final.mdl").unlink()
        (folder / "am/final.mdl").symlink_to(folder / "gone")
    assert assemble(model, cache, ["stop", "repeat"]).path == folder
    assert (folder / "graph/Gr.fst").stat().st_size
    assert (folder / "am/final.mdl").exists()


def assemble_there(cache: str) -> str:
    return str(assemble(check(embedded(), Path(cache)), Path(cache), ["stop", "yes", "no"]).path)


def test_processes_may_assemble_the_same_folder_at_once(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        paths = pool.map(assemble_there, [str(tmp_path)] * 6)
    assert len(set(paths)) == 1
    assert [f.name for f in (tmp_path / "graphs").iterdir()] == [Path(paths[0]).name]


def test_folders_long_unused_are_pruned(tmp_path: Path) -> None:
    graphs = tmp_path / "graphs"
    old = time.time() - 2 * UNUSED
    for n in range(KEEP + 3):
        (graphs / f"old{n}").mkdir(parents=True)
        os.utime(graphs / f"old{n}", (old - n, old - n))
    (graphs / ".new-torn").mkdir()
    os.utime(graphs / ".new-torn", (old, old))
    folder = assemble(check(embedded(), tmp_path), tmp_path, ["stop"]).path
    left = {f.name for f in graphs.iterdir()}
    assert folder.name in left
    assert "old0" in left
    assert f"old{KEEP + 2}" not in left
    assert ".new-torn" not in left


@pytest.mark.skipif(os.name == "nt", reason="a file in the way gives another error there")
def test_a_cache_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "graphs").write_text("in the way")
    with pytest.raises(ModelError, match="cannot be written") as caught:
        assemble(check(embedded(), tmp_path), tmp_path, ["stop"])
    assert caught.value.hint
