"""An app that asks the shop without blocking, tells what it says, and knows whether it answers."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from textual import work
from textual.app import App
from textual.notifications import SeverityLevel
from textual.reactive import var

from micromart_core.errors import MicroMartError, Unavailable, as_sentence
from micromart_core.operation import Gateway, Operation
from micromart_core.text import terminal_text

Params = ParamSpec("Params")
Result = TypeVar("Result")


class AskingApp(App[None]):
    """Runs operations in threads."""

    trouble: var[str] = var("", init=False)
    """What is down and what that means here, in one sentence."""

    def __init__(self, gateway: Gateway, opening: Callable[[], object] | None = None) -> None:
        """Take the shop's door, and what opens the shop once the first page is drawn; None = it is open (0039)."""
        super().__init__()
        self.gateway = gateway
        self._opening = opening
        self._opened = asyncio.Event()
        if opening is None:
            self._opened.set()
        self.refusal: MicroMartError | None = None
        """Why the shop could not be opened, which ended the app."""
        self._unanswered = 0

    @property
    def is_open(self) -> bool:
        """True when the shop can be asked."""
        return self._opened.is_set()

    @property
    def is_unanswered(self) -> bool:
        """True while nobody knows whether what is done only once, an order perhaps, was done."""
        return self._unanswered > 0

    async def wait_until_open(self) -> None:
        """Return when the shop is open; whoever asks it waits so."""
        await self._opened.wait()

    @work(group="opening")
    async def open_shop(self) -> None:
        """Open the shop in a thread, and begin; what forbids it ends the app, and is told by whoever ran that."""
        try:
            await self.beside(self._opening or (lambda: None))
        except MicroMartError as error:
            self.refusal = error
            self.exit()
        else:
            self._opened.set()
            self.begin()

    def begin(self) -> None:
        """Do what a shop that has just opened allows."""

    async def ask(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation in a thread; raise the MicroMartError that forbids it, and say when the shop is away."""
        return await self._ask_at(self.gateway, operation, *args, **kwargs)

    async def ask_once(
        self, key: str, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        """Run an operation that is done once under this key, however often it is asked."""
        self._unanswered += 1
        try:
            return await self._ask_at(self.gateway.under(idempotency_key=key), operation, *args, **kwargs)
        finally:
            self._unanswered -= 1

    async def _ask_at(
        self, door: Gateway, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        await self.wait_until_open()
        return await self.beside(partial(door.run, operation, *args, **kwargs))

    async def beside(self, work: Callable[[], Result]) -> Result:
        """Do in a thread what asks the shop; raise the MicroMartError that forbids it, and say when it is away."""
        try:
            answer = await asyncio.to_thread(work)
        except Unavailable as error:
            self.trouble = f"offline: {error.message}"
            raise
        self.trouble = ""
        return answer

    def on_notify(self) -> None:
        """Take away the toast before this one, when this one comes: it is posted, and several may be on their way."""
        self.clear_notifications()

    def tell(self, words: str, title: str = "", *, is_bad: bool = False) -> None:
        """Show a toast; the newest word is the one that counts, and whoever wrote it, it drives no terminal."""
        words, title = (words, title) if words else (title, "")
        severity: SeverityLevel = "warning" if is_bad else "information"
        self.notify(terminal_text(words), title=terminal_text(title), severity=severity, markup=False)

    def tell_error(self, error: MicroMartError) -> None:
        """Show a refusal: what, and why."""
        self.tell(as_sentence(error.why), error.message, is_bad=True)
