"""What nobody can take in becomes a row of the dead letters, where a person can look at it, retry it or drop it."""

import hashlib
import logging

from micromart_core import dead_letters, outbox
from micromart_core.broker import Message
from micromart_core.caller import THE_SHOP
from micromart_core.database import Database, OpenTransaction
from micromart_core.dead_letters import DeadLetter
from micromart_core.delivery import OnDead, is_out_of_reach
from micromart_core.errors import InvalidValue
from micromart_core.events import Envelope
from micromart_core.ids import new_trace_id
from micromart_core.kept_body import KeptBody, keep, keep_in_base64
from micromart_core.settings import Settings
from micromart_core.transaction import Transaction

SECOND_CHANCES = 3
"""How often an event is published again that was given up though no handler had failed: daemons died holding it."""
DELIVERY_LIMIT = "delivery_limit"
"""Why a message is given up that was brought too often; the word is RabbitMQ's."""
DIED = "daemons ended while they were handling it"
BARE_BYTES = 64 * 1024
"""Bytes of a body that are kept when the whole letter was refused."""
_log = logging.getLogger("micromart.burial")


class Burial:
    """Takes over what nobody can take in. Doing it twice is the same as once."""

    def __init__(self, database: Database, settings: Settings, on_dead: OnDead) -> None:
        self._database, self._settings, self._on_dead = database, settings, on_dead

    def bury(self, message: Message, why: str) -> None:
        """Keep a message as a dead letter and tell staff, or give an event another chance that nobody had failed.

        What cannot be kept so is kept without telling staff, then bare. Raise only what is the database's own fault:
        nothing in the barest letter is of the message's making.
        """
        for way in (self._tell, self._keep):
            try:
                way(message, why)
            except Exception as error:
                if is_out_of_reach(error):
                    raise
                told = f"{type(error).__name__}: {error}"[:500]
                _log.error("a dead letter for %s is kept with less: %s", message.service, told)  # told
            else:
                return
        self._keep_bare(message)

    def _tell(self, message: Message, why: str) -> None:
        with self._database.begin(writes=True) as opened:
            kept = _settle(opened, message, why)
            if kept is not None:
                letter, trace_id = kept
                facts = (opened.connection, opened.now, THE_SHOP, self._settings, trace_id)
                self._on_dead(Transaction(*facts, touched=opened.touched), letter)
            opened.commit()

    def _keep(self, message: Message, why: str) -> None:
        with self._database.begin(writes=True) as opened:
            _settle(opened, message, why)
            opened.commit()

    def _keep_bare(self, message: Message) -> None:
        body = keep_in_base64(message.body, longest=BARE_BYTES)
        with self._database.begin(writes=True) as opened:
            _save_unreadable(opened, message, body, "the letter was refused as it was; see the daemon's log")
            opened.commit()


def _settle(opened: OpenTransaction, message: Message, why: str) -> tuple[DeadLetter, str] | None:
    """Return the letter that was made with the trace of its intent, None when there was a second chance instead."""
    try:
        envelope = Envelope.from_json(message.body)
    except InvalidValue as error:
        letter = _save_unreadable(opened, message, keep(message.body), error.why)
        return letter, new_trace_id()
    if _give_second_chance(opened, envelope, message):
        return None
    return _save(opened, envelope, why), envelope.trace_id


def _give_second_chance(opened: OpenTransaction, envelope: Envelope, message: Message) -> bool:
    """Publish an event again whose tries were used up by daemons that died: a broken handler is always noted."""
    record = outbox.find_record(opened.connection, envelope.id)
    if record is None or message.gave_up != DELIVERY_LIMIT:
        return False
    if record.last_error not in (None, DIED) or record.attempts >= SECOND_CHANCES:
        return False
    outbox.note_failure(opened.connection, envelope.id, DIED)
    outbox.publish_again(opened.connection, envelope.id, now=opened.now)
    return True


def _save(opened: OpenTransaction, envelope: Envelope, why: str) -> DeadLetter:
    record = outbox.find_record(opened.connection, envelope.id)
    error = (record and record.last_error) or why
    attempts = max(record.attempts if record else 0, 1)
    return dead_letters.save(opened.connection, envelope, error=error, attempts=attempts, at=opened.now)


def _save_unreadable(opened: OpenTransaction, message: Message, body: KeptBody, why: str) -> DeadLetter:
    digest = hashlib.sha256(message.body).hexdigest()[:32]
    error = "; ".join(filter(None, (f"no event, for {message.service}: {why}", body.how)))
    return dead_letters.save_unreadable(
        opened.connection, body.text, letter_id=f"msg_{digest}", error=error, at=opened.now
    )
