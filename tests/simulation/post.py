"""A mail server that takes letters, sometimes after it said no, sometimes without being able to say yes."""

from collections import Counter

from micromart_core.notifications.model import Letter, MailDelayed
from tests.simulation.chance import Chance
from tests.simulation.crashes import Crashes


class Post:
    """What arrived, and how often an answer was cut off: so often may a letter have come twice."""

    def __init__(self, chance: Chance, crashes: Crashes) -> None:
        self._chance, self._crashes = chance, crashes
        self.trouble: float | None = None
        self.arrived: Counter[str] = Counter()
        self.cut: Counter[str] = Counter()
        self._on_the_way = ""

    def send(self, letter: Letter) -> None:
        self._on_the_way = letter.message_id
        if self._fails():
            raise MailDelayed("451 come back later")
        self._crashes.here()
        self.arrived[letter.message_id] += 1
        if self._fails():
            self.cut[letter.message_id] += 1
            raise MailDelayed("the line was cut before the answer")
        self._crashes.here()

    def sender_died(self) -> None:
        """Excuse a copy of the letter that was on its way: nobody may have noted that it arrived."""
        self.cut[self._on_the_way] += 1

    def close(self) -> None:
        return None

    def _fails(self) -> bool:
        return self.trouble is not None and self._chance.happens(self.trouble)
