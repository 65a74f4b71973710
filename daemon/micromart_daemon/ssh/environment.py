"""What a client says of its environment: five variables that choose colours and signs; all others are refused."""

from typing import Any

from micromart_daemon.ssh.terminal import HEARD, LONGEST_VALUE


def heard_of(channel: Any) -> dict[str, str]:
    """Return what the client of a channel will have said, filled as it says it.

    asyncssh itself would keep all that a client sends, without end; tests/ssh hold the name that is replaced here.
    """
    heard: dict[str, str] = {}

    def process_env_request(packet: Any) -> bool:
        name, value = packet.get_string(), packet.get_string()
        packet.check_end()
        if name.decode("ascii", "replace") not in HEARD or len(value) > LONGEST_VALUE:
            return False
        heard[name.decode()] = value.decode("ascii", "replace")
        return True

    channel._process_env_request = process_env_request  # noqa: SLF001  # it asks nobody
    return heard
