"""Which way letters leave, read from the settings."""

from pathlib import Path

from micromart_core.adapters.mail_folder import MailFolder
from micromart_core.errors import InvalidValue
from micromart_core.home import path_of
from micromart_core.notifications.model import MailPort
from micromart_core.settings import MailSettings, Settings

_FOLDER_SCHEME = "maildir:"


def mail_port_of(settings: Settings, default_folder: Path, *, patience_seconds: float) -> MailPort:
    """Return the port for mail.url, `default_folder` when it is empty; raise InvalidValue for what is none.

    A mail server that does not let us in within `patience_seconds` is left.
    """
    if not settings.mail.url:
        return MailFolder(default_folder)
    if settings.mail.url.startswith(_FOLDER_SCHEME):
        return MailFolder(path_of(settings.mail.url.removeprefix(_FOLDER_SCHEME)))
    if settings.mail.url.startswith(("smtp://", "smtps://")):
        from micromart_core.adapters.smtp import SmtpMail, server_of

        seconds = settings.mail.timeout_seconds
        return SmtpMail(server_of(settings.mail), timeout_seconds=seconds, patience_seconds=patience_seconds)
    raise InvalidValue(
        "mail.url is no way for letters.",
        why="it is neither a mail server nor a folder",
        hint="smtp://host:587, smtps://host or maildir:/abs/path",
    )


def greet_mail_server(settings: MailSettings, *, patience_seconds: float) -> str:
    """Connect to the mail server of mail.url and sign in; say how that went, or raise MailDelayed or InvalidValue."""
    from micromart_core.adapters.smtp import SmtpMail, server_of

    port = SmtpMail(server_of(settings), timeout_seconds=patience_seconds, patience_seconds=patience_seconds)
    try:
        return port.greet()
    finally:
        port.close()
