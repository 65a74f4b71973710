"""What is sent to the accounts of a shop behind its gateway; nothing of it is shown in a traceback."""

from typing import Annotated, Any

import msgspec

from micromart_core.permissions import Role

_MadeSecret = Annotated[str, msgspec.Meta(min_length=32, max_length=256)]
"""Of a script: made by a machine, never thought of by a person."""


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form whose fields may be secrets."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class SignInWords(_Form, frozen=True, forbid_unknown_fields=True):
    """Who signs in."""

    username: str
    password: str
    in_checkout: bool = False


class NewAccount(_Form, frozen=True, forbid_unknown_fields=True):
    """Who asks for an account."""

    username: str
    email: str
    password: str


class VerifyCode(_Form, frozen=True, forbid_unknown_fields=True):
    """The code of a letter."""

    code: str


class Email(_Form, frozen=True, forbid_unknown_fields=True):
    """Who lost a password."""

    email: str


class NewPassword(_Form, frozen=True, forbid_unknown_fields=True):
    """A new password, and the code that lets it be set."""

    code: str
    password: str


class Enter(_Form, frozen=True, forbid_unknown_fields=True):
    """Somebody whom the issuer has just signed in; who it is, the token says."""

    in_checkout: bool = False


class RoleOf(_Form, frozen=True, forbid_unknown_fields=True):
    """A role, and whose it becomes or is no more."""

    user: str
    role: Role


class NewClient(_Form, frozen=True, forbid_unknown_fields=True):
    """A script that may sign in from now on."""

    name: str
    secret: _MadeSecret


class ClientName(_Form, frozen=True, forbid_unknown_fields=True):
    """A script that may sign in no more."""

    name: str


class ClientWords(_Form, frozen=True, forbid_unknown_fields=True):
    """Which script signs in."""

    name: str
    secret: str
