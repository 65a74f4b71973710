"""micromart schema: the JSON Schema of every shape."""

import sys
from typing import Annotated

import typer

from micromart_cli.options import verb_app
from micromart_cli.shapes import to_json
from micromart_core.errors import NotFound

app = verb_app()


class UnknownShape(NotFound):
    """No shape has this name."""

    code = "schema.unknown"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.shape = name
        super().__init__(f"There is no shape {name}.", why=f"there are {', '.join(known)}", hint="micromart schema")


@app.command()
def schema(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One shape, such as Cart.")] = None,
) -> None:
    """Print the JSON Schema of every shape, or of one."""
    from micromart_cli.shape_schema import every_schema, schema_of, shape_names

    if name is not None and name not in shape_names():
        raise UnknownShape(name, shape_names())
    sys.stdout.write(to_json(every_schema() if name is None else schema_of(name), indent=2) + "\n")
