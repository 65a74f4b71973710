"""The keys that change what a person may do, on every page that shows one."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from micromart_core.users.model import ListedUser
from micromart_tui.admin.asking import AskingScreen
from micromart_tui.admin.intent import Intent
from micromart_tui.admin.staffing import block, give_role, let_in, take_role
from micromart_tui.widgets.twin import command


class PeopleKeys(AskingScreen):
    """Gives and takes roles of the person in focus, blocks and lets in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus", "give", "give a role", key_display="+"),
        Binding("minus", "take", "take a role", key_display="-"),
        Binding("x", "block", "block"),
        Binding("i", "let_in", "let in"),
    ]
    DEFAULT_CSS = """
    PeopleKeys #body { height: 1fr; width: 1fr; scrollbar-size: 0 0; }
    PeopleKeys #sheet { width: 1fr; height: auto; }
    PeopleKeys.-failed #sheet { opacity: 60%; }
    """
    """As on every sheet: Textual takes styles from the first ancestor only."""

    @property
    def someone(self) -> ListedUser | None:
        """The person in focus."""
        return None

    @property
    def command_line(self) -> str:
        """What shows the person in focus, or lists all."""
        if self.someone is None:
            return command("user", "list")
        return command("user", "show", self.someone.profile.username)

    def _intent(self, action: str) -> Intent | None:
        """Return what an action asks, None where it makes no sense."""
        user, staffing = self.someone, self.mart.staffing
        if user is None:
            return None
        if action in {"block", "let_in"}:
            if user.profile.disabled == (action == "block"):
                return None
            return block(user.profile) if action == "block" else let_in(user.profile)
        if staffing is None:
            return None
        return (give_role if action == "give" else take_role)(user, staffing, self.mart.beside)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense for the person in focus."""
        if action in {"give", "take", "block", "let_in"} and self._intent(action) is None:
            return False
        return super().check_action(action, parameters)

    def action_give(self) -> None:
        """Ask which role to give."""
        self._ask_for("give")

    def action_take(self) -> None:
        """Ask which role to take."""
        self._ask_for("take")

    def action_block(self) -> None:
        """Ask whether to block."""
        self._ask_for("block")

    def action_let_in(self) -> None:
        """Ask whether to let in again."""
        self._ask_for("let_in")

    def _ask_for(self, action: str) -> None:
        if intent := self._intent(action):
            self.open_question(intent)
