"""micromart admin: the admin screens."""

from micromart_cli.no_screens import screens_app

app = screens_app("The admin screens", "micromart stock list")
