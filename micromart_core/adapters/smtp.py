"""Mail through an SMTP server: one connection for many letters, none of them taking longer than it may."""

import binascii
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from micromart_core.adapters.mail_message import address_of, message_of
from micromart_core.errors import InvalidValue
from micromart_core.home import path_of
from micromart_core.notifications.model import Letter, MailDelayed, MailRefused
from micromart_core.reticent import Reticent, Unshown
from micromart_core.settings import MailSettings
from micromart_core.settings_files import UnusableFile, read_value

_PORTS = {"smtp": 25, "smtps": 465}
_SUBMISSION = 587
_OUR_OWN = {"localhost", "127.0.0.1", "::1"}
_DONE, _FOR_GOOD = 250, range(500, 600)
_GOOD_BYE_SECONDS = 1.0


class SmtpServer(Reticent, Struct, frozen=True):
    """Where a mail server is and how to sign in there."""

    host: str
    port: int
    tls: bool
    """True: TLS from the first byte (smtps). False: STARTTLS when the server offers it."""
    user: str | None
    password: Unshown[str | None]


def server_of(settings: MailSettings) -> SmtpServer:
    """Read smtp://[user[:password]@]host[:port] or smtps://..; raise InvalidValue for what is none."""
    try:
        url = urlsplit(settings.url)
        port = url.port
    except ValueError as error:
        raise InvalidValue("mail.url has no good host or port.", why=str(error), hint="smtp://host:587") from error
    if url.scheme not in _PORTS or not url.hostname:
        raise InvalidValue("mail.url is no mail server.", why="a scheme or a host is missing", hint="smtp://host:587")
    user = unquote(url.username) if url.username else None
    usual = _SUBMISSION if user and url.scheme == "smtp" else _PORTS[url.scheme]
    password = _password(url.password, user, settings)
    if not f"{user}{password}".isascii():
        raise InvalidValue(
            "The mail server's user and password must be ASCII.",
            why="SMTP carries nothing else",
            hint="choose others for mail.url and mail.password_file",
        )
    return SmtpServer(url.hostname, port or usual, url.scheme == "smtps", user, password)


def _password(in_url: str | None, user: str | None, settings: MailSettings) -> str | None:
    if in_url is not None or user is None or not settings.password_file:
        return unquote(in_url) if in_url else None
    try:
        return read_value(path_of(settings.password_file))
    except UnusableFile as error:
        raise InvalidValue(
            "mail.password_file cannot be used.",
            why=f"{settings.password_file}: {error}",
            hint="see mail.password_file and who owns it",
        ) from error


class SmtpMail:
    """Sends letters one by one over a kept connection.

    `patience_seconds` is how long the server may take to let us in. A letter that is being handed over is given the
    whole timeout: who hangs up before the answer sends a copy.
    """

    def __init__(self, server: SmtpServer, *, timeout_seconds: float, patience_seconds: float) -> None:
        self._server, self._timeout = server, timeout_seconds
        self._patience = min(patience_seconds, timeout_seconds)
        self._connection: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        """Hand a letter over; MailRefused when the server refuses reader or letter for good, MailDelayed otherwise."""
        message = message_of(letter)
        reader, sender = address_of(letter.to).addr_spec, address_of(letter.sender).addr_spec
        with self._watched(self._patience):
            connection = self._awake_connection()
        with self._watched(self._timeout):
            try:
                connection.send_message(message, from_addr=sender, to_addrs=[reader])
            except smtplib.SMTPRecipientsRefused as refused:
                raise _answer(*refused.recipients[reader]) from refused
            except smtplib.SMTPDataError as refused:
                raise _answer(refused.smtp_code, refused.smtp_error) from refused
            except smtplib.SMTPNotSupportedError as refused:
                told = f"{self._server.host} takes no address that is not ASCII"
                raise (MailDelayed(told) if reader.isascii() else MailRefused(told)) from refused

    def greet(self) -> str:
        """Connect and sign in, sending nothing, and say how that went; raise MailDelayed."""
        with self._watched(self._patience):
            connection = self._awake_connection()
        line = "by TLS" if isinstance(connection.sock, ssl.SSLSocket) else "without TLS"
        return f"{line}, signed in as {self._server.user}" if self._server.user else line

    def close(self) -> None:
        """Say good-bye, if there is a connection."""
        connection, self._connection = self._connection, None
        if connection is None or connection.sock is None:
            return
        connection.sock.settimeout(_GOOD_BYE_SECONDS)
        try:
            connection.quit()
        except OSError:
            connection.close()

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[None]:
        """Cut the line when this takes longer; whatever is no answer about the letter is a delay.

        A refused sender or a wrong password (5xx) says nothing about the letter: it waits until that is mended.
        """
        watch = threading.Timer(seconds, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise MailDelayed(f"{self._server.host}: {error.smtp_code} {_text(error.smtp_error)}") from error
        except (OSError, UnicodeError, binascii.Error) as error:  # the last: what it says while we sign in
            self._drop()
            raise MailDelayed(f"{self._server.host}: {getattr(error, 'strerror', None) or error}") from error
        finally:
            watch.cancel()

    def _awake_connection(self) -> smtplib.SMTP:
        """Return the kept connection when the server still listens, else a new one."""
        if self._connection is not None:
            try:
                if self._connection.noop()[0] == _DONE:
                    return self._connection
            except OSError:
                pass
            self._drop()
        return self._connect()

    def _connect(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        options: dict[str, Any] = {"local_hostname": socket.gethostname(), "timeout": self._patience}
        if server.tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, **options, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, **options)
        self._connection = connection
        connection.ehlo_or_helo_if_needed()
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
        if server.user is not None:
            self._sign_in(connection, server.user)
        if connection.sock is not None:
            connection.sock.settimeout(self._timeout)
        return connection

    def _sign_in(self, connection: smtplib.SMTP, user: str) -> None:
        if not isinstance(connection.sock, ssl.SSLSocket) and self._server.host not in _OUR_OWN:
            self._drop()  # else the next letter would go over this line, unsigned and in the clear
            raise MailDelayed(f"{self._server.host} offers no TLS, and a password is not sent without")
        connection.login(user, self._server.password or "")

    def _cut(self) -> None:
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _answer(code: int, text: bytes | str) -> MailRefused | MailDelayed:
    """Return what an answer about one letter means: 5xx is for good, all else may pass."""
    said = f"{code} {_text(text)}"
    return MailRefused(said) if code in _FOR_GOOD else MailDelayed(said)


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
