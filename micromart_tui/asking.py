"""An app that asks the shop without blocking, tells what it says, and knows whether it answers."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from textual.app import App
from textual.notifications import SeverityLevel
from textual.reactive import var

from micromart_core.errors import MicroMartError, Unavailable
from micromart_core.operation import Gateway, Operation
from micromart_core.text import terminal_text

Params = ParamSpec("Params")
Result = TypeVar("Result")


class AskingApp(App[None]):
    """Runs operations in threads."""

    trouble: var[str] = var("", init=False)
    """What is down and what that means here, in one sentence."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self.gateway = gateway

    async def ask(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation in a thread; raise the MicroMartError that forbids it, and say when the shop is away."""
        return await self._ask_at(self.gateway, operation, *args, **kwargs)

    async def ask_once(
        self, key: str, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        """Run an operation that is done once under this key, however often it is asked."""
        return await self._ask_at(self.gateway.under(idempotency_key=key), operation, *args, **kwargs)

    async def _ask_at(
        self, door: Gateway, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
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

    def tell(self, words: str, title: str = "", *, is_bad: bool = False) -> None:
        """Show a toast; the newest word is the one that counts, and whoever wrote it, it drives no terminal."""
        self.clear_notifications()
        words, title = (words, title) if words else (title, "")
        severity: SeverityLevel = "warning" if is_bad else "information"
        self.notify(terminal_text(words), title=terminal_text(title), severity=severity, markup=False)

    def tell_error(self, error: MicroMartError) -> None:
        """Show a refusal: what, and why."""
        self.tell(error.why, error.message, is_bad=True)
