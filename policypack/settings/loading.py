"""From a parsed settings document to ``Settings``, with every problem of the document at once.

Two spellings of one model: the pack's JSON, where everything stands under the policy that uses it,
and the command line's TOML, where shared settings stand at the top and each policy has a table.
Nothing here reads a file.
"""

import dataclasses
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from policypack.printable import printable
from policypack.settings.model import (
    BUDGET_ATTRIBUTES,
    BUDGET_POLICY,
    EXTEND,
    SHARED_POLICY,
    Level,
    Settings,
    key_of,
)
from policypack.settings.pattern import means

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_LEVELS: Final[Mapping[str, Level]] = {
    "advisory": "advisory",
    "mandatory": "mandatory",
    "remediate": "mandatory",  # what the engine does with it for a policy over a whole stack
    "disabled": "disabled",
}
_BUDGET_KEYS: Final = tuple(key_of(attribute) for attribute in BUDGET_ATTRIBUTES)
_SHARED_KEYS: Final = tuple(
    key_of(field.name)
    for field in dataclasses.fields(Settings)
    if field.name not in BUDGET_ATTRIBUTES and field.name != "levels"
)
_SECRET_WORDS: Final = re.compile(r"secret|token|password|passwd|credential|access.?key|private.?key", re.I)
_SECRET_LOOK: Final = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_LONGEST_SHOWN: Final = 40


