"""The log's line for each fact that was committed: what a dashboard counts."""

import logging
from collections.abc import Iterable

from micromart_core.events import Envelope

_log = logging.getLogger("micromart.events")


def tell_committed(envelopes: Iterable[Envelope]) -> None:
    """Log events, each with what its type lets a log tell: never an address, a name or a secret."""
    if not _log.isEnabledFor(logging.INFO):
        return
    for envelope in envelopes:
        event = envelope.event()
        facts = {
            "event.kind": "event",
            "event.action": envelope.type,
            "event.id": envelope.id,
            "trace.id": envelope.trace_id,
            **(event.for_the_log() if event else {}),
        }
        _log.info("%s %s", envelope.type, envelope.key, extra=facts)
