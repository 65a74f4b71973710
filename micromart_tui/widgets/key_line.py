"""The key line, made from the bindings; what does not fit goes behind ?. What is down is said at its right."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from textual.binding import ActiveBinding
from textual.content import Content
from textual.widget import Widget

from micromart_tui.glyphs import key_words
from micromart_tui.rows import pressing, row, spread

if TYPE_CHECKING:
    from micromart_tui.app import MartApp
    from micromart_tui.screen import MartScreen

_AIRY = 88
_LAST = "? more"


class KeyLine(Widget):
    """The last row of every page; more than one where a trouble needs its own, or keys that no help would tell of."""

    DEFAULT_CSS = "KeyLine { height: auto; margin-top: 1; }"

    _shown = Content()
    """What stands there; rendering changes it once only, since Textual renders to measure too, and shows no such."""

    def on_mount(self) -> None:
        """Follow what can be pressed."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.follow())

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.follow()

    def follow(self) -> None:
        """Draw again what differs: each step along a list asks what can be pressed, and mostly it is the same."""
        if not self.size:  # not laid out yet, or hidden: it will be drawn for its size
            return
        drawn = self._draw()
        if not drawn.is_same(self._shown):
            is_as_high = drawn.plain.count("\n") == self._shown.plain.count("\n")
            self._shown = drawn
            self.refresh(layout=not is_as_high)

    def render(self) -> Content:
        """Show the keys that fit."""
        if not self._shown:
            self._shown = self._draw()
        return self._shown

    def _draw(self) -> Content:
        width = self.size.width
        trouble = self._trouble()
        is_above = trouble.cell_length > width // 2
        spare = width - (0 if is_above or not trouble else trouble.cell_length + 3)
        keys = self._keys(spare, gap=3 if width >= _AIRY else 2)
        if is_above:
            return Content("\n").join([trouble, *keys])
        return Content("\n").join([spread(keys[0], trouble, width), *keys[1:]])

    def _keys(self, room: int, gap: int) -> list[Content]:
        active = self.screen.active_bindings
        asks = active.get("question_mark")
        pairs = (
            row((shown, "bold $cream"), (f" {words}", "$dust")).stylize(pressing(key))
            for words, (shown, key) in self._pressable(active).items()
        )
        if asks is None or asks.node is not self.app:  # where letters are typed, ? is one of them
            return _wrapped(pairs, room, gap)
        line, last, spare = row(), "help", room - len(_LAST) - 1
        for pair in pairs:
            spare -= pair.cell_length + gap
            if spare < 0:
                last = "more"
                break
            line = row(line, pair, " " * gap)
        return [row(line, row(("?", "bold $cream"), (f" {last}", "$dust")).stylize(pressing("question_mark")))]

    def _pressable(self, active: Mapping[str, ActiveBinding]) -> dict[str, tuple[str, str]]:
        """Return what can be done here with the key as people read it and as it is pressed, the page's own first."""
        found: dict[str, tuple[str, str]] = {}
        is_ascii = cast("MartApp", self.app).is_ascii
        for each in sorted(active.values(), key=self._rank):
            if each.binding.show and each.enabled:
                shown = key_words(each.binding.key_display or each.binding.key, is_ascii=is_ascii)
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


def _wrapped(pairs: Iterable[Content], room: int, gap: int) -> list[Content]:
    lines = [row()]
    for pair in pairs:
        longer = row(lines[-1], " " * gap if lines[-1] else "", pair)
        if longer.cell_length <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(pair)
    return lines
