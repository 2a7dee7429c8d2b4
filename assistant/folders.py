"""Where the files of one household lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ConfigError

APP = "hearth"
"""Name of the folders below the user's configuration, data and cache folders."""

REPORT = "report.html"
"""Name of the page of `hearth report`, beside the journal; whatever is forgotten takes it along."""

PRIVATE_REPORT = "report-private.html"
"""The same, with what is just for one partner; one at a time, so that none is left lying about."""

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


@dataclass(frozen=True, slots=True)
class Folders:
    """The places that Hearth reads and writes."""

    config_file: Path
    """The configuration; it need not exist."""
    data: Path
    """The journal and what belongs to it."""
    cache: Path
    """What can be made again at any time, such as compiled phrases."""

    @property
    def report(self) -> Path:
        """The page of `hearth report`, unless it is told another place; it need not exist."""
        return self.data / REPORT

    @property
    def private_report(self) -> Path:
        """The page of `hearth report --private`, unless it is told another place; it need not exist."""
        return self.data / PRIVATE_REPORT

    @property
    def models(self) -> Path:
        """The voice models that were fetched or added; it need not exist."""
        return self.data / "models"

    @property
    def rituals(self) -> Path:
        """The household's own rituals, beside the configuration; it need not exist."""
        return self.config_file.parent / "rituals"

    @property
    def sentences(self) -> Path:
        """The household's own sentences, beside the configuration; it need not exist."""
        return self.config_file.parent / "sentences"


def find_folders(config: str = "", data_dir: str = "") -> Folders:
    """The user's own folders (XDG on Linux), or those named; nothing is created."""
    from platformdirs import PlatformDirs

    own = PlatformDirs(APP, appauthor=False)
    return Folders(
        config_file=Path(config).expanduser().absolute() if config else own.user_config_path / "config.toml",
        data=Path(data_dir).expanduser().absolute() if data_dir else own.user_data_path,
        cache=own.user_cache_path,
    )


def make_private(folder: Path) -> Path:
    """Create the folder for its owner alone if it is missing; raises ConfigError when that cannot be done."""
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Check who owns the folder above it, or name another one with --data-dir or --config.",
        ) from error
    return folder
