"""What can go wrong with the private servers, each a sentence for the person who asked."""


class StackError(Exception):
    """A private server did not do what was asked; the message says which and why."""

    exit_code = 1


class NoSuchServer(StackError):
    """The stack has no server of this name."""

    exit_code = 2


class NotToBeHad(StackError):
    """This machine has not what a server needs, and it cannot be installed here."""

    exit_code = 69
