"""Where settings come from, and what is said when one cannot be meant."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from micromart_core.errors import InvalidValue
from micromart_core.settings import Settings
from micromart_core.settings_sources import BadSetting, Sources, list_settings, read_settings, setting_names, shown


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text)
    return file


def read(environ=None, files=(), flags=None):
    return read_settings(Sources(flags or {}, environ or {}, tuple(files)))


def test_nothing_given_is_every_default():
    assert read() == (Settings(), {})


def test_the_strongest_source_wins_and_is_the_origin(tmp_path):
    here = write(tmp_path, "here.toml", "[holds]\nminutes = 2\nlimit_minutes = 2\n[cart]\nmax_units = 2\n")
    config = write(tmp_path, "config.toml", "[holds]\nminutes = 1\nlimit_minutes = 1\n[cart]\nmax_lines = 1\n")

    settings, origins = read(
        {"MICROMART_HOLDS__MINUTES": "3", "MICROMART_HOLDS__LIMIT_MINUTES": "3"},
        [here, config],
        {"holds.minutes": "4"},
    )

    assert (settings.holds.minutes, origins["holds.minutes"]) == (4, "flag")
    assert (settings.holds.limit_minutes, origins["holds.limit_minutes"]) == (3, "MICROMART_HOLDS__LIMIT_MINUTES")
    assert (settings.cart.max_units, origins["cart.max_units"]) == (2, str(here))
    assert (settings.cart.max_lines, origins["cart.max_lines"]) == (1, str(config))


def test_every_kind_of_value_can_be_given_as_text_and_in_a_file(tmp_path):
    file = write(
        tmp_path,
        "a.toml",
        "[shop]\ntax_percent = 19.5\nshipping = 4\nfree_shipping_from = '50'\ntax_included = false\n"
        "[cart]\nmax_units = 7\n",
    )
    environ = {
        "MICROMART_SHOP__TAX_PERCENT": "19.5",
        "MICROMART_SHOP__SHIPPING": "4",
        "MICROMART_SHOP__FREE_SHIPPING_FROM": "50",
        "MICROMART_SHOP__TAX_INCLUDED": "false",
        "MICROMART_CART__MAX_UNITS": "7",
    }

    assert read(files=[file])[0] == read(environ)[0]
    assert read(environ)[0].shop.tax_percent == Decimal("19.5")
    assert read({**environ, "MICROMART_SHOP__FREE_SHIPPING_FROM": ""})[0].shop.free_shipping_from is None


def test_only_names_with_two_underscores_are_settings():
    assert read({"MICROMART_HOME": "/x", "MICROMART_STACK_MAILBOX": "y", "OTHER__THING": "z"}) == (Settings(), {})


@pytest.mark.parametrize(
    ("environ", "setting", "why"),
    [
        ({"MICROMART_HOLDS__MINUTE": "3"}, "holds.minute", "no such setting"),
        ({"MICROMART_NOWHERE__X": "3"}, "nowhere.x", "no such setting"),
        ({"MICROMART_HOLDS__MINUTES": "ten"}, "holds.minutes", "ten"),
        ({"MICROMART_HOLDS__MINUTES": "0"}, "holds.minutes", "more than 0"),
        ({"MICROMART_HOLDS__MINUTES": "NaN"}, "holds.minutes", "a number"),
        ({"MICROMART_HOLDS__MINUTES": ""}, "holds.minutes", "decimal"),
        ({"MICROMART_CART__MAX_UNITS": "1.5"}, "cart.max_units", "1.5"),
        ({"MICROMART_SHOP__TAX_INCLUDED": "maybe"}, "shop.tax_included", "maybe"),
        ({"MICROMART_SHOP__CURRENCY": "dollar"}, "shop.currency", "three capital letters"),
        ({"MICROMART_SHOP__TAX_PERCENT": "-1"}, "shop.tax_percent", "0 to 100"),
        ({"MICROMART_MAIL__SENDER": "The Shop"}, "mail.sender", "an address"),
        ({"MICROMART_MAIL__SENDER": "The Shop shop@example.org"}, "mail.sender", "an address"),
        ({"MICROMART_MAIL__SENDER": "Shop <shop@example.org>\nBcc: eve@example.org"}, "mail.sender", "one line"),
        ({"MICROMART_SHOP__STAFF_EMAIL": "staff"}, "shop.staff_email", "an address"),
        ({"MICROMART_SHOP__NAME": "Shop\nBcc: eve@example.org"}, "shop.name", "one line"),
        ({"MICROMART_GATEWAY__METRICS_LISTEN": "9481"}, "gateway.metrics_listen", "HOST:PORT"),
        ({"MICROMART_REDIS__URL": "redis://\x1b[31mhost/0"}, "redis.url", "can be printed"),
    ],
)
def test_what_cannot_be_meant_names_the_setting_and_its_origin(environ, setting, why):
    with pytest.raises(BadSetting) as refused:
        read(environ)

    assert (refused.value.setting, refused.value.origin) == (setting, *environ)
    assert why in refused.value.why
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("name", ["MICROMART_DAEMON__LISTEN", f"MICROMART_NOWHERE__{'X' * 100_000}"])
def test_a_gigantic_value_or_name_does_not_push_its_reason_off_the_screen(name):
    with pytest.raises(BadSetting) as refused:
        read({name: "x" * 100_000})

    assert len(f"{refused.value.message} {refused.value.why}") < 1_000
    assert refused.value.why.endswith(("such as 127.0.0.1:9464", "no such setting"))


def test_a_near_miss_is_suggested():
    with pytest.raises(BadSetting) as refused:
        read({"MICROMART_HOLDS__MINUTE": "3"})

    assert "holds.minutes" in refused.value.hint


@pytest.mark.parametrize(
    "text",
    ["[holds\n", "minutes = 3\n", "[holds]\nminutes = [1]\n", "\xff", "[holds]\nunknown = 1\n", "a = " + "[" * 9_000],
)
def test_a_broken_file_is_named(tmp_path, text):
    file = tmp_path / "micromart.toml"
    file.write_bytes(text.encode("latin-1"))

    with pytest.raises(InvalidValue) as refused:
        read(files=[file])

    assert str(file) in refused.value.message


def test_a_file_that_may_not_be_read_is_named(tmp_path):
    (tmp_path / "micromart.toml").mkdir()

    with pytest.raises(InvalidValue, match="cannot be used"):
        read(files=[tmp_path / "micromart.toml"])


def test_secrets_are_not_shown():
    given = read(
        {
            "MICROMART_AUTOMATION__CLIENT_SECRET": "hunter2",
            "MICROMART_DATABASE__URL": "postgresql://ann:hunter2@db/shop",
        }
    )

    listed = {setting.name: setting for setting in list_settings(*given)}

    assert listed["automation.client_secret"].value == "***"
    assert listed["database.url"].value == "postgresql://ann:***@db/shop"
    assert listed["database.url"].origin == "MICROMART_DATABASE__URL"
    assert listed["shop.name"].origin == "default"
    assert "hunter2" not in repr(tuple(listed.values()))
    assert set(listed) == set(setting_names())


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("amqp://ann:hun@ter2@host/x", "amqp://ann:***@host/x"),
        ("redis://:hunter2@host", "redis://:***@host"),
        ("amqp://ann:hunter2@one/;amqp://bob:hunter3@two/", "amqp://ann:***@one/;amqp://bob:***@two/"),
        ("amqp://ann:hun;ter2@one/;amqps://bob:hun@ter2@two/", "amqp://ann:***@one/;amqps://bob:***@two/"),
        (
            "postgresql://host/shop?user=ann&password=hunter2&sslmode=require",
            "postgresql://host/shop?user=ann&password=***&sslmode=require",
        ),
        ("postgresql://ann@host/shop?sslpassword=hunter2", "postgresql://ann@host/shop?sslpassword=***"),
        ("maildir:/srv/mail", "maildir:/srv/mail"),
    ],
)
def test_no_password_is_shown_wherever_a_url_has_it(url, told):
    assert shown("database.url", url) == told


URL = "postgresql://ann:hunter2@db/shop"


def test_a_value_may_lie_in_a_file_of_its_own(tmp_path):
    secret = write(tmp_path, "database_url", f"{URL}\n")
    client = write(tmp_path, "client", "hunter2")

    settings, origins = read(
        {"MICROMART_DATABASE__URL_FILE": str(secret), "MICROMART_AUTOMATION__CLIENT_SECRET_FILE": str(client)}
    )

    assert (settings.database.url, settings.automation.client_secret) == (URL, "hunter2")
    assert origins == {"database.url": str(secret), "automation.client_secret": str(client)}
    assert "hunter2" not in repr(list_settings(settings, origins))


def test_a_settings_file_may_name_such_a_file_and_the_stronger_source_is_read_alone(tmp_path):
    secret = write(tmp_path, "database_url", URL)
    here = write(tmp_path, "micromart.toml", f"[database]\nurl_file = '{secret}'\n")

    assert read(files=[here])[0].database.url == URL
    secret.unlink()
    assert read({"MICROMART_DATABASE__URL": "sqlite:////x.db"}, [here])[0].database.url == "sqlite:////x.db"


def test_settings_that_are_files_themselves_keep_their_meaning(tmp_path):
    named = {"MICROMART_MAIL__PASSWORD_FILE": "/nowhere/mail", "MICROMART_AUTOMATION__SECRET_FILE": "/nowhere/cron"}

    settings, origins = read(named)

    assert (settings.mail.password_file, settings.automation.secret_file) == ("/nowhere/mail", "/nowhere/cron")
    assert set(origins.values()) == set(named)


def test_a_value_and_its_file_are_one_too_many(tmp_path):
    secret = write(tmp_path, "database_url", URL)

    with pytest.raises(BadSetting, match=r"database\.url") as refused:
        read({"MICROMART_DATABASE__URL_FILE": str(secret), "MICROMART_DATABASE__URL": URL})

    assert refused.value.exit_code == 2
    assert "MICROMART_DATABASE__URL_FILE gives it too" in refused.value.why


def _missing(file: Path) -> None:
    file.unlink()


def _a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _a_pipe_without_a_writer(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_missing, "No such file"),
        (_a_folder, "no regular file"),
        (_a_pipe_without_a_writer, "no regular file"),
        (lambda file: file.write_text("\n"), "empty"),
        (lambda file: file.write_text(f"{URL}\n# the old one\n"), "more than one line"),
        (lambda file: file.write_bytes(b"\xff\xfe"), "not UTF-8"),
        (lambda file: file.write_text("x" * 65_537), "larger than"),
        (lambda file: file.chmod(0o646), "anybody on this machine may write"),
    ],
)
def test_a_file_that_cannot_be_meant_is_named_and_what_is_in_it_is_not_told(tmp_path, spoil, why):
    secret = write(tmp_path, "database_url", URL)
    spoil(secret)

    with pytest.raises(BadSetting) as refused:
        read({"MICROMART_DATABASE__URL_FILE": str(secret)})

    assert (refused.value.setting, refused.value.origin) == ("database.url", "MICROMART_DATABASE__URL_FILE")
    assert str(secret) in refused.value.why
    assert why in refused.value.why
    assert "hunter2" not in f"{refused.value.message} {refused.value.why} {refused.value.hint}"


def test_an_empty_name_of_a_file_is_refused_and_a_misspelt_one_is_suggested():
    with pytest.raises(BadSetting, match=r"database\.url"):
        read({"MICROMART_DATABASE__URL_FILE": ""})
    with pytest.raises(BadSetting) as refused:
        read({"MICROMART_DATABASE__ULR_FILE": "/run/secrets/x"})
    assert "no such setting" in refused.value.why


def test_a_file_that_others_may_read_is_taken_as_containers_mount_it(tmp_path):
    secret = write(tmp_path, "database_url", URL)
    secret.chmod(0o444)

    assert read({"MICROMART_DATABASE__URL_FILE": str(secret)})[0].database.url == URL


def test_a_bad_value_out_of_a_file_names_the_file(tmp_path):
    minutes = write(tmp_path, "minutes", "ten\n")

    with pytest.raises(BadSetting) as refused:
        read({"MICROMART_HOLDS__MINUTES_FILE": str(minutes)})

    assert refused.value.origin == str(minutes)


def test_a_bare_password_where_the_url_belongs_is_not_shown():
    assert shown("database.url", "hunter2") == "***"
    assert shown("database.url", "sqlite:////srv/shop.db") == "sqlite:////srv/shop.db"


@pytest.mark.parametrize("name", ["shipping", "free_shipping_from"])
@pytest.mark.parametrize(("amount", "currency"), [("0.001", "USD"), ("4.5", "JPY")])
def test_an_amount_that_the_currency_does_not_have_is_refused_by_name(name, amount, currency):
    environ = {f"MICROMART_SHOP__{name.upper()}": amount, "MICROMART_SHOP__CURRENCY": currency}

    with pytest.raises(BadSetting) as refusal:
        read(environ)
    assert f"shop.{name}" in refusal.value.message
    assert currency in refusal.value.why
    assert read(environ | {f"MICROMART_SHOP__{name.upper()}": "4.00"})[0].shop.currency == currency
