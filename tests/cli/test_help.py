"""Help on permissions and exit codes, completion, and the nouns that have no screens yet."""

import subprocess

import pytest

from micromart_cli.every_verb import every_verb
from micromart_cli.nouns import NOUNS


def test_permissions_come_from_the_operations_themselves(cli):
    rows = {(row["verb"], row["permission"]): row for row in cli("help", "permissions", "--json").json["items"]}

    assert rows["cart add", "cart:own"]["roles"] == ["anyone"]
    assert rows["cart list", "stock:read"]["operations"] == ["carts/list_all_carts"]
    assert rows["stock adjust", "stock:adjust"]["roles"] == ["stock-clerk", "admin", "automation"]
    assert rows["checkout", "order:place"]["roles"] == ["shopper", "admin"]
    assert rows["order pay", "order:manage"]["roles"] == ["order-manager", "admin"]
    assert rows["order export", "order:read-any"]["operations"] == ["orders/export_orders"]
    assert rows["user grant", "user:grant"]["roles"] == ["admin"]
    assert rows["product import", "catalog:import"]["roles"] == ["catalog-manager", "admin", "automation"]
    assert rows["product import", "catalog:price"]["roles"] == ["catalog-manager", "admin", "automation"]
    assert rows["product update", "catalog:price"]["operations"] == ["products/update_product"]
    assert rows["user bootstrap-admin", "ops:run"]["roles"] == ["whoever may open the database"]


def test_help_says_once_what_an_argument_means(cli):
    assert cli("stock", "import", "--help").out.count("CSV: sku, by or on_hand, reason, note") == 1


def test_help_of_a_noun_says_the_whole_of_what_its_verbs_do(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    assert "whole orders with -o json or jsonl." in " ".join(cli("order", "--help").out.split())


def test_a_mistyped_verb_is_answered_with_one_suggestion(cli):
    assert cli("product", "lsit").err.count("Did you mean") == 1


def test_what_is_missing_or_no_number_is_told_on_one_line_in_plain_words(cli):
    missing = cli("user", "grant", "ann").err
    assert "Choose from: shopper, stock-clerk, catalog-manager" in missing

    assert "'many' is not a whole number" in cli("cart", "set", "NM-001", "many").err


@pytest.mark.parametrize("words", [("help",), ("product", "--help"), ("search", "--help"), ("cart", "add", "--help")])
def test_every_help_names_the_flag_for_a_shop_elsewhere(cli, words):
    assert "--context NAME|URL" in " ".join(cli(*words).out.split())


def test_every_family_of_errors_has_its_exit_code(cli):
    codes = [row["code"] for row in cli("help", "exit-codes", "--json").json["items"]]

    assert codes == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 65, 69, 75, 130, 141]


def test_an_unknown_topic_is_not_found(cli):
    assert cli("help", "cooking").code == 3
    assert "usage:" in cli("help").out


def test_screens_are_refused_in_a_sentence(cli):
    ran = cli("shop")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")


def test_every_verb_says_what_it_does():
    for verb in every_verb():
        assert verb.words[0] in NOUNS
        assert verb.command.help, verb.words


COMPLETE = "source /dev/stdin; COMP_WORDS=({words}); COMP_CWORD=$(({count}-1)); _micromart; echo ${{COMPREPLY[@]}}"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["micromart", "car"], "cart"),
        (["micromart", "cart", "ext"], "extend"),
        (["micromart", "--json", "cart", "add", "TEA-01", "--quan"], "--quantity"),
        (["micromart", "cart", "show", "-o", "js"], "json jsonl"),
        (["micromart", "config", "list", "--ori"], "--origin"),
        (["micromart", "completion", "z"], "zsh"),
        (["micromart", "completion", "zsh", "--js"], "--json"),
        (["micromart", "help", "ex"], "exit-codes"),
        (["micromart", "product", "list", "--sort", "''"], "shelf name price newest"),
        (["micromart", "product", "list", "--limit", "5", "--sort", "pr"], "price"),
        (["micromart", "stock", "adjust", "TEA-01", "--evict", "n"], "newest"),
    ],
)
def test_bash_completes_nouns_verbs_and_flags(cli, words, expected):
    script = cli("completion", "bash").out
    command = COMPLETE.format(words=" ".join(words), count=len(words))

    done = subprocess.run(["bash", "-c", command], input=script, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_script_with_every_verb(cli, shell):
    script = cli("completion", shell).out

    assert all(verb.words[-1] in script for verb in every_verb())
    assert "name price newest" in script
    assert cli("completion", "tcsh").code == 2
