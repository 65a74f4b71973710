import pytest
from msgspec import Struct
from rich.pretty import pretty_repr

from micromart_core.adapters.remote.forms import NewPassword
from micromart_core.identity import Credentials
from micromart_core.notifications.model import MailWithText, Written
from micromart_core.reticent import Reticent, Unshown
from micromart_core.settings import BrokerSettings, DatabaseSettings, MailSettings, RedisSettings


class Key(Reticent, Struct, frozen=True):
    owner: str
    secret: Unshown[str]


class SpareKey(Key, frozen=True):
    other: Unshown[str] = "open sesame"
    place: str = "drawer"


each_repr = pytest.mark.parametrize("told", [repr, pretty_repr], ids=["Python's", "Rich's"])


@each_repr
def test_what_is_unshown_is_in_no_repr_and_the_rest_is(told):
    assert told(Key("ann", "s3cret")) == "Key(owner='ann')"


@each_repr
def test_what_inherits_hides_what_it_inherited_too(told):
    assert told(SpareKey("ann", "s3cret")) == "SpareKey(owner='ann', place='drawer')"


def test_values_that_hide_are_told_apart_by_what_they_hide():
    assert Key("ann", "one") != Key("ann", "two")


@each_repr
def test_a_token_a_letter_and_a_password_are_in_no_repr(told):
    assert "s3cret" not in told(Credentials(token="s3cret", cart_secret="s3cret"))
    assert "s3cret" not in told([Written("Welcome", text="s3cret", html="s3cret")])
    assert "s3cret" not in told(NewPassword(code="s3cret", password="s3cret"))
    assert MailWithText.__repr__ is Reticent.__repr__
    assert MailWithText.__rich_repr__ is Reticent.__rich_repr__


@each_repr
@pytest.mark.parametrize("kind", [DatabaseSettings, RedisSettings, BrokerSettings, MailSettings])
def test_an_address_with_a_password_in_it_is_in_no_repr(told, kind):
    assert "s3cret" not in told(kind(url="scheme://shop:s3cret@host.example/0"))
