"""Where settings come from: flag > MICROMART_SECTION__KEY or .._FILE > ./micromart.toml > config folder > default."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from micromart_core.errors import InvalidValue, shortened
from micromart_core.home import path_of
from micromart_core.settings import Settings
from micromart_core.settings_files import UnusableFile, read_sections, read_value
from micromart_core.settings_rules import broken_rule, broken_together

_PREFIX = "MICROMART_"
_PASSWORD_IN_URL = re.compile(
    r"(://[^/@:]*:)(?:(?!;amqps?://).)*@|([?&][a-z]*(?:password|secret|token)=)[^&]*", re.IGNORECASE
)
"""Up to the last @ before another broker, since a password may hold one; and what libpq and Redis take behind ?."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|maildir:", re.IGNORECASE)
_SECRETS = ("secret", "password")
_FILE = "_file"
DEFAULT = "default"
_LONGEST_TOLD = 300
"""Characters of a reason: a value of megabytes would push it off the screen."""


class BadSetting(InvalidValue):
    """A setting has no meaning; `setting` and `origin` name it and where it was read."""

    code = "settings.bad"

    def __init__(self, setting: str, origin: str, why: str, hint: str = "micromart config list --origin") -> None:
        self.setting, self.origin = setting, origin
        told = f"The setting {shortened(setting, _LONGEST_TOLD)} cannot be used ({shortened(origin, _LONGEST_TOLD)})."
        super().__init__(told, why=shortened(why, _LONGEST_TOLD), hint=hint)


class Setting(Struct, frozen=True):
    """One setting as it holds now, and where its value was read; secrets are shown as ***."""

    name: str
    value: str | None
    origin: str


class Given(Struct, frozen=True):
    """A value somebody gave, or the file that holds it."""

    value: object
    origin: str
    in_file: bool = False


class Sources(Struct, frozen=True):
    """Everything that may set something, the strongest first."""

    flags: Mapping[str, str]
    environ: Mapping[str, str]
    files: tuple[Path, ...]


def read_settings(sources: Sources) -> tuple[Settings, dict[str, str]]:
    """Return the settings and the origin of each that was given; raise BadSetting for unknown names and bad values."""
    given = {name: _out_of_its_file(name, last) for name, last in dict(_every_given(sources)).items()}
    settings = Settings()
    for section in Settings.__struct_fields__:
        names = [name for name in given if name.startswith(f"{section}.")]
        if names:
            changed = {name.partition(".")[2]: _convert(name, given[name]) for name in names}
            default = getattr(settings, section)
            settings = replace(settings, **{section: replace(default, **changed)})
    origins = {name: value.origin for name, value in given.items()}
    if broken := broken_together(settings):
        name, why = broken
        raise BadSetting(name, origins.get(name, DEFAULT), why)
    return settings, origins


def list_settings(settings: Settings, origins: Mapping[str, str]) -> tuple[Setting, ...]:
    """Return every setting with its value as text and its origin."""
    return tuple(
        Setting(name, shown(name, value), origins.get(name, DEFAULT)) for name, value in _every_value(settings)
    )


def shown(name: str, value: object) -> str | None:
    """Write a value as a person may see it: secrets as ***."""
    if value is None:
        return None
    if value and (name.endswith(_SECRETS) or _is_no_address(name, value)):
        return "***"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _PASSWORD_IN_URL.sub(lambda found: f"{found[1]}***@" if found[1] else f"{found[2]}***", text)


def setting_names() -> tuple[str, ...]:
    """Return the names of all settings, `section.key`."""
    return tuple(name for name, _ in _every_value(Settings()))


def _every_value(settings: Settings) -> Iterator[tuple[str, object]]:
    for section in settings.__struct_fields__:
        values = getattr(settings, section)
        for key in values.__struct_fields__:
            yield f"{section}.{key}", getattr(values, key)


