"""Queueing letters, and what staff and shoppers may ask of the history."""

import hashlib
from datetime import timedelta
from email.utils import parseaddr

from micromart_core.changes import Topic
from micromart_core.ids import new_id
from micromart_core.notifications import store
from micromart_core.notifications.letters import CODE_DOTS, write
from micromart_core.notifications.model import (
    Mail,
    MailHoldsCode,
    MailPage,
    MailStatus,
    MailWithText,
    NewMail,
    SecretCode,
    Template,
    UnknownMail,
    Waiting,
)
from micromart_core.operation import operation
from micromart_core.orders.access import reach
from micromart_core.paging import page_size
from micromart_core.permissions import Permission
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit

VERIFICATION_LASTS = timedelta(minutes=15)
RECOVERY_LASTS = timedelta(minutes=5)
_WITH_CODE = (Template.VERIFICATION, Template.RECOVERY)


def queue_letter(
    tx: Transaction,
    template: Template,
    facts: dict[str, object],
    *,
    mail_id: str,
    to: str,
    order_id: str | None = None,
    user_id: str | None = None,
    secret: SecretCode | None = None,
) -> bool:
    """Write a letter and put it into the queue; False, and nothing is queued, when this id was queued before."""
    mail = NewMail(mail_id, _message_id(tx, mail_id), to, template, order_id, user_id)
    tx.touch(Topic.MAILS, mail_id)
    return store.queue_mail(tx, mail, write(tx.settings.shop, template, facts), secret)


def mails_of_trace(tx: Transaction, trace_id: str, *, limit: int) -> list[Mail]:
    """Return the letters that one intent led to, oldest first."""
    return store.list_mails_of_trace(tx, trace_id, limit=limit)


def traces_of_mails(tx: Transaction, digits: str, *, limit: int) -> set[str]:
    """Return traces of letters that begin with these digits."""
    return store.list_traces(tx, digits, limit=limit)


def queue_verification(tx: Transaction, *, mail_id: str, to: str, name: str, code: str) -> None:
    """Queue the letter that proves an address: it carries `code` for 15 minutes."""
    secret = SecretCode(code, tx.now + VERIFICATION_LASTS)
    facts: dict[str, object] = {"name": name, "code": CODE_DOTS, "minutes": VERIFICATION_LASTS.seconds // 60}
    queue_letter(tx, Template.VERIFICATION, facts, mail_id=mail_id, to=to, secret=secret)


def queue_recovery(tx: Transaction, *, mail_id: str, to: str, code: str) -> None:
    """Queue the letter that lets somebody choose a new password: it carries `code` for 5 minutes."""
    secret = SecretCode(code, tx.now + RECOVERY_LASTS)
    facts: dict[str, object] = {"code": CODE_DOTS, "minutes": RECOVERY_LASTS.seconds // 60}
    queue_letter(tx, Template.RECOVERY, facts, mail_id=mail_id, to=to, secret=secret)


@operation("mail:read", writes=False)
def list_mails(
    tx: Transaction, status: MailStatus | None = None, after: str | None = None, limit: int = 50
) -> MailPage:
    """Return one page of the history, newest first; UnknownMail when `after` is no letter."""
    before = None
    if after is not None:
        last = _known(tx, after)
        before = (last.queued_at, last.id)
    found = store.list_mails(tx, status=status, before=before, limit=page_size(limit) + 1)
    return MailPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


@operation("mail:read", writes=False)
def show_mail(tx: Transaction, mail_id: str) -> MailWithText:
    """Return a letter with what it says; UnknownMail, or MailHoldsCode for one that carries a code."""
    _without_code(tx, mail_id)
    return store.load_mail_with_text(tx, mail_id)


@operation("order:manage")
def resend_mail(tx: Transaction, mail_id: str) -> Mail:
    """Queue the same words again as a new letter and return it; UnknownMail, or MailHoldsCode."""
    _without_code(tx, mail_id)
    again = new_id("mail")
    store.copy_mail(tx, mail_id, new_id=again, message_id=_message_id(tx, again))
    audit(tx, "mail.resend", mail_id, after=again)
    tx.touch(Topic.MAILS, again)
    return _known(tx, again)


@operation(writes=False)
def list_order_mails(tx: Transaction, order_id: str) -> tuple[Mail, ...]:
    """Return the letters about an order, oldest first: a shopper's own, or anybody's for staff who may read orders."""
    return list_mails_of_orders(tx, (order_id,))


@operation(writes=False)
def list_mails_of_orders(tx: Transaction, order_ids: tuple[str, ...]) -> tuple[Mail, ...]:
    """Return the letters about a page of orders, oldest first: own ones, or anybody's for staff who may read orders."""
    reader = reach(tx, Permission.ORDER_READ_OWN, Permission.ORDER_READ_ANY)
    page_size(max(len(order_ids), 1))
    return tuple(store.list_mails_of_orders(tx, order_ids, user_id=reader))


@operation("mail:read", writes=False)
def count_waiting(tx: Transaction) -> Waiting:
    """Count the letters that have not left, since when the oldest waits, and those that were given up."""
    return store.count_waiting(tx)


def _known(tx: Transaction, mail_id: str) -> Mail:
    mail = store.find_mail(tx, mail_id)
    if mail is None:
        raise UnknownMail(mail_id)
    return mail


def _without_code(tx: Transaction, mail_id: str) -> None:
    if _known(tx, mail_id).template in _WITH_CODE:
        raise MailHoldsCode(mail_id)


def _message_id(tx: Transaction, mail_id: str) -> str:
    """Name the letter for mail programs: the same on every try, so that a copy is known as one."""
    _name, address = parseaddr(tx.settings.mail.sender)
    domain = address.rpartition("@")[2] or "micromart.invalid"
    return f"<{hashlib.sha256(mail_id.encode()).hexdigest()[:40]}@{domain}>"


@operation("order:read-any", writes=False, on_wire=False, polled=True)
def find_reader(tx: Transaction, mail_id: str) -> str | None:
    """Return the id of the user a letter is for, None when it is nobody's."""
    return store.find_reader(tx, mail_id)
