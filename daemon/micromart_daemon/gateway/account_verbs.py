"""What can be asked of accounts over HTTP: each verb with its form, its answer and one sentence."""

from dataclasses import dataclass
from typing import Any

import msgspec

from micromart_core.adapters.accounts import SignedIn
from micromart_core.adapters.remote import forms
from micromart_core.authentication.model import AutomationClient, Session, UserRoles
from micromart_core.errors import NotFound
from micromart_daemon.gateway.table import BadArguments


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """A body without anything in it."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that is done with accounts."""

    form: type[msgspec.Struct]
    answer: Any
    told: str
    is_staff_work: bool = False
    """True: it may ask an issuer, and has the threads of those who change something for staff."""
    is_rehearsed: bool = False
    """True: it can be asked with Dry-Run; any other would be done all the same, so it is refused then."""


def _by_staff(form: type[msgspec.Struct], answer: Any, told: str) -> Verb:
    """Describe what is done with other people's accounts: it asks the issuer, and can be rehearsed."""
    return Verb(form, answer, f"{told} Needs user:grant.", is_staff_work=True, is_rehearsed=True)


VERBS = {
    "sign-in": Verb(forms.SignInWords, SignedIn, "Open a session; the cart of X-Cart-Secret becomes the person's."),
    "register": Verb(forms.NewAccount, None, "Send a code to the address, whether or not the name is taken."),
    "verify": Verb(forms.VerifyCode, str, "Make the account a code was sent for, and return its name."),
    "recover": Verb(forms.Email, None, "Send a code to the address if it has an account."),
    "reset": Verb(forms.NewPassword, str, "Set a new password with a code; return the name, end all its sessions."),
    "session": Verb(Nothing, Session, "Tell whose the token is, with which permissions.", is_rehearsed=True),
    "sign-out": Verb(Nothing, bool, "End the session of the token; false when it had ended before."),
    "sign-in-client": Verb(forms.ClientWords, str, "Sign a script in with its secret; return a token of five minutes."),
    "enter": Verb(forms.Enter, str, "Let in whom the issuer has just signed in, with the cart; return the name."),
    "leave": Verb(Nothing, None, "Write down that whom the issuer signed in has left."),
    "grant": _by_staff(forms.RoleOf, UserRoles, "Give a person a role."),
    "revoke": _by_staff(forms.RoleOf, UserRoles, "Take a role from a person."),
    "list-clients": _by_staff(Nothing, tuple[AutomationClient, ...], "List the scripts that may sign in."),
    "create-client": _by_staff(forms.NewClient, AutomationClient, "Let a script sign in from now on."),
    "remove-client": _by_staff(forms.ClientName, AutomationClient, "Let a script sign in no more."),
}


class UnknownVerb(NotFound):
    """Nothing of this name is done with the accounts of this shop."""

    code = "gateway.unknown_verb"

    def __init__(self, verb: str) -> None:
        self.verb = verb[:100]
        super().__init__(f"Accounts know no {self.verb} here.", hint=f"one of {', '.join(sorted(VERBS))}")


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
        raise BadArguments(str(error), "") from None
    if any("\0" in text for text in msgspec.structs.astuple(form) if isinstance(text, str)):
        raise BadArguments("a text may not contain the character NUL", "")
    return form
