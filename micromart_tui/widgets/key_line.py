"""The key line, made from the bindings; what does not fit goes behind ?. What is down is said at its right."""

from typing import TYPE_CHECKING, cast

from textual.binding import ActiveBinding
from textual.content import Content
from textual.widget import Widget

from micromart_tui.rows import pressing, row, spread

if TYPE_CHECKING:
    from micromart_tui.app import MartApp
    from micromart_tui.screen import MartScreen

_AIRY = 88
_LAST = "? more"


class KeyLine(Widget):
    """The last row of every page, two where a trouble needs one of its own."""

    DEFAULT_CSS = "KeyLine { height: auto; margin-top: 1; }"

    def on_mount(self) -> None:
        """Follow what can be pressed."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        """Draw the keys that fit."""
        width = self.size.width
        trouble = self._trouble()
        is_above = trouble.cell_length > width // 2
        spare = width - len(_LAST) - (1 if is_above or not trouble else trouble.cell_length + 3)
        keys = self._keys(spare, gap=3 if width >= _AIRY else 2)
        return Content("\n").join([trouble, keys]) if is_above else spread(keys, trouble, width)

    def _keys(self, spare: int, gap: int) -> Content:
        line, last = row(), "help"
        for words, (shown, key) in self._pressable().items():
            spare -= len(shown) + 1 + len(words) + gap
            if spare < 0:
                last = "more"
                break
            pair = row((shown, "bold $cream"), (f" {words}", "$dust")).stylize(pressing(key))
            line = row(line, pair, " " * gap)
        return row(line, row(("?", "bold $cream"), (f" {last}", "$dust")).stylize(pressing("question_mark")))

    def _pressable(self) -> dict[str, tuple[str, str]]:
        """Return what can be done here with the key as people read it and as it is pressed, the page's own first."""
        found: dict[str, tuple[str, str]] = {}
        active = sorted(self.screen.active_bindings.values(), key=self._rank)
        for each in active:
            if each.binding.show and each.enabled:
                shown = each.binding.key_display or each.binding.key
                found.setdefault(each.binding.description, (shown, each.binding.key))
        return found

    def _rank(self, active: ActiveBinding) -> tuple[bool, bool]:
        """Put what takes one elsewhere behind what the page does: places by number, and the app's own keys last."""
        return active.node is self.app, active.node is self.screen and active.binding.key.isdigit()

    def _trouble(self) -> Content:
        page, trouble = cast("MartScreen", self.screen), cast("MartApp", self.app).trouble
        if trouble and page.failure is not None:  # which says above the page what is down
            trouble = f"offline, {page.shown_as_of}" if page.read_at else "offline"
        return row(("○ ", "$honey"), (trouble, "$sand")) if trouble else row()
