"""Letters that go out behind a verb's answer."""

import logging
from threading import Thread

from micromart_cli.doors import Doors
from micromart_core.errors import MicroMartError

PATIENCE_SECONDS = 5.0
"""After so long a verb that has answered ends, whatever became of its letters. Sending them is begun for two seconds,
and the last one is given two more; a database that hangs takes many times that."""


def send_letters_along(doors: Doors) -> None:
    """Send what is due for a moment; what is left goes with the next verb or `job run send-mail`."""
    bugs: list[Exception] = []
    sending = Thread(target=_send, args=(doors, bugs), daemon=True)
    sending.start()
    sending.join(PATIENCE_SECONDS)
    for bug in bugs:
        raise bug


def _send(doors: Doors, bugs: list[Exception]) -> None:
    try:
        doors.send_mail()
    except MicroMartError as error:  # what was asked for is done
        logging.getLogger("micromart.mail").warning("letters wait: %s", error)
    except Exception as error:  # noqa: BLE001  # told by the verb, not by a thread
        bugs.append(error)
