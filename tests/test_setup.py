"""Setting up: the wizard's questions, the answers that do not fit, and a real terminal."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from assistant.config import Config, Partner, PrivacySettings
from assistant.config_file import parse
from assistant.errors import UsageError
from assistant.folders import Folders
from assistant.journal.vault import Vaults
from assistant.own_words import Choice
from assistant.setup import Answers, Wizard, configured
from assistant.toml_text import to_toml
from tests.command import COMMAND, environment

FOLDERS = Folders(Path("/nowhere/config.toml"), Path("/nowhere/data"), Path("/nowhere/cache"))
CONFIG = Config(folders=FOLDERS, country="IE", timezone="Europe/Dublin")
TODAY = date(2026, 11, 4)


class Typist:
    """Answers each question with the next line, and remembers what was shown."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.shown: list[str] = []

    def ask(self, question: str) -> str:
        self.shown.append(question)
        return self.lines.pop(0)

    def tell(self, text: str) -> None:
        self.shown.append(text)


class Hears:
    """A voice model that knows these words, and what some others sound like."""

    def __init__(self, *words: str, **alike: str) -> None:
        self._words = words
        self._alike = alike

    def unheard(self, name: str) -> Sequence[str]:
        return [word for word in name.lower().split() if word not in self._words]

    def choose(self, word: str, sounds_like: Sequence[str]) -> Choice:
        if sounds_like and not any(map(self.unheard, sounds_like)):
            return Choice(tuple(sounds_like), guessed=False)
        near = [self._alike[one] for one in sounds_like or (word,) if one in self._alike]
        if not near:
            raise UsageError("Nothing it knows sounds like that.")
        return Choice(tuple(near), guessed=True)


def answers(typist: Typist) -> Answers:
    known = Hears("ana", "ben", "sur", "sha", niamh="nigh am", neev="leave")
    given = Wizard(CONFIG, typist.ask, typist.tell, known).run(["Built-in", "Jabra"], ["Jabra"], {})
    assert not typist.lines, "every line was asked for"
    return given


def test_the_wizard_asks_for_everything_once() -> None:
    typist = Typist("Ana", "Ben", "", "", "2", "")
    assert answers(typist) == Answers(
        first="Ana", second="Ben", country="IE", timezone="Europe/Dublin", microphone="Jabra"
    )


def test_the_wizard_asks_again_after_an_answer_that_does_not_fit() -> None:
    typist = Typist("{x}", "Ana", "ana", "Ben", "Ireland", "gb", "Mars", "Europe/London", "7", "x", "1", "")
    given = answers(typist)
    assert (given.first, given.second, given.country, given.timezone) == ("Ana", "Ben", "GB", "Europe/London")
    assert given.microphone == "Built-in"
    assert given.consent is None


def test_a_name_the_model_does_not_know_is_asked_for_by_ear() -> None:
    typist = Typist("Ana", "Saoirse", "seersha", "sur sha", "", "", "", "")
    given = answers(typist)
    assert given.second_sounds_like == ("sur sha",)
    assert given.first_sounds_like == ()


def test_what_a_name_is_taken_to_sound_like_can_be_accepted() -> None:
    assert answers(Typist("Ana", "Niamh", "", "", "", "", "")).second_sounds_like == ("nigh am",)


def test_any_spelling_of_a_sound_is_taken_and_told() -> None:
    typist = Typist("Ana", "Niamh", "neev", "", "", "", "")
    assert answers(typist).second_sounds_like == ("leave",)
    assert "Then I listen for 'leave'." in typist.shown


@pytest.mark.parametrize("name", ["Saoirse", "Niamh"])
def test_a_name_may_stay_unheard(name: str) -> None:
    assert answers(Typist("Ana", name, "-", "", "", "", "")).second_sounds_like == ()


def test_a_name_of_several_words_is_asked_for_as_a_whole() -> None:
    typist = Typist("Ana", "Mary Saoirse", "mary sursha", "ben sur sha", "", "", "", "")
    assert answers(typist).second_sounds_like == ("ben sur sha",)


def test_answers_become_a_configuration_that_can_be_written() -> None:
    config = configured(
        CONFIG,
        Answers(first="Ana", second=" Zoë  Maria ", second_sounds_like=("ZOO  ee",), country="gb", consent=True),
        TODAY,
    )
    assert config.partners == (Partner("Ana"), Partner("Zoë Maria", ("zoo ee",)))
    assert config.country == "GB"
    assert config.privacy.consent == TODAY
    assert parse(to_toml(config), "x").partners == config.partners


def test_what_was_not_asked_stays() -> None:
    before = configured(CONFIG, Answers(first="Ana", second="Ben", second_sounds_like=("benn",), consent=True), TODAY)
    after = configured(before, Answers(country="US"), date(2027, 1, 1))
    assert after.partners == before.partners
    assert after.privacy == PrivacySettings(TODAY)
    assert configured(before, Answers(second="Bo"), TODAY).partners[1] == Partner("Bo")


def test_consent_keeps_its_day_and_can_be_withdrawn() -> None:
    given = configured(CONFIG, Answers(first="Ana", second="Ben", consent=True), TODAY)
    assert configured(given, Answers(consent=True), date(2027, 1, 1)).privacy.consent == TODAY
    withdrawn = configured(given, Answers(consent=False), TODAY)
    assert withdrawn.privacy == PrivacySettings(consent=None, refused=True)
    assert configured(withdrawn, Answers(country="GB"), TODAY).privacy.refused
    assert configured(withdrawn, Answers(consent=True), date(2027, 1, 1)).privacy == PrivacySettings(date(2027, 1, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        Answers(first="Ana", second="ANA"),
        Answers(first="1"),
        Answers(first="x" * 41),
        Answers(first="a{b}"),
        Answers(first="a\nb]"),
        Answers(country="1E"),
        Answers(timezone="Atlantis"),
    ],
)
def test_answers_that_do_not_fit(wrong: Answers) -> None:
    with pytest.raises(UsageError) as caught:
        configured(CONFIG, wrong, TODAY)
    assert caught.value.hint


TYPED = {
    b"Your name [": b"Anna",
    b"partner's name [": b"Ben",
    b"two letters [": b"IE",
    b"time zone [": b"Europe/Dublin",
    b"Number [": b"",
    b"Anna, a passphrase": b"four birds over the harbour",
    b"Ben, a passphrase": b"",
}
"""What is typed at each question on the real terminal."""


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_real_terminal(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "setup"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(tmp_path),
        cwd=tmp_path,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        unanswered, shown = b"", b""
        while b"Welcome, Anna and Ben" not in shown and _readable(ours):
            news = os.read(ours, 4096)
            unanswered, shown = unanswered + news, shown + news
            for question, line in TYPED.items():
                if question in unanswered and unanswered.endswith(b": "):
                    os.write(ours, line + b"\n")
                    unanswered = b""
        assert b"Welcome, Anna and Ben" in shown
        assert process.wait(60) == 0
    os.close(ours)
    text = (tmp_path / ".config/hearth/config.toml").read_text()
    assert 'name = "Anna"' in text
    assert "\n# consent = 20" in text, "that is asked aloud"
    assert b"harbour" not in shown
    assert Vaults(tmp_path / ".local/share/hearth").names() == ["Anna"]


def _readable(terminal: int) -> bool:
    """Whether anything is shown within a minute."""
    return bool(select.select([terminal], [], [], 60)[0])
