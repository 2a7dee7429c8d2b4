"""The documents are true: what can be said, the commands, the links, the files they name."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from assistant.cli.completion import actions
from assistant.cli.parser import build
from assistant.cli.phrases import markdown
from assistant.config import Config, Partner, PrivacySettings
from assistant.household import load_rituals, load_sentences
from assistant.toml_text import to_toml
from prompts.checking import PRACTICES
from tests.reference import PAGES as REFERENCE
from tests.reference import subparsers
from tests.words_household import household_sentences, rituals

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = sorted([README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
FULL = Config(
    partners=(Partner("Sam", ("sam",)), Partner("Alex")), timezone="UTC", privacy=PrivacySettings(date.today())
)
BEGIN = "<!-- say: begin (made by tools/update-readme; a test compares) -->\n"
END = "<!-- say: end -->"


def section(text: str) -> str:
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)]


def said() -> str:
    config = Config(partners=(Partner("Sam"), Partner("Alex")))
    sentences = load_sentences(config, load_rituals(config))
    return "\n".join(markdown(sentences.phrases())) + "\n"


def test_the_readme_says_what_can_be_said() -> None:
    assert section(README.read_text(encoding="utf-8")) == said(), "run tools/update-readme"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    known = set(commands())
    for name in re.findall(r"`hearth ([a-z]+)", page.read_text(encoding="utf-8")):
        assert name in known, f"{page.name} names 'hearth {name}'"


def test_every_command_is_documented() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = [name for name in commands() if f"hearth {name}" not in text and f"`{name}`" not in text]
    assert not missing


PRACTICE_ROWS = {
    "Rituals of connection": "connection",
    "Thanks": "positive",
    "Quality time": "quality_time",
    "Listening": "listening",
    "Self-care": "self_care",
    "Presence": "presence",
    "Facing issues": "issues",
    "Generosity": "generosity",
    "Forgiveness": "forgiveness",
    "Finding help": "help",
}
"""Rows of the README's table of practices, and what they are."""


def test_the_readme_has_a_row_for_each_practice_and_what_it_says_there_starts_it() -> None:
    text = README.read_text(encoding="utf-8").partition("| Practice |")[2].partition("\n\n")[0]
    rows = dict(re.findall(r"^\| ([\w -]+) \| (.+?) \|", text, re.MULTILINE))
    assert set(PRACTICE_ROWS.values()) == set(PRACTICES) - {"household"}
    assert rows.keys() == PRACTICE_ROWS.keys()
    practices = {ritual.id: ritual.practice for ritual in rituals()}
    for name, said in rows.items():
        for sentence in re.findall(r"\"(.+?)\"", said):
            meant = household_sentences().match(sentence.replace("…", "you cooked"))
            assert meant is not None, sentence
            led = practices[meant.slots["ritual"]] if meant.name == "start_ritual" else meant.name
            assert led in (PRACTICE_ROWS[name], "appreciate", "thank", "time_out", "contacts"), sentence


def test_the_ritual_of_the_readme_can_be_led(tmp_path: Path) -> None:
    from prompts.loader import load_rituals as load

    (example,) = re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "sunday_tea.yaml").write_text(example, encoding="utf-8")
    assert "sunday_tea" in {ritual.id for ritual in load("en", (tmp_path,))}


@pytest.mark.parametrize("page", REFERENCE, ids=lambda page: page.name)
def test_commands_flags_and_settings_are_documented(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == REFERENCE[page](), "run tools/update-readme"


def test_no_flag_and_no_key_is_left_out() -> None:
    """The pages are compared with what makes them; this looks at whether that leaves anything out."""
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    for action in actions(build()):
        assert all(f"`{flag}" in text for flag in action.option_strings), action
        assert action.help or action.metavar in ("COMMAND", "ACTION"), f"{action} says nothing about itself"
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    keys = [line.partition(" = ")[0].strip("#[] ") for line in to_toml(FULL).splitlines() if " = " in line]
    assert len(keys) > 20
    assert [key for key in keys if f"| `{key}` |" not in text] == []


def commands() -> list[str]:
    """Names of the subcommands."""
    return list(subparsers(build()))