class SettingsError(ValueError):
    """A settings document with problems.

    Attributes:
        problems: One line each: the path of the key, what was expected, what was found.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def from_pack(document: Mapping[str, object], policies: Iterable[str]) -> Settings:
    """Settings as the policy pack's configuration states them.

    Args:
        document: Policy name (or ``all``) to an enforcement level or to an object of settings.
        policies: Names of all policies.

    Raises:
        SettingsError: Anything that is not as it should be.
    """
    return _settings(document, tuple(policies), _Form("enforcementLevel", f"{SHARED_POLICY}."))


def from_toml(document: Mapping[str, object], policies: Iterable[str]) -> Settings:
    """Settings as ``apig-cost.toml`` states them: shared keys on top, a table for each policy.

    Raises:
        SettingsError: Anything that is not as it should be.
    """
    policies = tuple(policies)
    names = {*policies, "all", SHARED_POLICY, BUDGET_POLICY}
    shared = {key: value for key, value in document.items() if key not in names}
    tables: dict[str, object] = {key: value for key, value in document.items() if key in names}
    if SHARED_POLICY in tables:
        return _fail(f"{SHARED_POLICY}: shared settings stand at the top of the file, without a table")
    return _settings({**tables, SHARED_POLICY: shared}, policies, _Form("level", ""))


@dataclasses.dataclass(frozen=True, slots=True)
class _Form:
    level_key: str
    shared_prefix: str


def _fail(problem: str) -> Settings:
    raise SettingsError((problem,))


def _settings(document: Mapping[str, object], policies: tuple[str, ...], form: _Form) -> Settings:
    names = {*policies, "all", SHARED_POLICY, BUDGET_POLICY}
    problems: list[str] = []
    levels: dict[str, Level] = {}
    flat: dict[str, object] = {}
    for name, content in document.items():
        if name not in names:
            problems.append(_unknown(str(name), names, "policy"))
            continue
        if isinstance(content, str):
            _take_level(name, name, content, levels, problems)
            continue
        if not isinstance(content, Mapping):
            problems.append(
                f"{name}: expected an object of settings or a level, found {_shown(name, content)}"
            )
            continue
        prefix = form.shared_prefix if name == SHARED_POLICY else f"{name}."
        allowed = {SHARED_POLICY: _SHARED_KEYS, BUDGET_POLICY: _BUDGET_KEYS}.get(name, ())
        for key, value in content.items():
            if key == form.level_key and name != SHARED_POLICY:
                _take_level(name, f"{prefix}{key}", value, levels, problems)
            elif key == form.level_key and form.shared_prefix:
                continue  # it never reports, so that its level says nothing; the engine may set one
            elif key in allowed:
                flat[key] = value
            else:
                problems.append(_misplaced(prefix, str(key), _candidates(name, allowed, names, form), form))
    problems.extend(_contradictions(flat, names, form))
    settings, invalid = _validated(flat, form)
    problems.extend(invalid)
    if problems or settings is None:
        raise SettingsError(problems)
    return dataclasses.replace(settings, levels=_for_each(levels, policies))


def _for_each(levels: Mapping[str, Level], policies: Iterable[str]) -> Mapping[str, Level]:
    """Levels by policy: ``all`` stands for those that are not named, as in the engine."""
    if "all" not in levels:
        return levels
    everywhere = levels["all"]
    named = {name: level for name, level in levels.items() if name != "all"}
    return {**dict.fromkeys(policies, everywhere), **named}


def _take_level(name: str, path: str, value: object, levels: dict[str, Level], problems: list[str]) -> None:
    if isinstance(value, str) and value in _LEVELS:
        levels[name] = _LEVELS[value]
    else:
        problems.append(f"{path}: expected advisory, mandatory or disabled, found {_shown(path, value)}")


def _candidates(name: str, allowed: tuple[str, ...], names: set[str], form: _Form) -> tuple[str, ...]:
    """What a key may be: at the top of a TOML file also a policy."""
    if name != SHARED_POLICY:
        return (*allowed, form.level_key)
    return allowed if form.shared_prefix else (*allowed, EXTEND, *(names - {SHARED_POLICY}))


def _misplaced(prefix: str, key: str, candidates: tuple[str, ...], form: _Form) -> str:
    if key in _BUDGET_KEYS:
        return f"{prefix}{key}: this key stands under {BUDGET_POLICY}"
    if key in _SHARED_KEYS:
        where = f"under {SHARED_POLICY}" if form.shared_prefix else "at the top of the file"
        return f"{prefix}{key}: this key stands {where}"
    return _unknown(f"{prefix}{key}", candidates, "key")


def _unknown(path: str, candidates: Iterable[str], what: str) -> str:
    return f"{printable(path)}: unknown {what}; {_nearest(path.rsplit('.', 1)[-1], candidates)}"


def _nearest(word: str, candidates: Iterable[str], prefix: str = "") -> str:
    lowered = {str(one).lower(): f"{prefix}{one}" for one in sorted(candidates)}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.5)
    return f"did you mean {lowered[near[0]]}?" if near else f"known: {', '.join(lowered.values())}"


def _contradictions(flat: Mapping[str, object], names: set[str], form: _Form) -> list[str]:
    """What the type of no single value shows."""
    problems: list[str] = []
    seen: dict[object, str] = {}
    for key in ("limits", "increases"):
        for place, entry in _entries(flat, key):
            path = f"{BUDGET_POLICY}.{place}"
            name = entry.get("name")
            if isinstance(name, str):
                if name in seen:
                    problems.append(
                        f"{path}.name: {_shown('name', name)} is already the name of {seen[name]}"
                    )
                seen.setdefault(name, path)
            if key == "increases":
                problems.extend(f"{path}: {problem}" for problem in _increase_problems(entry))
            else:
                problems.extend(f"{path}.{problem}" for problem in _scope_problems(entry))
    problems.extend(_portfolio_problems(flat, form))
    rates: dict[tuple[object, object], str] = {}
    for place, entry in _entries(flat, "exchange"):
        pair = (str(entry.get("from")), str(entry.get("to")))
        if pair in rates:
            problems.append(f"{BUDGET_POLICY}.{place}: {rates[pair]} already states this rate")
        rates.setdefault(pair, f"{BUDGET_POLICY}.{place}")
    for place, entry in _entries(flat, "usage"):
        problems.extend(f"{form.shared_prefix}{place}: {problem}" for problem in _usage_problems(entry))
    for place, entry in _entries(flat, "waivers"):
        policy = entry.get("policy")
        if isinstance(policy, str) and policy and policy not in names - {"all", SHARED_POLICY}:
            near = _nearest(policy, names - {"all", SHARED_POLICY})
            path = f"{form.shared_prefix}{place}.policy"
            problems.append(
                f"{path}: expected the name of a policy, found {_shown('policy', policy)}; {near}"
            )
    return problems


def _entries(flat: Mapping[str, object], key: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    entries = flat.get(key)
    for position, entry in enumerate(entries if isinstance(entries, (list, tuple)) else ()):
        if isinstance(entry, Mapping):
            yield f"{key}[{position}]", entry


def _portfolio_problems(flat: Mapping[str, object], form: _Form) -> Iterator[str]:
    portfolio = flat.get("portfolio")
    seen: dict[str, str] = {}
    for place, entry in _entries(portfolio, "limits") if isinstance(portfolio, Mapping) else ():
        path = f"{form.shared_prefix}portfolio.{place}"
        name = entry.get("name")
        if isinstance(name, str):
            if name in seen:
                yield f"{path}.name: {_shown('name', name)} is already the name of {seen[name]}"
            seen.setdefault(name, path)
        yield from (f"{path}.{problem}" for problem in _scope_problems(entry))


def _increase_problems(entry: Mapping[str, object]) -> Iterator[str]:
    amount, currency = entry.get("amount"), entry.get("currency")
    if amount is None and entry.get("percent") is None:
        yield "expected amount or percent, found neither"
    if (amount is None) != (currency is None):
        yield "expected amount and currency together, found one of them"


def _usage_problems(entry: Mapping[str, object]) -> Iterator[str]:
    if not entry.keys() & {"match", "type", "tag", "chargeMode"}:
        yield "expected match, type, tag or chargeMode, found none of them"
    if not entry.keys() & {"trafficGB", "hoursPerMonth"}:
        yield "expected trafficGB or hoursPerMonth, found neither"


def _scope_problems(entry: Mapping[str, object]) -> Iterator[str]:
    scope = entry.get("scope")
    meter = scope.get("meter") if isinstance(scope, Mapping) else None
    if not isinstance(meter, str) or not meter:
        return
    from pricing.book.loader import definitions

    known = definitions().meters
    if not any(means(meter, one) for one in known):
        yield f"scope.meter: no meter matches {_shown('meter', meter)}; {_nearest(meter, known)}"


def _validated(flat: Mapping[str, object], form: _Form) -> tuple[Settings | None, list[str]]:
    if not flat:
        return Settings(), []
    from pydantic import ValidationError

    try:
        return _adapter().validate_python(dict(flat)), []
    except ValidationError as error:
        return None, [_told(problem, form) for problem in error.errors(include_url=False)]


@cache
def _adapter() -> "TypeAdapter[Settings]":
    """Made once: a file is checked by itself and with what it extends."""
    from pydantic import TypeAdapter

    return TypeAdapter(Settings)


def _told(problem: Any, form: _Form) -> str:
    place: tuple[str | int, ...] = problem["loc"]
    top = str(place[0])
    prefix = f"{BUDGET_POLICY}." if top in _BUDGET_KEYS else form.shared_prefix
    path = prefix + _path(place)
    kind: str = problem["type"]
    if kind == "unexpected_keyword_argument":
        return _unknown(path, _keys_at(place[:-1]), "key")
    if kind == "missing":
        return f"{path}: expected a value, found nothing"
    context: Mapping[str, object] = problem.get("ctx") or {}
    expected = _EXPECTED.get(kind) or str(problem["msg"]).removeprefix("Input should be ").lower()
    if kind in _BOUNDS:
        expected = f"a number {_BOUNDS[kind]} {next(iter(context.values()))}"
    elif kind == "literal_error":
        expected = str(context["expected"]).replace("'", "")
    elif kind == "value_error":
        expected = str(context["error"])
    return f"{path}: expected {expected}, found {_shown(path, problem['input'])}"


_BOUNDS: Final = {
    "greater_than_equal": "of at least",
    "greater_than": "above",
    "less_than_equal": "of at most",
}
_EXPECTED: Final = {
    "finite_number": "a finite number",
    "decimal_parsing": "a number",
    "decimal_type": "a number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dataclass_type": "an object",
}


def _path(place: tuple[str | int, ...]) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _keys_at(place: tuple[str | int, ...]) -> tuple[str, ...]:
    """Keys of the object at a place of the model."""
    model: Any = Settings
    for part in place:
        if isinstance(part, int):
            continue
        hints = get_type_hints(model)
        model = next(hints[field.name] for field in dataclasses.fields(model) if key_of(field.name) == part)
        while not dataclasses.is_dataclass(model):
            model = next(one for one in get_args(model) if one is not type(None))
    return tuple(key_of(field.name) for field in dataclasses.fields(model))


def _shown(path: str, value: object) -> str:
    """A value as an error shows it: short, on one line, and never one that may be a secret."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = printable(str(value))
    if isinstance(value, str):
        if _SECRET_WORDS.search(path) or _SECRET_WORDS.search(text) or _SECRET_LOOK.fullmatch(text):
            return f"a text of {len(value)} characters"
        text = f'"{text}"'
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


