from msgspec import Struct

from micromart_core.identity import Credentials
from micromart_core.notifications.model import MailWithText
from micromart_core.reticent import Reticent, Unshown


class Key(Reticent, Struct, frozen=True):
    owner: str
    secret: Unshown[str]


class SpareKey(Key, frozen=True):
    other: Unshown[str] = "open sesame"
    place: str = "drawer"


def test_what_is_unshown_is_in_no_repr_and_the_rest_is():
    assert repr(Key("ann", "s3cret")) == "Key(owner='ann')"


def test_what_inherits_hides_what_it_inherited_too():
    assert repr(SpareKey("ann", "s3cret")) == "SpareKey(owner='ann', place='drawer')"


def test_values_that_hide_are_told_apart_by_what_they_hide():
    assert Key("ann", "one") != Key("ann", "two")


def test_a_token_and_a_letter_are_in_no_repr():
    assert "s3cret" not in repr(Credentials(token="s3cret", cart_secret="s3cret"))
    assert MailWithText.__repr__ is Reticent.__repr__
