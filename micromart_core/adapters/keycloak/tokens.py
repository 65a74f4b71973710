"""What the token endpoint is asked, and what each of its refusals means."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from micromart_core.adapters.keycloak.discovery import Endpoints
from micromart_core.adapters.keycloak.refusals import (
    IssuerMisbehaves,
    IssuerRefuses,
    IssuerUnreachable,
    SignInLost,
    SignInOver,
    WrongClientSecret,
)
from micromart_core.adapters.keycloak.wire import Answer, Wire
from micromart_core.errors import MicroMartError
from micromart_core.reticent import Reticent, Unshown

_MEANINGS = {
    "invalid_request": "it does not understand this shop",
    "invalid_scope": "the realm lacks a scope this shop asks for",
    "unauthorized_client": "its client may not sign in this way",
    "unsupported_grant_type": "it does not know this way to sign in",
    "invalid_client": "it knows no such client, or its secret is wrong",
    "unsupported_token_type": "it cannot take such a token back",
}
"""RFC 6749, 5.2 and RFC 7009, 2.2.1; the server's own words are not shown: who wrote them is not known."""


Token = Annotated[str, msgspec.Meta(pattern=r"\A[!-~]+\Z", max_length=16 * 1024)]
"""Visible ASCII, as RFC 6749 has it (appendix A): anything else could be neither kept nor sent."""
LATEST = 10**10
"""Seconds since 1970, or of a life: the year 2286; what comes later is no moment that every computer knows."""


class Tokens(Reticent, Struct, frozen=True):
    """What the issuer gives; it is shown nowhere."""

    access_token: Unshown[Token]
    expires_in: Annotated[int, msgspec.Meta(ge=1, le=LATEST)]
    refresh_token: Unshown[Token | None] = None
    refresh_expires_in: Annotated[int, msgspec.Meta(le=LATEST)] = 0


class TokenEndpoint(Struct, frozen=True):
    """Gives, renews and takes back the tokens of one client."""

    wire: Wire
    endpoints: Endpoints
    client_id: str

    def ask(self, grant_type: str, facts: Mapping[str, str]) -> Answer:
        """Send one request for tokens."""
        form = {"grant_type": grant_type, "client_id": self.client_id, **facts}
        return self.wire.post(self.endpoints.token_endpoint, form)

    def refresh(self, refresh_token: str) -> Tokens:
        """Trade a refresh token for new tokens; never twice, since a token used twice ends the whole session.

        Raise SignInOver for a dead one, SignInLost when the answer got lost, IssuerUnreachable when nothing was sent.
        """
        try:
            answer = self.ask("refresh_token", {"refresh_token": refresh_token})
            if error_of(answer) == "invalid_grant":
                raise SignInOver
            return self.tokens_of(answer)
        except IssuerMisbehaves:
            raise SignInLost from None
        except IssuerUnreachable as error:
            if error.was_sent:
                raise SignInLost from None
            raise

    def sign_in_client(self, secret: str) -> Tokens:
        """Return the tokens of a script's own account; raise WrongClientSecret."""
        answer = self.ask("client_credentials", {"client_secret": secret})
        if error_of(answer) in {"invalid_client", "unauthorized_client"}:
            raise WrongClientSecret(self.client_id)
        return self.tokens_of(answer)

    def revoke(self, refresh_token: str) -> None:
        """End the session of a refresh token at the issuer; one that has ended already is no error."""
        form = {"client_id": self.client_id, "token": refresh_token, "token_type_hint": "refresh_token"}
        answer = self.wire.post(self.endpoints.revocation_endpoint, form)
        if not answer.is_good:
            raise self.refusal(answer)

    def introspect(self, secret: str, token: str) -> Mapping[str, Any]:
        """Return what the issuer says of a token now (RFC 7662); raise IssuerRefuses for a wrong secret."""
        form = {"client_id": self.client_id, "client_secret": secret, "token": token}
        answer = self.wire.post(self.endpoints.introspection_endpoint, form)
        if not answer.is_good:
            raise self.refusal(answer)
        return answer.body

    def tokens_of(self, answer: Answer) -> Tokens:
        """Return the tokens of an answer; raise IssuerRefuses or IssuerMisbehaves for any other."""
        if not answer.is_good:
            raise self.refusal(answer)
        try:
            tokens = msgspec.convert(answer.body, Tokens)
        except msgspec.ValidationError:
            raise IssuerMisbehaves(self.host, "its answer holds no tokens") from None
        if str(answer.body.get("token_type", "")).lower() != "bearer":
            raise IssuerMisbehaves(self.host, "its answer holds tokens of an unknown kind")
        return tokens

    def refusal(self, answer: Answer) -> MicroMartError:
        """Return what the issuer means by an answer that is not the one asked for."""
        error = error_of(answer)
        if error not in _MEANINGS:
            return IssuerMisbehaves(self.host, f"it answers {answer.status} and says not why")
        return IssuerRefuses(error, _MEANINGS[error])

    @property
    def host(self) -> str:
        """Whom a person would call."""
        return urlsplit(self.endpoints.issuer).netloc


def error_of(answer: Answer) -> str:
    """Return the code of an OAuth error, empty for none."""
    error = answer.body.get("error")
    return error if isinstance(error, str) and not answer.is_good else ""
