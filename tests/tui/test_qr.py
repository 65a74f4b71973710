"""The picture of a link: every square where it belongs, dark on a light ground."""

import segno

from micromart_tui.qr import qr_rows

LINK = "https://id.example.org/realms/micromart/device?user_code=ABCD-EFGH"
DARK = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}


def test_every_square_is_where_it_belongs():
    rows = [[DARK[sign][half] for sign in line.plain] for line in qr_rows(LINK, 2) for half in (0, 1)]

    wanted = [[bool(each) for each in row] for row in segno.make_qr(LINK, error="l").matrix_iter(border=2)]
    assert rows[: len(wanted)] == wanted
    assert not any(any(row) for row in rows[len(wanted) :])
    assert {str(span.style) for line in qr_rows(LINK, 2) for span in line.spans} == {"$pen on $sheet"}