def _is_no_address(name: str, value: object) -> bool:
    """Tell whether somebody gave the bare password where the whole URL belongs."""
    return name.endswith(".url") and not _ADDRESS.match(str(value))


def _every_given(sources: Sources) -> Iterator[tuple[str, Given]]:
    """Yield what was given, the weakest first, so that the strongest wins in a dict."""
    for file in reversed(sources.files):
        yield from _one_source((name, str(file), value) for name, value in _read_file(file))
    yield from _one_source(_of_environment(sources.environ))
    yield from _one_source((name, "flag", value) for name, value in sources.flags.items())


def _of_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str, object]]:
    for variable, value in environ.items():
        if variable.startswith(_PREFIX) and "__" in variable:
            yield variable.removeprefix(_PREFIX).lower().replace("__", ".", 1), variable, value


def _one_source(said: Iterable[tuple[str, str, object]]) -> Iterator[tuple[str, Given]]:
    """Yield what one source gives by name, origin and value; raise BadSetting when it gives a value and its file."""
    known = setting_names()
    before: dict[str, str] = {}
    for name, origin, value in said:
        setting = name.removesuffix(_FILE)
        in_file = name not in known and setting in known
        setting = setting if in_file else _known(name, origin, known)
        if setting in before:
            raise BadSetting(setting, origin, f"{before[setting]} gives it too", "give the value or its file, not both")
        before[setting] = origin
        yield setting, Given(value, origin, in_file)


def _out_of_its_file(name: str, given: Given) -> Given:
    """Return what was given, read from the file that was named instead; only now, since a stronger one may stand."""
    if not given.in_file:
        return given
    if not given.value or not isinstance(given.value, str):
        raise BadSetting(name, given.origin, "it names no file", "name a file, or leave it out")
    file = path_of(given.value)
    try:
        return Given(read_value(file), str(file))
    except UnusableFile as error:
        raise BadSetting(name, given.origin, f"{file}: {error}", f"see who owns {file}") from error


def _known(name: str, origin: str, known: tuple[str, ...]) -> str:
    if name in known:
        return name
    nearest = get_close_matches(name, known, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else "micromart config list"
    raise BadSetting(name, origin, "there is no such setting", hint)


def _read_file(file: Path) -> Iterator[tuple[str, object]]:
    try:
        body = read_sections(file).decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise InvalidValue(
            f"{file} cannot be read.", why=error.strerror or str(error), hint=f"see who owns {file}"
        ) from error
    except UnusableFile as error:
        raise InvalidValue(f"{file} cannot be used.", why=str(error), hint=f"see who owns {file}") from error
    except UnicodeDecodeError as error:
        raise InvalidValue(f"{file} is not TOML.", why=str(error), hint=f"correct {file}") from error
    yield from _values_of(body, file)


def _values_of(body: str, file: Path) -> Iterator[tuple[str, object]]:
    import tomllib

    try:
        sections = tomllib.loads(body, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidValue(f"{file} is not TOML.", why=str(error), hint=f"correct {file}") from error
    for section, values in sections.items():
        if not isinstance(values, dict):
            raise BadSetting(section, str(file), "it stands in no section", f"write it under a section of {file}")
        yield from ((f"{section}.{key}", value) for key, value in values.items())


def _convert(name: str, given: Given) -> Any:
    section, _, key = name.partition(".")
    wanted = get_type_hints(type(getattr(Settings(), section)))[key]
    value = None if given.value == "" and type(None) in get_args(wanted) else given.value
    try:
        converted = msgspec.convert(value, wanted, strict=not isinstance(value, str))
    except msgspec.ValidationError as error:
        raise BadSetting(name, given.origin, _without_path(str(error), name, value)) from error
    if why := broken_rule(name, converted):
        raise BadSetting(name, given.origin, f"{shown(name, converted)} is not allowed: {why}")
    return converted


def _without_path(told: str, name: str, value: object) -> str:
    return f"“{shown(name, value)}” is no such value: {told[0].lower()}{told[1:]}"
