"""The keys that move an order, on every page that shows one."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from micromart_core.orders.model import Order
from micromart_tui.admin.asking import AskingScreen
from micromart_tui.admin.order_moves import cancel, move_on, refund
from micromart_tui.widgets.twin import command


class OrderKeys(AskingScreen):
    """Moves on, cancels and refunds the order in focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "move_on", "move on"),
        Binding("x", "cancel", "cancel"),
        Binding("R", "refund", "refund"),
    ]

    DEFAULT_CSS = """
    OrderKeys #body { height: 1fr; width: 1fr; scrollbar-size: 0 0; }
    OrderKeys #sheet { width: 1fr; height: auto; }
    OrderKeys.-failed #sheet { opacity: 60%; }
    """
    """As on every sheet: Textual takes styles from the first ancestor only."""

    @property
    def order(self) -> Order | None:
        """The order in focus."""
        return None

    @property
    def command_line(self) -> str:
        """What shows the order in focus, or lists all."""
        return command("order", "list", "--all") if self.order is None else command("order", "show", self.order.number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what the order in focus allows."""
        intents = {"move_on": move_on, "cancel": cancel, "refund": refund}
        if action in intents and (self.order is None or intents[action](self.order) is None):
            return False
        return super().check_action(action, parameters)

    def action_move_on(self) -> None:
        """Ask for the next step."""
        if self.order and (intent := move_on(self.order)):
            self.open_question(intent)

    def action_cancel(self) -> None:
        """Ask whether to cancel."""
        if self.order and (intent := cancel(self.order)):
            self.open_question(intent)

    def action_refund(self) -> None:
        """Ask whether to refund."""
        if self.order and (intent := refund(self.order)):
            self.open_question(intent)
