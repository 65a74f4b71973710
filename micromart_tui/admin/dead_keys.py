"""Settling a dead letter, on every page that shows one: having it delivered again, or dropping it."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from micromart_core.dead_letters import DeadLetter
from micromart_core.event_log import drop_dead_letters, retry_dead_letters
from micromart_tui.admin.asking import AskingScreen
from micromart_tui.admin.intent import Confirmed, Intent
from micromart_tui.widgets.twin import command


class DeadKeys(AskingScreen):
    """The keys that settle the dead letter in focus."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "retry", "retry"), Binding("d", "drop", "drop")]
    DEFAULT_CSS = """
    DeadKeys #body { height: 1fr; width: 1fr; scrollbar-size: 0 0; }
    DeadKeys #sheet { width: 1fr; height: auto; }
    DeadKeys #summary { height: 1; margin-bottom: 1; }
    """
    """As on every sheet and list: Textual takes styles from the first ancestor only."""

    @property
    def letter(self) -> DeadLetter | None:
        """The dead letter in focus."""
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to settle what there is; where nothing could be read, `r` reads again."""
        if action in {"retry", "drop"} and self.failure is None:
            return self.letter is not None and self.question is None
        return super().check_action(action, parameters)

    def action_retry(self) -> None:
        """Ask whether to have the letter delivered again; where nothing could be read, read again."""
        if self.failure is not None:
            super().action_retry()
        elif self.letter is not None:
            self.open_question(deliver_again(self.letter))

    def action_drop(self) -> None:
        """Ask whether to forget the letter."""
        if self.letter is not None:
            self.open_question(forget(self.letter))


def deliver_again(letter: DeadLetter) -> Intent:
    """Return having a letter delivered once more."""
    return Intent(
        asks=f"Have this {letter.type} event delivered again?",
        means="Whoever took it in before passes it over. If it fails again, it comes back here.",
        does="deliver it again",
        command=lambda _: command("dead", "retry", letter.id),
        act=lambda ask, _: ask(retry_dead_letters, (letter.id,)),
    )


def forget(letter: DeadLetter) -> Intent:
    """Return forgetting a letter, which cannot be taken back."""
    return Intent(
        asks=f"Forget this {letter.type} event for good?",
        means="What it tells never reaches whoever failed on it. The trail keeps that you dropped it.",
        does="drop it",
        command=lambda _: command("dead", "drop", letter.id),
        act=lambda ask, _: ask(drop_dead_letters, (letter.id,)),
        field=Confirmed("type", "DROP"),
    )
