"""The private mail server: takes every letter and lays it in a Maildir."""

import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.stack.process import Process
from deploy.stack.server import Launch, greets


@dataclass(frozen=True, slots=True)
class Mail:
    """A sink for letters; `mail_sink` is its program."""

    folder: Path
    name: str = "mail"
    packages: tuple[str, ...] = ()
    ports: tuple[str, ...] = ("mail",)
    stop_signal: signal.Signals = signal.SIGTERM
    on_request: bool = False

    def is_installed(self) -> bool:
        """Return True: it is part of this package."""
        return True

    def prepare(self, ports: tuple[int, ...]) -> Launch:
        """Make the Maildir's parent, and say how to begin the sink."""
        self.folder.mkdir(parents=True, exist_ok=True)
        arguments = [sys.executable, "-m", "deploy.stack.mail_sink", str(ports[0]), str(self._mailbox)]
        return Launch(arguments, folder=Path(__file__).parents[2])

    def is_ready(self, port: int) -> bool:
        """Tell whether it says the greeting of SMTP."""
        return greets(port, b"220")

    def processes(self) -> list[Process]:
        """Return none: it is one process."""
        return []

    def remove(self) -> None:
        """Delete every letter."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, port: int) -> dict[str, str]:
        """Return where to send letters, and where they can be read."""
        return {
            "MICROMART_MAIL__URL": f"smtp://127.0.0.1:{port}",
            "MICROMART_STACK_MAILBOX": str(self._mailbox),
        }

    @property
    def _mailbox(self) -> Path:
        return self.folder / "mailbox"
