"""The documents are true: what can be said, the commands, the links, the files they name."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import pytest

from assistant.cli.completion import actions
from assistant.cli.parser import build, with_command
from assistant.cli.phrases import markdown
from assistant.config import Config, Partner, PrivacySettings
from assistant.errors import UsageError
from assistant.household import load_rituals, load_sentences
from assistant.keys import Key
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


EXAMPLE = re.compile(r"`(hearth [^`]+)`|^ *(hearth .*)$", re.MULTILINE)
ENDS = re.compile(r" {2,}\S|\s#\s?|\s\||\s>|\s\\\\$")
"""Where a command ends within a line: a comment, a pipe, a redirection."""
DIALOGUE = re.compile(r"hearth +[A-Z0-9]")
"""What Hearth says in a dialogue that is shown, and `hearth COMMAND`."""


def commanded(page: Path) -> list[str]:
    """Every command line of ours on the page."""
    found = ["".join(pair) for pair in EXAMPLE.findall(page.read_text(encoding="utf-8"))]
    return [ENDS.split(text)[0] for text in found if not DIALOGUE.match(text)]


def refused(line: str) -> str:
    """Why a command line is not taken; empty if it is, or if it only names a command."""
    words = shlex.split(line.replace("PERIOD", "today"))[1:]
    try:
        build().parse_args(with_command(words))
    except SystemExit as left:
        return str(left.code or "")
    except UsageError as error:
        return "" if error.message.startswith("The following arguments") and len(words) < 3 else error.message
    return ""


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=lambda page: page.name)
def test_every_command_line_is_one_that_is_taken(page: Path) -> None:
    assert {line: refused(line) for line in commanded(page) if refused(line)} == {}


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs/README.md"
    linked = set(re.findall(r"\]\(([^)#]+\.md)", index.read_text(encoding="utf-8")))
    assert {page.name for page in index.parent.glob("*.md")} - linked == {"README.md"}


def first_column(name: str) -> list[str]:
    rows = (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
    return [row.split("|")[1] for row in rows if row.startswith("|") and not row.startswith(("|---", "| |"))]


def test_what_can_be_said_is_understood() -> None:
    sentences = load_sentences(Config(partners=(Partner("Sam"), Partner("Alex"))), load_rituals(FULL))
    said = [text for cell in first_column("things-to-say.md") for text in re.findall('"([^"]+)"', cell)]
    assert len(said) >= 50
    assert [text for text in said if sentences.match(text) is None] == []


def test_messages_in_the_troubleshooting_are_those_that_are_told() -> None:
    """Each piece of a quoted message between its gaps stands in the program or in its lines."""
    sources = [path for room in ("assistant", "audio") for path in sorted((ROOT / room).rglob("*.py"))]
    told = [path.read_text(encoding="utf-8") for path in sources]
    told += [(ROOT / "prompts/en/lines.yaml").read_text(encoding="utf-8")]
    everything = re.sub(r'"\s*\n\s*f?"', "", "\n".join(told)).lower()
    quoted = [text for cell in first_column("troubleshooting.md") for text in re.findall('^ "([^"]+)"', cell)]
    assert len(quoted) > 8
    pieces = [piece.strip(" ,.") for text in quoted for piece in text.split("…")]
    assert [piece for piece in pieces if piece.lower() not in everything] == []


def test_every_key_of_the_terminal_is_documented() -> None:
    page = "".join(first_column("terminal.md"))
    for key in Key:
        assert ("space" if key is Key.PAUSE else str(key)) in re.findall(r"\w+", page)


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
