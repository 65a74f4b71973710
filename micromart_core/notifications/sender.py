"""Letting letters leave: what is due goes out one by one, outside any transaction."""

import logging
from collections.abc import Callable

from msgspec.structs import replace

from micromart_core.clock import stopwatch
from micromart_core.notifications.model import ClaimedLetter, Delivery, MailDelayed, MailPort, MailRefused, MailStatus
from micromart_core.notifications.service_sending import claim_due_mail, is_mail_due, note_dead, note_delayed, note_sent
from micromart_core.operation import Gateway

_log = logging.getLogger("micromart.mail")
DELAYS_IN_A_ROW = 3
"""A server that delays so many letters one after the other is left alone until the next time."""


def send_due(
    gateway: Gateway, port: MailPort, *, budget_seconds: float, limit: int, may_go_on: Callable[[], bool]
) -> Delivery:
    """Send at most `limit` letters that are due, beginning none after `budget_seconds`; say what became of them.

    None is begun when `may_go_on` says no. The gateway's caller needs ops:run. A sender that dies leaves its letter
    to the next one, with the same Message-ID.
    """
    ends = stopwatch() + budget_seconds
    done, delays = Delivery(), 0
    if not gateway.run(is_mail_due):
        return done
    try:
        while done.count < limit and delays < DELAYS_IN_A_ROW and stopwatch() < ends and may_go_on():
            claimed = gateway.run(claim_due_mail)
            if claimed is None:
                break
            began = stopwatch()
            status, in_time = _send(gateway, port, claimed)
            _note(claimed, status, stopwatch() - began)
            delays = 0 if in_time else delays + 1
            done = _counted(done, status)
    finally:
        port.close()
    return done


def _send(gateway: Gateway, port: MailPort, claimed: ClaimedLetter) -> tuple[MailStatus, bool]:
    """Say what became of the letter, and whether the server spoke about it in time."""
    try:
        port.send(claimed.letter)
    except MailRefused as refused:
        return gateway.run(note_dead, claimed.mail_id, claimed.attempt, str(refused)), True
    except MailDelayed as delayed:
        return gateway.run(note_delayed, claimed.mail_id, claimed.attempt, str(delayed)), False
    gateway.run(note_sent, claimed.mail_id)
    return MailStatus.SENT, True


def _note(claimed: ClaimedLetter, status: MailStatus, seconds: float) -> None:
    facts = {
        "trace.id": claimed.trace_id,
        "event.action": "notifications/send",
        "event.outcome": "success" if status is MailStatus.SENT else "failure",
        "event.duration": int(seconds * 1e9),
        "micromart.mail.status": status.value,
        "micromart.mail.attempt": claimed.attempt,
    }
    _log.info("letter %s is %s at try %d", claimed.mail_id, status.value, claimed.attempt, extra=facts)


def _counted(done: Delivery, status: MailStatus) -> Delivery:
    if status is MailStatus.SENT:
        return replace(done, sent=done.sent + 1)
    if status is MailStatus.DEAD:
        return replace(done, dead=done.dead + 1)
    return replace(done, delayed=done.delayed + 1)
