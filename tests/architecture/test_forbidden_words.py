"""What must stand nowhere in the code: unchecked certificates, redirects followed, SQL out of text, secret options."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = [
    file
    for folder in ("micromart_core", "micromart_cli", "micromart_tui", "daemon")
    for file in sorted((ROOT / folder).rglob("*.py"))
]
NAMES_OF_TABLES = {"micromart_core/migration.py", "micromart_core/maintenance/copying.py"}
"""Names of tables cannot be bound; these come from the code."""
OPENS_A_BROWSER = {"micromart_tui/screens/sign_in_link.py"}
"""The page that shows the code; whoever sits there presses `o` for it."""
WITHOUT_A_VALUE = {"--password-stdin", "--secret-file"}


def places_of(pattern: str) -> set[str]:
    return {str(file.relative_to(ROOT)) for file in CODE if re.search(pattern, file.read_text())}


@pytest.mark.parametrize(
    "pattern", [r"verify=False", r"CERT_NONE", r"check_hostname = False", r"_create_unverified_context"]
)
def test_certificates_are_always_checked(pattern):
    assert places_of(pattern) == set()


def test_no_setting_and_no_option_makes_a_connection_less_safe():
    assert places_of(r"(?i)\binsecure\b|skip_verify|no_verify|\"--no-(tls|check|verify)") == set()


def test_nobody_follows_an_issuer_elsewhere():
    assert places_of(r"follow_redirects=(?!False)") == set()
    assert places_of(r"follow_redirects=False") != set()


def test_no_browser_is_opened():
    """By itself: only the key of one page does, pressed by the person who is to approve."""
    assert places_of(r"webbrowser|xdg-open") == OPENS_A_BROWSER


def test_no_statement_is_made_of_text():
    assert places_of(r"\b(text|exec_driver_sql)\(\s*f[\"']") == NAMES_OF_TABLES


def test_no_secret_is_an_argument():
    options = {option for file in CODE for option in re.findall(r'"(--[a-z-]+)', file.read_text())}
    secret = {option for option in options if re.search("password|token|secret", option)}

    assert secret == WITHOUT_A_VALUE
