"""The completion scripts: all words are written into them, so that a Tab costs nothing."""

from collections import defaultdict

import click

from micromart_cli.every_verb import Verb, every_verb
from micromart_cli.global_flags import FORMATS
from micromart_cli.help_topics import TOPICS
from micromart_cli.nouns import NOUNS

_HEAD = "# Made by `micromart completion {}`; make it anew after an upgrade.\n"
_BASH = """\
_micromart() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} path="" word words
    case $previous in
        -o|--output) COMPREPLY=($(compgen -W "{formats}" -- "$current")); return ;;
        --color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
    esac
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in -*) continue ;; esac
        case " $(_micromart_words "$path") " in *" $word "*) ;; *) break ;; esac
        [ -n "$(_micromart_words "${{path:+$path }}$word")" ] || break
        path="${{path:+$path }}$word"
    done
    words=$(_micromart_words "$path")
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
_micromart_words() {{
    case $1 in
{cases}
    esac
}}
"""


def for_bash() -> str:
    """Return the script for bash."""
    return _HEAD.format("bash") + _functions() + "complete -o default -F _micromart micromart\n"


def for_zsh() -> str:
    """Return the script for zsh, which runs the one for bash."""
    head = "#compdef micromart\n" + _HEAD.format("zsh") + "autoload -U +X bashcompinit && bashcompinit\n"
    return head + _functions() + "complete -o default -F _micromart micromart\n"


def for_fish() -> str:
    """Return the script for fish."""
    lines = [_HEAD.format("fish").rstrip(), "complete -c micromart -f"]
    for noun, meaning in NOUNS.items():
        lines.append(f"complete -c micromart -n __fish_use_subcommand -a {noun} -d {_quoted(meaning)}")
    for path, words in _tree().items():
        if path:
            lines.extend(_fish_line(path.split(), word) for word in words)
    return "\n".join(lines) + "\n"


def _fish_line(path: list[str], word: str) -> str:
    condition = "; and ".join(f"__fish_seen_subcommand_from {part}" for part in path)
    if word.startswith("--"):
        what = f"-l {word[2:]}"
    elif word.startswith("-"):
        what = f"-s {word[1:]}"
    else:
        what = f"-a {word}"
    return f"complete -c micromart -n {_quoted(condition)} {what}"


def _functions() -> str:
    cases = [f"        {_quoted(path)}) echo {_quoted(' '.join(words))} ;;" for path, words in _tree().items()]
    return _BASH.format(formats=" ".join(FORMATS), cases="\n".join(cases))


def _tree() -> dict[str, list[str]]:
    """Return what may follow each path of words: nouns, then verbs, then flags."""
    tree: dict[str, list[str]] = defaultdict(list)
    tree[""] = [*NOUNS, "--help", "--version"]
    for verb in every_verb():
        for depth in range(1, len(verb.words)):
            path, word = " ".join(verb.words[:depth]), verb.words[depth]
            if word not in tree[path]:
                tree[path].append(word)
        tree[" ".join(verb.words)] += [*_answers_of(verb), *verb.flags]
    return tree


def _answers_of(verb: Verb) -> list[str]:
    """Return the words that can be the argument of a verb, where they are few: shells, roles, topics."""
    if verb.words == ("help",):
        return list(TOPICS)
    arguments = [each for each in verb.command.params if isinstance(each, click.Argument)]
    return [str(choice) for each in arguments if isinstance(each.type, click.Choice) for choice in each.type.choices]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
