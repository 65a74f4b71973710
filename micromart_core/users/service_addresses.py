"""A person's addresses: the first one becomes the default one, where orders go."""

from msgspec.structs import replace

from micromart_core.changes import Topic
from micromart_core.errors import InvalidValue
from micromart_core.ids import new_id
from micromart_core.operation import operation
from micromart_core.text import clean_line
from micromart_core.transaction import Transaction
from micromart_core.users import store
from micromart_core.users.countries import COUNTRIES
from micromart_core.users.model import Address, TooManyAddresses, UnknownAddress
from micromart_core.users.service import person

MOST_ADDRESSES = 20
LONGEST_LINE, LONGEST_POSTCODE = 80, 16


@operation("profile:own", writes=False)
def list_addresses(tx: Transaction) -> tuple[Address, ...]:
    """Return the caller's addresses, oldest first."""
    return store.list_addresses(tx, person(tx))


@operation("profile:own")
def add_address(
    tx: Transaction,
    name: str,
    line1: str,
    city: str,
    postcode: str,
    country: str,
    line2: str | None = None,
    region: str | None = None,
) -> Address:
    """Keep an address; the first one becomes the default one. Raise InvalidValue or TooManyAddresses."""
    user_id = person(tx)
    address = Address(
        id=new_id("adr"),
        name=clean_line("name", name, longest=LONGEST_LINE),
        line1=clean_line("first line", line1, longest=LONGEST_LINE),
        line2=_optional("second line", line2),
        city=clean_line("city", city, longest=LONGEST_LINE),
        region=_optional("region", region),
        postcode=clean_line("postcode", postcode, longest=LONGEST_POSTCODE),
        country=_country(country),
        is_default=False,
    )
    store.lock_person(tx, user_id)
    kept = store.list_addresses(tx, user_id)
    if len(kept) >= MOST_ADDRESSES:
        raise TooManyAddresses(MOST_ADDRESSES)
    address = replace(address, is_default=not kept)
    store.save_address(tx, user_id, address)
    tx.touch(Topic.USERS, user_id)
    return address


@operation("profile:own", repeatable=True)
def default_address(tx: Transaction, address_id: str) -> Address:
    """Send the caller's next orders to this address; raise UnknownAddress."""
    user_id = person(tx)
    store.lock_person(tx, user_id)
    address = store.find_address(tx, user_id, address_id)
    if address is None:
        raise UnknownAddress(address_id)
    store.clear_default(tx, user_id)
    store.save_default(tx, user_id, address_id)
    tx.touch(Topic.USERS, user_id)
    return replace(address, is_default=True)


@operation("profile:own")
def remove_address(tx: Transaction, address_id: str) -> Address:
    """Forget an address and return it; the oldest one left becomes the default when it was. Orders keep their copy."""
    user_id = person(tx)
    store.lock_person(tx, user_id)
    address = store.find_address(tx, user_id, address_id)
    if address is None:
        raise UnknownAddress(address_id)
    store.remove_address(tx, user_id, address_id)
    tx.touch(Topic.USERS, user_id)
    left = store.list_addresses(tx, user_id)
    if address.is_default and left:
        store.save_default(tx, user_id, left[0].id)
    return address


def _optional(field: str, text: str | None) -> str | None:
    return clean_line(field, text or "", longest=LONGEST_LINE, required=False) or None


def _country(code: str) -> str:
    country = code.strip().upper()
    if country not in COUNTRIES:
        raise InvalidValue(
            "This is no country code.",
            why="an address needs two letters of ISO 3166-1",
            hint="for example DE, FR, JP or US",
        )
    return country
