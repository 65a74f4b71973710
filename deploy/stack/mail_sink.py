"""An SMTP server for tests whose recipients decide how it fails.

perm@ is refused for good, grey@ twice and then taken, slow@ waits five seconds, and for cut@ the letter
is taken but the answer never comes. A name may go on after a plus: grey+ann@ is counted by itself.
"""

import asyncio
import mailbox
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

_GREY_REFUSALS = 2
_SLOW_SECONDS = 5


@dataclass
class Sink:
    """Takes letters into a Maildir, faults included."""

    letters: mailbox.Maildir
    refusals: Counter[str] = field(default_factory=Counter)
    slow_seconds: float = _SLOW_SECONDS

    async def handle_RCPT(  # noqa: N802 aiosmtpd finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept the recipient, or refuse it as its name asks."""
        if _fault_of(address) == "perm":
            return "550 5.1.1 No such user"
        if _fault_of(address) == "grey" and self.refusals[address] < _GREY_REFUSALS:
            self.refusals[address] += 1
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 as above
        """Lay the letter in the Maildir, then answer, late or never as a recipient asks."""
        faults = {_fault_of(address) for address in envelope.rcpt_tos}
        if "slow" in faults:
            await asyncio.sleep(self.slow_seconds)
        to = ", ".join(envelope.rcpt_tos)
        self.letters.add(f"X-Envelope-To: {to}\r\n".encode() + _content(envelope))
        if "cut" in faults and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 2.0.0 Taken"


def _fault_of(address: str) -> str:
    return address.partition("@")[0].partition("+")[0].lower()


def _content(envelope: Envelope) -> bytes:
    content = envelope.content
    return content.encode() if isinstance(content, str) else content or b""


async def serve(port: int, folder: Path) -> None:
    """Take letters on a loopback port until the process is ended."""
    sink = Sink(mailbox.Maildir(folder))
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(sink, hostname="mail.micromart.invalid", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
