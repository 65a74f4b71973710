"""The real Keycloak of ./dev stack as a program sees it: token requests, and its administrator's interface."""

import base64
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from deploy.stack.keycloak import ADMIN
from tests.identity.person import PASSWORD, Person

# Read before any test: those of the command line take the shop's settings out of the environment.
STACK = {name: value for name, value in os.environ.items() if name.startswith("MICROMART_STACK_")}
_PATIENCE = 30
_REALM = "/admin/realms/micromart"


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict

    @property
    def error(self) -> str:
        return self.body.get("error", "")


@dataclass(frozen=True)
class Device:
    """A sign-in that waits for a person."""

    link: str
    code: str
    verifier: str


class RealKeycloak:
    def __init__(self, settings: dict[str, str] = STACK) -> None:
        self.url = settings["MICROMART_STACK_KEYCLOAK_URL"]
        self.issuer = settings["MICROMART_STACK_ISSUER"]
        self.core = ("micromart-core", settings["MICROMART_STACK_CORE_CLIENT_SECRET"])
        self.automation = ("micromart-automation", settings["MICROMART_STACK_AUTOMATION_SECRET"])
        self.mailbox = Path(settings["MICROMART_STACK_MAILBOX"])
        self._admin_password = settings["MICROMART_STACK_KEYCLOAK_PASSWORD"]

    # --- people -----------------------------------------------------------------------------

    def newcomer(self) -> Person:
        """Somebody of a name that nobody has."""
        return Person(f"ann-{secrets.token_hex(5)}", self.mailbox)

    def person(self, *roles: str) -> Person:
        """Somebody with an account, a confirmed address and these roles."""
        person = self.newcomer()
        account = {"username": person.name, "email": person.email, "enabled": True, "emailVerified": True}
        names = {"firstName": "Ann", "lastName": "Example"}
        password = {"type": "password", "value": PASSWORD, "temporary": False}
        made = self.admin("POST", "/users", account | names | {"credentials": [password]})
        assert made.status == 201, made
        if roles:
            self.admin("POST", f"/users/{self.id_of(person)}/role-mappings/realm", [self.role(role) for role in roles])
        return person

    def id_of(self, person: Person) -> str:
        [found] = self.admin("GET", f"/users?exact=true&username={person.name}").body
        return found["id"]

    def role(self, name: str) -> dict:
        return self.admin("GET", f"/roles/{name}").body

    # --- tokens -----------------------------------------------------------------------------

    def client_token(self, client: tuple[str, str]) -> Answer:
        return self.ask_token(client, grant_type="client_credentials")

    def ask_token(self, client: tuple[str, str] | str, **fields: str) -> Answer:
        return self.post("/protocol/openid-connect/token", client, **fields)

    def begin(self, scope: str = "openid offline_access") -> Device:
        """Ask for a device sign-in, as the command line does."""
        verifier = secrets.token_urlsafe(48)
        answer = self.ask_device("micromart-cli", scope=scope, code_challenge=challenge_of(verifier))
        assert answer.status == 200, answer
        return Device(answer.body["verification_uri_complete"], answer.body["device_code"], verifier)

    def ask_device(self, client: tuple[str, str] | str, **fields: str) -> Answer:
        method = {"code_challenge_method": "S256"} if "code_challenge" in fields else {}
        return self.post("/protocol/openid-connect/auth/device", client, **method, **fields)

    def finish(self, device: Device, **instead: str) -> Answer:
        """Fetch what the person has approved."""
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        told = {"grant_type": grant, "device_code": device.code, "code_verifier": device.verifier}
        return self.ask_token("micromart-cli", **(told | instead))

    def sign_in(self, person: Person, scope: str = "openid offline_access") -> dict:
        """The tokens of somebody who signs in and approves."""
        device = self.begin(scope)
        person.open(device.link)
        person.sign_in()
        person.approve()
        answer = self.finish(device)
        assert answer.status == 200, (answer, person.page.text)
        return answer.body

    def refresh(self, token: str) -> Answer:
        return self.ask_token("micromart-cli", grant_type="refresh_token", refresh_token=token)

    # --- wires ------------------------------------------------------------------------------

    def post(self, path: str, client: tuple[str, str] | str, **fields: str) -> Answer:
        name, secret = (client, "") if isinstance(client, str) else client
        told = {"client_id": name, **fields} | ({"client_secret": secret} if secret else {})
        return _ask(Request(self.issuer + path, urlencode(told).encode()))

    def admin(self, method: str, path: str, body: object = None, token: str = "") -> Answer:
        """Use the administrator's interface of the shop's realm, as its administrator or by another's token."""
        return self.administer(method, f"{_REALM}{path}", body, token)

    def administer(self, method: str, path: str, body: object = None, token: str = "") -> Answer:
        """Use it for any realm."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token or self._admin_token}", "Content-Type": "application/json"}
        return _ask(Request(f"{self.url}{path}", data, headers, method=method))

    @cached_property
    def _admin_token(self) -> str:
        told = {"grant_type": "password", "client_id": "admin-cli", "username": ADMIN}
        form = urlencode(told | {"password": self._admin_password}).encode()
        return _ask(Request(f"{self.url}/realms/master/protocol/openid-connect/token", form)).body["access_token"]


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def parts_of(token: str) -> tuple[dict, dict]:
    """The header and the claims of a token, as they are written in it."""
    header, claims = (json.loads(base64.urlsafe_b64decode(f"{part}==")) for part in token.split(".")[:2])
    return header, claims


def permissions_in(token: str) -> set[str]:
    return set(parts_of(token)[1]["resource_access"]["micromart"]["roles"])


def _ask(request: Request) -> Answer:
    try:
        with urlopen(request, timeout=_PATIENCE) as answer:
            return _answer(answer.status, answer.read())
    except HTTPError as refusal:
        with refusal:
            return _answer(refusal.code, refusal.read())


def _answer(status: int, body: bytes) -> Answer:
    try:
        return Answer(status, json.loads(body or "{}"))
    except ValueError:
        return Answer(status, {"error": body.decode(errors="replace")})
