"""Filling a template: all is escaped, and the page says by hash which style and scripts are its own."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from policypack.costs.wording import bounds
from policypack.metering.catalogue import nothing_declared
from policypack.reports.page.standing import colour
from policypack.reports.prose import counted, not_covered, total_of
from policypack.reports.safe import name, visible

if TYPE_CHECKING:
    from jinja2 import Environment

_LONGEST_TEXT: Final = 1500
"""Characters of a sentence that holds names, each of which may be very long."""
TABLE_LIBRARY: Final = "vendor/table-core/index.production.js"


def render(template: str, **context: Any) -> str:
    """A whole page.

    Args:
        template: File in ``templates/``.
        context: What it shows.
    """
    style, library, script = _style(), _library(), _script()
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "
        f"style-src {_hash(style)}; script-src {_hash(library)} {_hash(script)}"
    )
    return (
        environment()
        .get_template(template)
        .render(
            policy=_as_is(policy),
            style=_as_is(style),
            library=_as_is(library),
            script=_as_is(script),
            **context,
        )
    )


@cache
def environment() -> "Environment":
    """Templates whose every output is made visible and escaped, whatever the template says."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("policypack.reports.page", "templates"),
        autoescape=True,
        finalize=_finalize,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(name=name, counted=counted)
    made.globals.update(
        bounds=bounds,
        colour=colour,
        not_covered=not_covered,
        total_of=total_of,
        nothing_declared=nothing_declared,
    )
    return made


def _finalize(value: object) -> object:
    """What is not markup of a template of ours is text on one line in which every character can be seen."""
    if hasattr(value, "__html__"):
        return value
    return visible("" if value is None else str(value), _LONGEST_TEXT)


def _as_is(text: str) -> object:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - files of this package


@cache
def _style() -> str:
    return _file("style.css")


@cache
def _script() -> str:
    return _file("page.js")


@cache
def _library() -> str:
    """Without the line that names a source map, which is not there."""
    lines = _file(TABLE_LIBRARY).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("//# sourceMappingURL="))


def _file(path: str) -> str:
    return files("policypack.reports.page").joinpath(path).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
