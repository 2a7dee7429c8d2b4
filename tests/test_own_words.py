"""A household's own words: what they sound like, in the configuration, on the command line, and heard for real."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.config import Config, OwnWord, Partner
from assistant.config_file import parse
from assistant.ears import build_ear, unheard_names, voice_model
from assistant.errors import ConfigError, UsageError
from assistant.folders import Folders
from assistant.household import load_rituals, load_sentences
from assistant.naming import heard_names
from assistant.own_words import Speller, added_words, one_word, with_word, without_word
from assistant.recording import heard
from assistant.sound_checks import in_memory
from assistant.toml_text import to_toml
from audio.model_files import vocabulary
from audio.types import Hearing
from audio.voice import Pyttsx3Voice
from tests.command import hearth

SPOKEN = {"Niamh": "neev", "Siobhan": "shivawn"}
"""Names that the embedded model was not taught, and how a synthesiser has to be given them."""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    home = tmp_path_factory.mktemp("words")
    return Config(
        partners=(Partner("Niamh"), Partner("Sam")),
        folders=Folders(home / "config.toml", home / "data", home / "cache"),
    )


@pytest.fixture(scope="module")
def speller(config: Config) -> Speller:
    return Speller(voice_model(config), "en")


def test_twenty_thousand_words_can_be_dictated(config: Config) -> None:
    words = [word for word in vocabulary(voice_model(config).path) if word.replace("'", "").isalpha()]
    assert len(words) >= 20_000


# ---------------------------------------------------------------- what a word sounds like


def test_known_words_are_taken_as_they_were_given(speller: Speller) -> None:
    choice = speller.choose("saoirse", ["Seer  shut", "sir"])
    assert choice.sounds_like == ("seer shut", "sir")
    assert not choice.guessed


def test_other_spellings_are_read_aloud_and_compared(speller: Speller) -> None:
    choice = speller.choose("niamh", ["neev"])
    assert choice.guessed
    assert "leave" in choice.sounds_like
    assert not speller.unknown(choice.sounds_like)


def test_a_word_without_a_hint_is_read_as_it_is_written(speller: Speller) -> None:
    assert "nick hill" in speller.choose("nikhil").sounds_like


def test_a_spelling_that_is_no_sound_is_an_error_with_a_hint(speller: Speller) -> None:
    with pytest.raises(UsageError, match="does not know") as caught:
        speller.choose("niamh", ["kskskskskfvfvtztz"])
    assert "--sounds-like" in caught.value.hint


@pytest.mark.parametrize("text", ["", "two words", "r2d2", "*", "a" * 41])
def test_what_is_no_word_cannot_be_added(text: str) -> None:
    with pytest.raises(UsageError, match="not a word") as caught:
        one_word(text)
    assert "one word" in caught.value.hint


def test_a_word_is_taken_in_lower_case() -> None:
    assert one_word(" Niamh! ") == "niamh"
    assert one_word("Zoë's") == "zoë's"


# ---------------------------------------------------------------- in the configuration


def test_a_word_is_kept_in_the_file_and_taken_out_again(config: Config) -> None:
    more = with_word(with_word(config, "mateusz", ("matter use",)), "mateusz", ("mad ace", 'a "b" \\c'))
    again = parse(to_toml(more), "x")
    assert again.words == (OwnWord("mateusz", ("mad ace", 'a "b" \\c')),)
    assert without_word(more, "mateusz").words == ()
    assert parse(to_toml(config), "x").words == ()


def test_a_partners_name_is_kept_beside_it(config: Config) -> None:
    more = with_word(config, "niamh", ("leave",))
    assert more.partners == (Partner("Niamh", ("leave",)), Partner("Sam"))
    assert more.words == ()
    assert [one.word for one in added_words(more)] == ["niamh"]
    assert without_word(more, "niamh").partners == config.partners


def test_a_word_that_was_not_added_cannot_be_removed(config: Config) -> None:
    with pytest.raises(UsageError, match="not added") as caught:
        without_word(with_word(config, "mateusz", ("mad ace",)), "xyzzy")
    assert "mateusz" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[words]]\nword = "two words"\nsounds_like = ["one"]\n', "words[0].word"),
        ('[[words]]\nword = "r2"\nsounds_like = ["one"]\n', "words[0].word"),
        ('[[words]]\nword = "niamh"\nsounds_like = []\n', "words[0].sounds_like"),
        ('[[words]]\nword = "niamh"\n', "words[0]"),
        ('[[words]]\nword = "niamh"\nsounds_like = "neve"\n', "words[0].sounds_like"),
        ('[[words]]\nword = "a"\nsounds_like = ["b"]\n[[words]]\nword = "A"\nsounds_like = ["c"]\n', "twice"),
        ('[[words]]\nwrd = "niamh"\nsounds_like = ["neve"]\n', "wrd"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "the file")
    assert said in caught.value.message
    assert "line" in caught.value.message
    assert caught.value.hint


# ---------------------------------------------------------------- heard


@pytest.fixture(scope="module")
def voice() -> Iterator[Pyttsx3Voice]:
    """One that the embedded model was not trained on."""
    with closing(Pyttsx3Voice("en-us+Annie", 160)) as held_out:
        yield held_out


def understood(config: Config, voice: Pyttsx3Voice, *texts: str) -> list[str]:
    """The phrases that are heard of sentences, among all that this household can say."""
    with closing(build_ear(config, load_sentences(config, load_rituals(config)))) as ear:
        found = [heard(ear, Hearing.COMMANDS, in_memory(voice.render(text))) for text in texts]
    return [one.phrase.text for ears in found for one in ears if one.phrase]


@pytest.mark.spoken
@pytest.mark.parametrize("name", SPOKEN)
def test_a_partners_name_is_heard_once_it_sounds_like_something(
    name: str, config: Config, speller: Speller, voice: Pyttsx3Voice
) -> None:
    said = [f"this is {SPOKEN[name]}", f"what did {SPOKEN[name]} appreciate"]
    deaf = dataclasses.replace(config, partners=(Partner(name), Partner("Sam")))
    assert unheard_names(deaf) == [name]
    assert not any(name.lower() in text.split() for text in understood(deaf, voice, *said))
    hearing = with_word(deaf, name.lower(), speller.choose(name.lower(), [SPOKEN[name]]).sounds_like)
    assert unheard_names(hearing) == []
    assert understood(hearing, voice, *said) == [f"this is {name.lower()}", f"what did {name.lower()} appreciate"]


@pytest.mark.spoken
def test_a_name_is_heard_before_free_words_and_in_answers(config: Config, voice: Pyttsx3Voice) -> None:
    hearing = with_word(config, "niamh", ("leave", "naive"))
    sentences = load_sentences(hearing, load_rituals(hearing))
    with closing(build_ear(hearing, sentences)) as ear:
        (thanks,) = heard(ear, Hearing.COMMANDS, in_memory(voice.render("thank neev for cooking dinner")))
        (answer,) = heard(ear, Hearing.ANSWERS, in_memory(voice.render("i went to the park with neev")))
    assert thanks.phrase is not None
    assert thanks.phrase.text.startswith("thank niamh for ")
    found = sentences.match(thanks.phrase.text)
    assert found is not None
    assert "Niamh" in dict(found.slots).values()
    assert answer.answer is not None
    assert "niamh" in answer.answer.text.split()


@pytest.mark.spoken
def test_a_ritual_of_the_household_is_called_by_an_added_word(config: Config, voice: Pyttsx3Voice) -> None:
    folder = config.folders.rituals
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "keeva.yaml").write_text(
        "language: en\nid: keeva\npractice: household\ntitle: caoimhe time\ncalled: [caoimhe time]\nminutes: 1\n"
        "keeps: words\nsteps:\n  - id: one\n    say: [Hello.]\n"
    )
    hearing = with_word(config, "caoimhe", ("key the",))
    assert understood(hearing, voice, "start our keeva time") == ["start our caoimhe time"]
    assert "start our caoimhe time" not in understood(config, voice, "start our keeva time")
    (folder / "keeva.yaml").unlink()


def test_names_that_were_given_are_checked_and_added(config: Config) -> None:
    told: list[str] = []
    named = dataclasses.replace(config, partners=(Partner("Nikhil"), Partner("Niamh", ("neev",))))
    heard_too = heard_names(named, told.append)
    assert "nick hill" in heard_too.partners[0].sounds_like
    assert "leave" in heard_too.partners[1].sounds_like
    assert any("Nikhil" in line for line in told)
    known = dataclasses.replace(config, partners=(Partner("Sam"), Partner("Ana", ("on a",))))
    assert heard_names(known, told.append).partners == known.partners


# ---------------------------------------------------------------- on the command line


def test_a_word_is_added_listed_tried_and_removed(tmp_path: Path) -> None:
    added = hearth(tmp_path, "phrases", "--add-word", "Niamh", "--sounds-like", "neev")
    assert added.returncode == 0, added.stderr
    assert "For 'niamh' I listen for" in added.stdout
    listed = hearth(tmp_path, "phrases")
    assert "You added 1 word" in listed.stdout
    assert "niamh  (sounds like 'leave'" in listed.stdout or "'leave'" in listed.stdout
    tried = hearth(tmp_path, "phrases", "--add-word", "niamh", "--try")
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert "is heard as: niamh" in tried.stdout
    removed = hearth(tmp_path, "phrases", "--remove-word", "niamh")
    assert removed.returncode == 0, removed.stderr
    assert "You added" not in hearth(tmp_path, "phrases").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--add-word", "two words"), "not a word"),
        (("--add-word", "anna"), "knows 'anna'"),
        (("--remove-word", "xyzzy"), "not added"),
        (("--sounds-like", "neev"), "Which word"),
        (("--add-word", "a", "--remove-word", "b"), "added or removed"),
    ],
)
def test_what_cannot_be_added_is_told_with_a_hint(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    told = hearth(tmp_path, "phrases", *words)
    assert said in told.stdout + told.stderr
    assert told.returncode in (0, 2)
    assert "Traceback" not in told.stderr
