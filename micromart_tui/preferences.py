"""What somebody chose on the screen and finds again next time: a small file that only the program writes."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from micromart_core.home import make_private
from micromart_tui.theme import DEFAULT, PALETTES

FILE_NAME = "preferences.toml"
"""In the state folder of the home; config.toml belongs to people."""


class Preferences:
    """Kept in a folder; without one, for as long as the program runs."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def theme(self) -> str:
        """Return the look that was chosen, the usual one when none was, or none that there is."""
        if self._folder is None:
            return DEFAULT
        try:
            written = (self._folder / FILE_NAME).read_text("utf-8")
            import tomllib  # for whoever chose anything

            chosen = tomllib.loads(written).get("theme")
        except (OSError, ValueError):  # a choice is no reason not to open the shop
            return DEFAULT
        return chosen if isinstance(chosen, str) and chosen in PALETTES else DEFAULT

    def keep_theme(self, theme: str) -> None:
        """Remember a look; raise OSError or FolderUnusable. A reader sees the old file or the new one, never half."""
        if self._folder is None:
            return
        folder = make_private(self._folder)
        with NamedTemporaryFile("w", encoding="utf-8", dir=folder, prefix=f".{FILE_NAME}.", delete=False) as file:
            file.write(f'theme = "{theme}"\n')
        Path(file.name).replace(folder / FILE_NAME)
