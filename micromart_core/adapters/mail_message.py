"""A letter as the message that travels: headers, plain words and HTML."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr, unquote
from typing import NoReturn

from micromart_core.notifications.model import Letter, MailDelayed, MailRefused

_LONGEST_LINE = 78
_ENCODED = "=?"
"""How an encoded word begins (RFC 2047): what Python decodes of it may be a line break, and then a header of somebody
else's, or their words in the place of the shop's."""
_POLICY = SMTP.clone(cte_type="7bit")


def address_of(text: str) -> Address:
    """Return an address, its domain in the form that DNS knows; raise MailRefused for what is none."""
    if not text.isprintable():  # a line break would begin a header of somebody else's; not every Python refuses it
        _no(text)
    name, spec = parseaddr(text)
    user, _, domain = spec.rpartition("@")
    if not user:
        _no(text)
    try:
        address = Address(name, username=unquote(user), domain=domain.encode("idna").decode())
    except (ValueError, IndexError) as error:  # UnicodeError and HeaderParseError are ValueErrors
        raise MailRefused(f"{text!r} is no mail address: {error}") from error
    # Only now: the form that DNS knows turns wide signs into plain ones.
    if _ENCODED in name + address.username + address.domain:
        _no(text)
    return address


def message_of(letter: Letter) -> EmailMessage:
    """Return the message; raise MailRefused when its reader is no address or its words cannot be written.

    A sender that is none is the shop's own mistake: MailDelayed, so that letters wait until it is mended.
    """
    try:
        return _message(letter, _sender_of(letter), address_of(letter.to))
    except ValueError as error:
        raise MailRefused(f"this cannot be written as a message: {error}") from error


def _sender_of(letter: Letter) -> Address:
    try:
        return address_of(letter.sender)
    except MailRefused as error:
        raise MailDelayed(f"mail.sender: {error}") from error


def _message(letter: Letter, sender: Address, reader: Address) -> EmailMessage:
    is_ascii = (sender.addr_spec + reader.addr_spec).isascii()
    message = EmailMessage(policy=_POLICY if is_ascii else _POLICY.clone(utf8=True))
    message["From"] = sender
    message["To"] = reader
    message["Subject"] = letter.subject.replace(_ENCODED, "= ?")
    message["Date"] = format_datetime(letter.sent_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    # Never base64: a person, or grep, finds the words in the file itself.
    message.set_content(letter.text, cte="7bit" if _is_plain(letter.text) else "quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message


def _is_plain(text: str) -> bool:
    return text.isascii() and all(len(line) <= _LONGEST_LINE for line in text.splitlines())


def _no(text: str) -> NoReturn:
    raise MailRefused(f"{text!r} is no mail address")
