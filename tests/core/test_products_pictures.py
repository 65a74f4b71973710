"""Pictures: PNG files and drawings, checked before they are kept."""

import struct
import zlib

import pytest

from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Sku, UnknownSku
from micromart_core.products.drawing import DRAWING, PNG, Drawing, Shape, ShapeKind, read_drawing
from micromart_core.products.model import NewProduct, UnusablePicture
from micromart_core.products.service_edit import create_product, delete_product
from micromart_core.products.service_looks import list_pictured, list_pictures
from micromart_core.products.service_pictures import set_picture

TEA = Sku("TEA-01")
DRAWN = Drawing((Shape(ShapeKind.OVAL, ((0.1, 0.1), (0.9, 0.9)), 0.2),))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 1, height: int = 1, data: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0") + data
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("content", "media_type"), [(png(), PNG), (DRAWN.to_json(), DRAWING)])
def test_a_picture_is_kept_and_given_back(shop, content, media_type):
    shop.stocks(TEA, on_hand=1)

    product = shop.staff().run(set_picture, TEA, content)
    (picture,) = shop.guest("g").run(list_pictures, (TEA, Sku("OTHER")))

    assert product.version == 2
    assert (picture.media_type, picture.content) == (media_type, content)


def test_the_picture_of_a_draft_is_for_staff(shop):
    shop.stocks(TEA, on_hand=1, status="draft")
    shop.staff().run(set_picture, TEA, png())

    assert shop.guest("g").run(list_pictures, (TEA,)) == ()
    assert len(shop.staff().run(list_pictures, (TEA,))) == 1


def test_a_page_of_pictures_is_bounded(shop):
    for asked in (list_pictures, list_pictured):
        with pytest.raises(InvalidValue):
            shop.guest("g").run(asked, (TEA,) * 101)


def test_who_has_a_picture_is_known_without_it_and_of_a_draft_to_staff_alone(shop):
    for sku, status in ((TEA, "published"), (Sku("BARE"), "published"), (Sku("DRAFT"), "draft")):
        shop.stocks(sku, on_hand=1, status=status)
    for sku in (TEA, Sku("DRAFT")):
        shop.staff().run(set_picture, sku, png())
    asked = (TEA, Sku("BARE"), Sku("DRAFT"), Sku("NONE"))

    assert shop.guest("g").run(list_pictured, asked) == (TEA,)
    assert set(shop.staff().run(list_pictured, asked)) == {TEA, Sku("DRAFT")}


def test_a_new_picture_takes_the_place_of_the_old_one(shop):
    shop.stocks(TEA, on_hand=1)
    shop.staff().run(set_picture, TEA, png())

    assert shop.staff().run(set_picture, TEA, DRAWN.to_json()).version == 3
    assert shop.staff().run(set_picture, TEA, DRAWN.to_json()).version == 3
    (picture,) = shop.guest("g").run(list_pictures, (TEA,))
    assert read_drawing(picture.content) == DRAWN


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b'{"x":' + b"[" * 200_000,
        b"\x89PNG\r\n\x1a\n",
        png()[:-4],
        png()[:-1] + b"x",
        png().replace(b"IDAT", b"IDOT"),
        png(width=0),
        png(height=1025),
        png(data=b"\0" * 256 * 1024),
        b"{}",
        b'{"shapes": []}',
        b'{"shapes": [{"kind": "star", "points": [[0, 0], [1, 1]]}]}',
        b'{"shapes": [{"kind": "box", "points": [[0, 0]]}]}',
        b'{"shapes": [{"kind": "box", "points": [[0, 0], [1e9, 1]]}]}',
        b'{"shapes": [{"kind": "box", "points": [[0, 0], [1, 1]], "tone": 7}]}',
        b'{"shapes": "\xff"}',
    ],
)
def test_what_cannot_be_shown_is_refused(shop, content):
    shop.stocks(TEA, on_hand=1)

    with pytest.raises(UnusablePicture):
        shop.staff().run(set_picture, TEA, content)


def test_a_picture_needs_its_product(shop):
    with pytest.raises(UnknownSku):
        shop.staff().run(set_picture, TEA, png())


def test_a_picture_goes_with_its_product(shop):
    shop.needs_category("tests")
    shop.staff().run(create_product, TEA, NewProduct("Tea", "tests", "1.00"))
    shop.staff().run(set_picture, TEA, png())

    shop.staff().run(delete_product, TEA)

    assert shop.guest("g").run(list_pictures, (TEA,)) == ()
