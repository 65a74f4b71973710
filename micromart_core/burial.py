"""What a broker gave up becomes a row of the dead letters, where a person can look at it, retry it or drop it."""

import hashlib

from micromart_core import dead_letters, outbox
from micromart_core.broker import Message
from micromart_core.caller import THE_SHOP
from micromart_core.database import Database, OpenTransaction
from micromart_core.dead_letters import DeadLetter
from micromart_core.delivery import OnDead
from micromart_core.errors import InvalidValue
from micromart_core.events import Envelope
from micromart_core.ids import new_trace_id
from micromart_core.settings import Settings
from micromart_core.transaction import Transaction

SECOND_CHANCES = 3
"""How often an event is published again that was given up though no handler had failed: daemons died holding it."""
DIED = "daemons ended while they were handling it"


class Burial:
    """Takes over what the broker gave up. Doing it twice is the same as once."""

    def __init__(self, database: Database, settings: Settings, on_dead: OnDead) -> None:
        self._database, self._settings, self._on_dead = database, settings, on_dead

    def bury(self, message: Message) -> None:
        """Keep a message as a dead letter and tell staff, or give an event another chance that nobody had failed."""
        envelope = _read(message)
        with self._database.begin(writes=True) as opened:
            if envelope is None:
                self._tell(opened, _keep_unreadable(opened, message), new_trace_id())
            elif not _give_second_chance(opened, envelope, message):
                self._tell(opened, _keep(opened, envelope, message), envelope.trace_id)
            opened.commit()

    def _tell(self, opened: OpenTransaction, letter: DeadLetter, trace_id: str) -> None:
        facts = (opened.connection, opened.now, THE_SHOP, self._settings, trace_id)
        self._on_dead(Transaction(*facts, touched=opened.touched), letter)


def _read(message: Message) -> Envelope | None:
    try:
        return Envelope.from_json(message.body)
    except InvalidValue:
        return None


def _give_second_chance(opened: OpenTransaction, envelope: Envelope, message: Message) -> bool:
    """Publish an event again whose tries were used up by daemons that died: a broken handler is always noted."""
    record = outbox.find_record(opened.connection, envelope.id)
    if record is None or message.gave_up != "delivery_limit":
        return False
    if record.last_error not in (None, DIED) or record.attempts >= SECOND_CHANCES:
        return False
    outbox.note_failure(opened.connection, envelope.id, DIED)
    outbox.publish_again(opened.connection, envelope.id)
    return True


def _keep(opened: OpenTransaction, envelope: Envelope, message: Message) -> DeadLetter:
    record = outbox.find_record(opened.connection, envelope.id)
    error = (record and record.last_error) or f"given up by the broker: {message.gave_up}"
    attempts = max(record.attempts if record else 0, 1)
    return dead_letters.save(opened.connection, envelope, error=error, attempts=attempts, at=opened.now)


def _keep_unreadable(opened: OpenTransaction, message: Message) -> DeadLetter:
    digest = hashlib.sha256(message.body).hexdigest()[:32]
    body = message.body.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return dead_letters.save_unreadable(
        opened.connection, body, letter_id=f"msg_{digest}", error=f"no event, for {message.service}", at=opened.now
    )
