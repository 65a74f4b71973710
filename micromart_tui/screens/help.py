"""The help: the keys of a page and those that work everywhere, made from the bindings themselves."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from micromart_tui.glyphs import key_words
from micromart_tui.moves import MOVES
from micromart_tui.rows import beside, pressing, row
from micromart_tui.screen import MartScreen
from micromart_tui.sheet import SheetScreen
from micromart_tui.widgets.bar import Bar

_KEY, _GAP = 9, 3
"""Cells of a key, and between the two columns."""
_OF_EVERY_SCREEN = {each.action for each in Screen.BINDINGS if isinstance(each, Binding)}


class HelpScreen(SheetScreen):
    """Lies over the page it is about."""

    heading = "help"
    BINDINGS: ClassVar[list[BindingType]] = [
        *MOVES,
        Binding("escape,question_mark", "app.back", "back", key_display="esc"),
    ]

    def __init__(self, about: MartScreen) -> None:
        super().__init__()
        self._about = about
        self._here = keys_of(each.binding for each in about.active_bindings.values() if _is_own(each, about))
        self._everywhere = keys_of(each for each in about.mart.BINDINGS if isinstance(each, Binding))

    def make_bar(self) -> Bar:
        """Return the bar of the page it lies over."""
        return self._about.make_bar()

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it scrolls
        """Draw both columns, one above the other where there is room for one only."""
        here = _column(f"on this page: {self._about.heading}", self._here, is_ascii=self.mart.is_ascii)
        everywhere = _column("everywhere", self._everywhere, is_ascii=self.mart.is_ascii)
        if self.is_slim:
            return [*here, row(), *everywhere]
        return beside(here, everywhere, (width - _GAP) // 2, _GAP)


def _is_own(active: ActiveBinding, page: MartScreen) -> bool:
    return active.node is not page.app and active.enabled and active.binding.action not in _OF_EVERY_SCREEN


def keys_of(bindings: Iterable[Binding]) -> dict[str, tuple[str, str]]:
    """Return what can be done, each with its keys as people read them and one key that does it."""
    found: dict[str, tuple[list[str], str]] = {}
    for binding in bindings:
        if not binding.description or binding.system:
            continue
        shown, _ = found.setdefault(binding.description, ([], binding.key))
        name = binding.key_display or (binding.key if len(binding.key) == 1 else "")
        if name and name not in shown:
            shown.append(name)
        if len(binding.key) == 1 and binding.key not in shown and not name.startswith(f"{binding.key}-"):
            shown.append(binding.key)
    return {words: (" ".join(shown) or key, key) for words, (shown, key) in found.items()}


def _column(title: str, keys: dict[str, tuple[str, str]], *, is_ascii: bool) -> list[Content]:
    rows = [row((title, "$dust")), row()]
    for words, (shown, key) in keys.items():
        name = key_words(shown, is_ascii=is_ascii)
        rows.append(row((f"{name:<{_KEY}}", "bold $cream"), (f" {words}", "$sand")).stylize(pressing(key)))
    return rows
