"""micromart product, category and search, as scripts use them."""

import pytest

from micromart_core.products.demo import seed_demo
from micromart_core.products.demo_art import DEMO_ART

MUG = "NM-001"


@pytest.fixture
def demo(shop):
    shop.operator().run(seed_demo)
    return shop


def create(cli, shop, *more):
    shop.needs_category("tests")
    words = ("product", "create", "tea-01", "--name", "Slow Tea", "--category", "tests", "--price", "4.50")
    return cli(*words, *more, "--json", by=shop.staff())


def test_a_product_has_the_fields_scripts_rely_on(cli, demo):
    ran = cli("product", "show", "nm-001", "--json", by=demo.guest("g"))

    assert ran.code == 0
    assert list(ran.json) == [
        "sku", "name", "category", "tagline", "description", "price", "tint", "status", "reorder_level", "version",
        "stock",
    ]  # fmt: skip
    assert ran.json["price"] == {"amount": "24.00", "currency": "USD"}
    assert ran.json["stock"] == {"on_hand": 7, "held": 0, "available": 7}


def test_a_list_is_paged_sorted_and_filtered(cli, demo):
    guest = demo.guest("g")
    words = (
        "product",
        "list",
        "--category",
        "coffee",
        "--max-price",
        "19",
        "--sort",
        "price",
        "--limit",
        "2",
        "--json",
    )

    first = cli(*words, by=guest).json
    rest = cli(*words, "--after", first["next"], by=guest).json

    assert [item["sku"] for item in first["items"] + rest["items"]] == ["CB-250", "DC-250", "NS-340"]
    assert rest["next"] is None
    assert len(cli("product", "list", "--in-stock", "-o", "ids", by=guest).out.split()) == 16


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("product", "show", "NOPE"), 3),
        (("product", "show", "no such"), 2),
        (("product", "list", "--category", "nowhere"), 3),
        (("product", "list", "--limit", "0"), 2),
        (("product", "list", "--after", "junk"), 2),
        (("product", "list", "--max-price", "cheap"), 2),
        (("product", "list", "--status", "draft"), 6),
        (("product", "publish", "NOPE"), 6),
        (("product", "export"), 6),
        (("search", "''"), 0),
        (("search",), 2),
        (("category", "create", "mine"), 6),
    ],
)
def test_a_guest_is_told_by_the_exit_code(cli, demo, words, code):
    assert cli(*words, by=demo.guest("g")).code == code


def test_a_product_lives_from_draft_to_archive(cli, shop):
    staff = shop.staff()

    assert create(cli, shop).json["status"] == "draft"
    assert cli("product", "publish", "TEA-01", "--json", by=staff).json["status"] == "published"
    assert cli("product", "archive", "TEA-01", "--json", by=staff).json["status"] == "archived"
    assert cli("product", "list", "--status", "archived", "-o", "ids", by=staff).out == "TEA-01\n"
    assert cli("product", "list", "--status", "all", "-o", "ids", by=staff).out == "TEA-01\n"
    assert cli("product", "restore", "TEA-01", "--json", by=staff).json["status"] == "draft"
    assert create(cli, shop).code == 4


def test_deleting_and_recalling_ask_first(cli, shop):
    staff = shop.staff()
    create(cli, shop, "--publish")

    assert cli("product", "delete", "NOPE", by=staff).code == 3
    assert cli("product", "delete", "TEA-01", by=staff).code == 2
    assert cli("product", "archive", "TEA-01", "--recall", by=staff).code == 2
    assert cli("product", "archive", "TEA-01", "--recall", "--yes", by=staff).code == 0
    assert cli("product", "delete", "TEA-01", "--yes", by=staff).code == 0
    assert cli("product", "show", "TEA-01", by=staff).code == 3


def test_a_dry_run_changes_nothing(cli, shop):
    ran = create(cli, shop, "--dry-run")

    assert (ran.code, ran.json["dry_run"], ran.json["sku"]) == (0, True, "TEA-01")
    assert cli("product", "show", "TEA-01", by=shop.staff()).code == 3


def test_an_update_knows_an_old_version(cli, demo):
    staff = demo.staff()

    ran = cli("product", "update", MUG, "--price", "25.00", "--tint", "sea", "--if-version", "1", "--json", by=staff)

    assert (ran.json["price"]["amount"], ran.json["tint"], ran.json["version"]) == ("25.00", "sea", 2)
    assert cli("product", "update", MUG, "--price", "26.00", "--if-version", "1", by=staff).code == 5
    assert cli("product", "update", MUG, by=staff).code == 2


def test_export_and_import_are_a_round_trip(cli, demo, tmp_path):
    staff = demo.staff()
    cli("product", "update", MUG, "--name", "=SUM(A1)", "--tagline", "-1", by=staff)
    exported = cli("product", "export", by=staff).out
    (tmp_path / "catalogue.csv").write_text(exported)

    ran = cli("product", "import", str(tmp_path / "catalogue.csv"), "--json", by=staff)

    assert exported.startswith("sku,name,category,tagline,description,price,tint,status,reorder_level,version\n")
    assert "'=SUM(A1)" in exported
    assert (ran.code, ran.json["applied"], ran.json["unchanged"], ran.json["rejected"]) == (0, 0, 16, [])
    assert cli("product", "export", by=staff).out == exported


def test_a_list_as_csv_can_be_imported_too(cli, demo):
    listed = cli("product", "list", "-o", "csv", by=demo.staff()).out

    ran = cli("product", "import", "-", "--json", by=demo.staff(), stdin=listed)

    assert (ran.code, ran.json["unchanged"]) == (0, 16)


def test_bad_rows_are_all_told_and_nothing_is_applied(cli, demo):
    rows = "sku,price\nNM-001,25.00\nEK-104,cheap\nA 1,1.00\n"

    ran = cli("product", "import", "-", "--json", by=demo.staff(), stdin=rows)

    assert (ran.code, ran.error["code"]) == (65, "bad_rows")
    assert [row[0] for row in ran.error["details"]["rows"]] == [3, 4]
    assert cli("product", "show", MUG, "--json", by=demo.staff()).json["price"]["amount"] == "24.00"
    assert cli("product", "import", "/nowhere.csv", by=demo.staff()).code == 2


def test_a_picture_comes_from_a_file(cli, demo, tmp_path):
    (tmp_path / "mug.json").write_bytes(DEMO_ART[MUG].to_json())
    (tmp_path / "mug.gif").write_bytes(b"GIF89a")

    assert (
        cli("product", "picture", "EK-104", str(tmp_path / "mug.json"), "--json", by=demo.staff()).json["version"] == 2
    )
    assert cli("product", "picture", "EK-104", str(tmp_path / "mug.gif"), by=demo.staff()).code == 2
    assert cli("product", "picture", "EK-104", str(tmp_path / "none.png"), by=demo.staff()).code == 2


def test_a_file_without_an_end_is_not_read_to_its_end(cli, demo):
    assert cli("product", "picture", "EK-104", "/dev/zero", by=demo.staff()).code == 2
    ran = cli("product", "import", "/dev/zero", "--json", by=demo.staff())

    assert (ran.code, ran.error["message"]) == (2, "The file is too large.")


def test_what_somebody_wrote_drives_no_terminal(cli, demo):
    ran = cli("product", "update", MUG, "--name", "Mug\x1b[2J", by=demo.staff())

    assert ran.code == 2
    assert "\x1b[2J" not in ran.err
