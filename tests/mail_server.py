"""A mail server of a test's own: the sink of the private servers, in this process."""

import mailbox
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller

from deploy.stack.mail_sink import Sink
from micromart_core.settings import MailSettings


class MailServer:
    """The sink with its faults (perm@, grey@, slow@, cut@); `port` stays the same when it is down for a while."""

    def __init__(self, folder: Path, **options) -> None:
        self.folder, self._options = folder, options
        self.sink = Sink(mailbox.Maildir(folder))
        self.port = _free_port()
        self._controller: Controller | None = None

    def up(self) -> None:
        self._controller = Controller(
            self.sink, hostname="127.0.0.1", port=self.port, **{"enable_SMTPUTF8": True, **self._options}
        )
        self._controller.start()

    def down(self) -> None:
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    def settings(self, **fields) -> MailSettings:
        return MailSettings(url=f"smtp://127.0.0.1:{self.port}", **fields)

    def letters(self) -> list[EmailMessage]:
        return letters_in(self.folder)


@contextmanager
def mail_server(folder: Path, **options) -> Iterator[MailServer]:
    server = MailServer(folder, **options)
    server.up()
    yield server
    server.down()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def letters_in(folder: Path) -> list[EmailMessage]:
    """Every letter of a Maildir, read the way a mail program reads it."""
    files = [*folder.glob("new/*"), *folder.glob("cur/*")]
    return [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(files)]
