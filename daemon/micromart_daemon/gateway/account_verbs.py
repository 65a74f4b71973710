"""What can be asked of accounts over HTTP: each verb with what does it, in which threads, and what follows."""

from collections.abc import Callable
from inspect import getdoc
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct

from micromart_daemon.gateway.accounts import AccountDesk, UnknownVerb
from micromart_daemon.gateway.table import BadArguments, explained


class Verb(Struct, frozen=True):
    """One thing that is done with accounts; its form, its answer and its sentence are those of what does it."""

    deed: Callable[[AccountDesk, Any], Any]
    is_staff_work: bool = False
    """True: it may ask an issuer, and has the threads of those who change something for staff."""
    is_rehearsed: bool = False
    """True: it can be asked with Dry-Run; any other would be done all the same, so it is refused then."""
    writes_letters: bool = False
    """True: letters are sent after its answer, where no daemon does."""

    @property
    def form(self) -> type[msgspec.Struct]:
        """What it takes."""
        form: type[msgspec.Struct] = get_type_hints(self.deed)["form"]
        return form

    @property
    def answer(self) -> Any:
        """The type of what it answers."""
        return get_type_hints(self.deed)["return"]

    @property
    def told(self) -> str:
        """What it does, in a sentence."""
        return (getdoc(self.deed) or "").split("\n")[0]


def _by_staff(deed: Callable[[AccountDesk, Any], Any]) -> Verb:
    """Describe what is done with other people's accounts: it asks the issuer, and can be rehearsed."""
    return Verb(deed, is_staff_work=True, is_rehearsed=True)


VERBS = {
    "sign-in": Verb(AccountDesk.sign_in),
    "register": Verb(AccountDesk.register, writes_letters=True),
    "verify": Verb(AccountDesk.verify),
    "recover": Verb(AccountDesk.recover, writes_letters=True),
    "reset": Verb(AccountDesk.reset),
    "session": Verb(AccountDesk.session, is_rehearsed=True),
    "sign-out": Verb(AccountDesk.sign_out),
    "sign-in-client": Verb(AccountDesk.sign_in_client),
    "enter": Verb(AccountDesk.enter),
    "leave": Verb(AccountDesk.leave),
    "grant": _by_staff(AccountDesk.grant),
    "revoke": _by_staff(AccountDesk.revoke),
    "list-clients": _by_staff(AccountDesk.list_clients),
    "create-client": _by_staff(AccountDesk.create_client),
    "remove-client": _by_staff(AccountDesk.remove_client),
}


def verb_named(name: str) -> Verb:
    """Return a verb; raise UnknownVerb."""
    if name not in VERBS:
        raise UnknownVerb(name)
    return VERBS[name]


def form_of(verb: Verb, body: bytes) -> Any:
    """Read what a verb takes; raise BadArguments, which never tells what was in it."""
    try:
        form = msgspec.json.decode(body or b"{}", type=verb.form)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise explained(str(error)) from None
    for name, text in msgspec.structs.asdict(form).items():
        if isinstance(text, str) and "\0" in text:
            raise BadArguments("a text may not contain the character NUL", f"/{name}")
    return form
