"""micromart completion: scripts that complete nouns, verbs and flags without starting Python."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from micromart_cli.options import verb_app

app = verb_app()


class Shell(StrEnum):
    """The shells there are scripts for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command()
def completion(shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print the completion script of a shell: `source <(micromart completion bash)`."""
    from micromart_cli import completion_scripts

    scripts = {
        Shell.BASH: completion_scripts.for_bash,
        Shell.ZSH: completion_scripts.for_zsh,
        Shell.FISH: completion_scripts.for_fish,
    }
    sys.stdout.write(scripts[shell]())
