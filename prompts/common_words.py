"""Words that say little by themselves, and words of a hard hour, by language: what a summary leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from prompts.marks import read
from prompts.schema import CommonWordsFile

FOLDER = Path(__file__).parent
"""What is spoken, one folder per language, with a file `common_words.yaml` in it."""


@dataclass(frozen=True, slots=True)
class CommonWords:
    """The words of one language, case-folded."""

    little: frozenset[str] = frozenset()
    """Words that say little, and so are never a theme."""
    delicate: frozenset[str] = frozenset()
    """Words that belong to a hard hour: whoever says one is neither quoted uninvited nor counted among the themes."""

    @property
    def no_theme(self) -> frozenset[str]:
        """Words that are never a theme."""
        return self.little | self.delicate


NO_COMMON_WORDS = CommonWords()


def load_common_words(language: str) -> CommonWords:
    """The words of a language such as `en` or `en_GB`, by dialect if there is one; none for an unknown language.

    Raises PromptError naming file, key and line of a broken file.
    """
    names = (language, language.partition("_")[0])
    path = next((file for name in names if (file := FOLDER / name / "common_words.yaml").is_file()), None)
    if path is None:
        return CommonWords()
    marked = read(path, f"{path.parent.name}/{path.name}")
    found = marked.convert(marked.data, CommonWordsFile)
    return CommonWords(*(frozenset(words.casefold().split()) for words in (found.little, found.delicate)))
