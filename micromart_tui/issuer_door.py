"""The way in at an issuer, for screens: each code that is shown, with the secret that belongs to it behind the door."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from micromart_tui.sign_in import Cancelled, Entered, LinkCode

if TYPE_CHECKING:
    from micromart_core.adapters.keycloak.device_flow import DeviceCode
    from micromart_core.adapters.keycloak.sign_in import IssuerSignIn


@dataclass
class LinkDoor:
    """Asks for codes and waits for them; `source` says where from, `session_only` whether it ends when it is idle."""

    issuer: "IssuerSignIn"
    source: str
    session_only: bool
    _codes: dict[str, "DeviceCode"] = field(default_factory=dict, repr=False)

    def begin(self) -> LinkCode:
        """Ask for a code to show."""
        code = self.issuer.begin(session_only=self.session_only)
        self._codes[code.user_code] = code
        link = code.verification_uri_complete or code.verification_uri
        return LinkCode(link, code.verification_uri, code.user_code, code.expires_in)

    def seconds_left(self, code: LinkCode) -> float:
        """Return how long a code still works."""
        return self.issuer.seconds_left(self._codes[code.user_code])

    def wait(self, code: LinkCode, cancelled: Cancelled, *, in_checkout: bool) -> Entered:
        """Wait until somebody approved."""
        known = self._codes[code.user_code]
        return Entered(*self.issuer.finish(known, cancelled, self.source, in_checkout=in_checkout))
