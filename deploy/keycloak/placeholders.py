"""What differs from shop to shop: Keycloak puts in the environment's values when it imports the realm."""

CLIENTS_ENABLED = "${MICROMART_CLIENTS_ENABLED:false}"
"""Off until somebody says true: a secret that was never filled in is one that everybody can read here."""
CORE_SECRET = "${MICROMART_CORE_SECRET}"  # noqa: S105 the name of one
AUTOMATION_SECRET = "${MICROMART_AUTOMATION_SECRET}"  # noqa: S105 likewise

SMTP = {
    "host": "${MICROMART_SMTP_HOST:localhost}",
    "port": "${MICROMART_SMTP_PORT:25}",
    "from": "${MICROMART_SMTP_FROM:shop@localhost}",
    "fromDisplayName": "MicroMart",
    "starttls": "${MICROMART_SMTP_STARTTLS:false}",
    "ssl": "${MICROMART_SMTP_TLS:false}",
    "auth": "${MICROMART_SMTP_AUTH:false}",
    "user": "${MICROMART_SMTP_USER:}",
    "password": "${MICROMART_SMTP_PASSWORD:}",
}
