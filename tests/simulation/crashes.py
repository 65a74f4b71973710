"""Processes that die where it hurts: before a commit, right after it, and around an acknowledgement."""

from tests.simulation.chance import Chance


class Crash(BaseException):
    """The process is gone; nothing it held in memory is known any more."""


class Crashes:
    """Decides who dies and when; nobody does once the weather has cleared."""

    def __init__(self, chance: Chance, one_in: float) -> None:
        self._chance, self._one_in = chance, one_in
        self.are_on = False
        self.count = 0

    def here(self) -> None:
        """Die, perhaps."""
        if self.are_on and self._chance.happens(self._one_in):
            self.count += 1
            raise Crash

    def watch(self, database) -> None:
        """Let each commit of this database be a place to die, on both sides of it."""
        dialect = database.engine.dialect
        real = dialect.do_commit

        def commit(connection) -> None:
            self.here()
            real(connection)
            self.here()

        dialect.do_commit = commit
