"""The completion scripts: all words are written into them, so that a Tab costs nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

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
        --color) COMPREPLY=($(compgen -W "{colors}" -- "$current")); return ;;
    esac
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in -*) continue ;; esac
        case " $(_micromart_words "$path") " in *" $word "*) ;; *) break ;; esac
        [ -n "$(_micromart_words "${{path:+$path }}$word")" ] || break
        path="${{path:+$path }}$word"
    done
    words=$(_micromart_values "$path $previous")
    [ -n "$words" ] || words=$(_micromart_words "$path")
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
_micromart_words() {{
    case $1 in
{cases}
    esac
}}
_micromart_values() {{
    case $1 in
{values}
    esac
}}
"""
_COLORS = ("auto", "always", "never")
_OF_ALL = {"-o": FORMATS, "--output": FORMATS, "--color": _COLORS}
"""What the flags of every verb take."""


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
    values = _values()
    for path, words in _tree().items():
        if path:
            lines.extend(_fish_line(path.split(), word, values.get(f"{path} {word}", ())) for word in words)
    return "\n".join(lines) + "\n"


def _fish_line(path: list[str], word: str, values: Sequence[str]) -> str:
    condition = "; and ".join(f"__fish_seen_subcommand_from {part}" for part in path)
    if word.startswith("--"):
        what = f"-l {word[2:]}"
    elif word.startswith("-"):
        what = f"-s {word[1:]}"
    else:
        what = f"-a {word}"
    values = values or _OF_ALL.get(word, ())
    what += f" -x -a {_quoted(' '.join(values))}" if values else ""
    return f"complete -c micromart -n {_quoted(condition)} {what}"


def _functions() -> str:
    parts = {"cases": _cases(_tree()), "values": _cases(_values())}
    return _BASH.format(formats=" ".join(FORMATS), colors=" ".join(_COLORS), **parts)


def _cases(words: Mapping[str, Sequence[str]]) -> str:
    return "\n".join(f"        {_quoted(path)}) echo {_quoted(' '.join(each))} ;;" for path, each in words.items())


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


def _values() -> dict[str, list[str]]:
    """Return what the options of verbs take where that is one of a few words: `product list --sort` takes `price`."""
    return {
        f"{' '.join(verb.words)} {name}": [str(choice) for choice in option.type.choices]
        for verb in every_verb()
        for option in verb.command.params
        if isinstance(option, click.Option) and isinstance(option.type, click.Choice) and not option.hidden
        for name in option.opts
    }


def _answers_of(verb: Verb) -> list[str]:
    """Return the words that can be the argument of a verb, where they are few: shells, roles, topics."""
    if verb.words == ("help",):
        return list(TOPICS)
    arguments = [each for each in verb.command.params if isinstance(each, click.Argument)]
    return [str(choice) for each in arguments if isinstance(each.type, click.Choice) for choice in each.type.choices]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
