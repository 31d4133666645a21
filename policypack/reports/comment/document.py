"""What a comment needs of a JSON report, whatever command wrote it.

The report may have come a long way, so that nothing of it is trusted: shapes and numbers are proven here, and
every text is escaped where it is shown.
"""

from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pricing.money import Range

REPORT: Final = "apig-cost/report/1"
DIFFERENCE: Final = "apig-cost/diff/1"
_LARGEST_EXPONENT: Final = 40
_LONGEST_NUMBER: Final = 200


class DocumentError(ValueError):
    """This is no JSON report of ours. Its text is one line."""


def _ordinary(value: Decimal) -> Decimal:
    if len(value.as_tuple().digits) > _LONGEST_NUMBER or abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError("a number of ordinary size was expected")
    return value


Number = Annotated[Decimal, Field(allow_inf_nan=False), AfterValidator(_ordinary)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Bounds(_Part):
    """The ends of an amount; both are ``None`` where nothing is known."""

    low: Number | None = None
    high: Number | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Bounds":
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValueError("a high end that is not below the low end was expected")
        return self

    @property
    def range(self) -> Range | None:
        """The amount; ``None`` where nothing is known."""
        return None if self.low is None else Range(self.low, self.high)


class Total(_Part):
    """All lines of one currency."""

    currency: str | None
    monthly: Bounds


class Price(_Part):
    """What a line is rated with."""

    confidence: str
    reference: bool = False


class Line(_Part):
    """One cost line."""

    resource: str
    meter: str
    spec: str | None = None
    region: str | None = None
    currency: str | None = None
    status: str = ""
    price: Price | None = None
    monthly: Bounds

    @property
    def price_kind(self) -> str:
        """As ``price_sources`` counts it."""
        if self.price is None:
            return "free" if self.status == "free" else "none"
        return "reference" if self.price.reference else self.price.confidence


class Waiver(_Part):
    """Why a finding is accepted, by whom and until when."""

    reason: str
    owner: str
    expires: str


class Finding(_Part):
    """What a policy says."""

    policy: str
    level: str
    verdict: str
    message: str
    hint: str
    waiver: Waiver | None = None
    baseline: bool = False

    @property
    def stops(self) -> bool:
        """Whether a pipeline stops because of it."""
        return self.level == "mandatory" and self.waiver is None and not self.baseline


class Limit(Bounds):
    """A limit with the cost in its scope."""

    name: str
    limit: Number
    currency: str
    verdict: Literal["within", "over", "undecided"]
    notes: tuple[str, ...] = ()


class Budget(_Part):
    """All limits of a stack."""

    verdict: Literal["within", "over", "undecided", "none"]
    limits: tuple[Limit, ...] = ()


class Stack(_Part):
    """One stack."""

    project: str
    stack: str
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    budget: Budget
    totals: tuple[Total, ...]
    gaps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """``project/stack``, or what of it is known."""
        return "/".join(part for part in (self.project, self.stack) if part) or "stack"


class Error(_Part):
    """What could not be read."""

    path: str
    message: str


class Tool(_Part):
    """What wrote the report."""

    version: str


class Book(_Part):
    """The price book."""

    id: str
    as_of: str = Field(alias="asOf")


class Report(_Part):
    """One run."""

    answer: str = ""
    verdict: Literal["ok", "violation", "undecided"]
    tool: Tool
    book: Book
    hours_per_month: Number = Field(alias="hoursPerMonth")
    stacks: tuple[Stack, ...]
    totals: tuple[Total, ...]
    errors: tuple[Error, ...]
    warnings: tuple[str, ...] = ()


class Change(_Part):
    """One line that differs."""

    resource: str
    meter: str
    kind: str
    currency: str | None
    before: Bounds | None
    after: Bounds | None
    code: Bounds
    prices: Bounds


class ChangeTotal(_Part):
    """What changes in one currency."""

    currency: str | None
    before: Bounds
    after: Bounds
    code: Bounds
    prices: Bounds


class Gaps(_Part):
    """Where each side may declare more, or less, than what was read."""

    base: tuple[str, ...] = ()
    head: tuple[str, ...] = ()


class StackChange(_Part):
    """What changes in one stack; reports of older versions name no gaps of the base."""

    label: str
    gaps: Gaps = Gaps()
    changes: tuple[Change, ...]
    totals: tuple[ChangeTotal, ...]


class Document(_Part):
    """A report, and what changes where it is a comparison."""

    head: Report
    changes: tuple[StackChange, ...] = ()


class _Difference(_Part):
    head: Report
    stacks: tuple[StackChange, ...]


def read(text: bytes) -> Document:
    """A JSON report of ``check``, ``preview``, ``audit`` or ``diff``.

    Raises:
        DocumentError: It is none.
    """
    import json

    try:
        document: Any = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise DocumentError("this is not JSON; a report of --format json was expected") from None
    schema = document.get("schema") if isinstance(document, dict) else None
    try:
        if schema == REPORT:
            return Document(head=Report.model_validate(document))
        if schema == DIFFERENCE:
            difference = _Difference.model_validate(document)
            return Document(head=difference.head, changes=difference.stacks)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise DocumentError(f"this report is damaged ({place}: {first['msg']})") from None
    except RecursionError:
        raise DocumentError("this report is damaged (nested too deeply)") from None
    found = f", found {schema[:60]!r}" if isinstance(schema, str) else ""
    raise DocumentError(f"a report of {REPORT} or {DIFFERENCE} was expected{found}")
