"""micromart shop: the storefront."""

from micromart_cli.no_screens import screens_app

app = screens_app("The storefront", "micromart product list")