_VARIABLES: Final[Mapping[str, str]] = {
    attribute.upper(): attribute
    for attribute in (
        "site",
        "hours_per_month",
        "price_book",
        "terms",
        "default_region",
        "when_undecided",
        "reference_prices",
        "require_confidence",
        "max_price_age_days",
    )
}


def with_variables(
    settings: Settings, variables: Mapping[str, str], prefix: str, options: Iterable[str] = ()
) -> Settings:
    """Settings with what environment variables say instead.

    Args:
        settings: What the file says.
        variables: Text by name without the prefix (``HOURS_PER_MONTH``).
        prefix: What stands before the names, for errors.
        options: Names that stand for no setting and may have been meant by one that is unknown.

    Raises:
        SettingsError: A name that is no setting, or a value that it cannot have.
    """
    problems: list[str] = []
    for variable, text in sorted(variables.items()):
        attribute = _VARIABLES.get(variable)
        if attribute is None:
            near = _nearest(variable, {*_VARIABLES, *options}, prefix)
            problems.append(f"{prefix}{variable}: unknown variable; {near}")
            continue
        value: object = text
        if attribute == "max_price_age_days" and text.isdecimal():
            value = int(text)
        elif attribute == "price_book":
            value = text.split(os.pathsep)  # several as in PATH
        parsed, invalid = _validated({key_of(attribute): value}, _Form("level", ""))
        if parsed is None:
            problems.extend(f"{prefix}{variable}: {problem.split(': ', 1)[1]}" for problem in invalid)
        else:
            settings = dataclasses.replace(settings, **{attribute: getattr(parsed, attribute)})
    if problems:
        raise SettingsError(problems)
    return settings
