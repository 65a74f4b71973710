"""How a shop behind a gateway can fail to answer, each with what to try."""

from micromart_core.errors import InvalidValue, MicroMartError, Refused, Unavailable


class ShopUnreachable(Unavailable):
    """The shop's gateway does not answer."""

    code = "remote.unreachable"

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        super().__init__(
            f"The shop at {url} cannot be reached.", why=why, hint="see whether this machine is online, then try again"
        )


class AnswerLost(Unavailable):
    """The connection was lost after something was sent: it may or may not have been done."""

    code = "remote.answer_lost"

    def __init__(self, url: str, why: str, idempotency_key: str) -> None:
        self.url, self.idempotency_key = url, idempotency_key
        super().__init__(
            "The connection was lost at the last moment; this may or may not have been done.",
            why=f"{url}: {why}",
            hint=f"ask again with --idempotency-key {idempotency_key}: it is done at most once",
        )


class OutcomeUnknown(Unavailable):
    """The connection was lost after something was sent that has no key; the hint says how to find out."""

    code = "remote.outcome_unknown"

    def __init__(self, url: str, why: str, how_to_go_on: str) -> None:
        self.url = url
        super().__init__(
            "The connection was lost at the last moment; this may or may not have been done.",
            why=f"{url}: {why}",
            hint=how_to_go_on,
        )


class ShopMisbehaves(Unavailable):
    """What answers there is no gateway of a shop, or not one that this version understands."""

    code = "remote.misbehaves"

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        super().__init__(
            f"What answers at {url} is no shop that this version understands.",
            why=why,
            hint="see micromart context list, and that both sides have the same version",
        )


class BadAddress(InvalidValue):
    """This is no address of a shop that may be trusted with a token."""

    code = "remote.bad_address"

    def __init__(self, url: str, why: str, hint: str = "https://shop.example.org") -> None:
        self.url = url
        super().__init__(f"“{url}” cannot be a shop's address.", why=why, hint=hint)


class BesideTheDatabase(Refused):
    """This runs beside the shop's database, and there is none on this machine."""

    code = "remote.beside_the_database"

    def __init__(self, what: str, url: str) -> None:
        self.what, self.url = what, url
        super().__init__(
            f"{what} runs beside the shop's database only.",
            why=f"this machine works through the gateway at {url}",
            hint="run it on the shop's own machine, or here for a shop of its own: --context here",
        )


def family_of(exit_code: int) -> type[MicroMartError]:
    """Return the family of errors with an exit code, for an error whose own type is not known here."""
    families: list[type[MicroMartError]] = [MicroMartError, *MicroMartError.__subclasses__()]
    return next((each for each in families if each.exit_code == exit_code), MicroMartError)
