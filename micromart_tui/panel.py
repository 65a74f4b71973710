"""A sheet with the hold beside it, below it where there is room for one column only."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll

from micromart_tui.sheet import Sheet, SheetScreen
from micromart_tui.widgets.hold_panel import HoldPanel


class PanelScreen(SheetScreen):
    """Subclasses draw the sheet, and say what the hold is about."""

    about: ClassVar[str] = "held for you"
    act: ClassVar[str] = "go on"
    """What enter does, on the one ember button."""
    DEFAULT_CSS = """
    PanelScreen #pair { height: 1fr; }
    PanelScreen #body { margin-right: 5; }
    PanelScreen.-narrow #body { margin-right: 3; }
    PanelScreen.-slim #pair { layout: vertical; }
    PanelScreen.-slim #body { margin: 0; }
    """

    def compose_page(self) -> ComposeResult:
        """Yield the sheet and the hold."""
        with Horizontal(id="pair"):
            with VerticalScroll(id="body", can_focus=False):
                yield Sheet(id="sheet")
                yield from self.compose_fields()
            yield HoldPanel(self.about, self.act)

    def compose_fields(self) -> ComposeResult:
        """Yield what is typed into, below the sheet."""
        yield from ()

    def repaint(self) -> None:
        """Draw the sheet and the hold again."""
        super().repaint()
        for panel in self.query(HoldPanel):
            panel.repaint()

    def count_on(self) -> None:
        """Let the hold count on too."""
        super().count_on()
        for panel in self.query(HoldPanel):
            panel.count_on()
