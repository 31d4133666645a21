"""What a team sets: one strict model for the pack's JSON and the command line's TOML.

The model is plain dataclasses, so that a run without settings never imports pydantic;
``policypack.settings.loading`` validates files against it with pydantic.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

from annotated_types import Ge, Gt, Le, MinLen

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

Level = Literal["advisory", "mandatory", "disabled"]
PriceConfidence = Literal["own", "billed", "official", "example", "third-party"]


def key_of(attribute: str) -> str:
    """The key that a file uses for an attribute (``hoursPerMonth`` for ``hours_per_month``)."""
    if attribute in _IRREGULAR:
        return _IRREGULAR[attribute]
    first, *others = attribute.split("_")
    return first + "".join(other.title() for other in others)


_IRREGULAR: Final = {"traffic_gb": "trafficGB", "source": "from", "target": "to"}

_STRICT: Final = {
    "extra": "forbid",
    "strict": False,
    "alias_generator": key_of,
    "populate_by_name": False,
    "allow_inf_nan": False,
    "hide_input_in_errors": True,
}


_LONGEST_NUMBER: Final = 100
_LARGEST_EXPONENT: Final = 30


@dataclass(frozen=True)
class _Before:
    """Looks at a value before pydantic does, which is otherwise too generous."""

    check: Callable[[object], object]

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.check, handler(source))


def _number(value: object) -> object:
    """Numbers come as floats from the engine (protobuf has no others): 0.1 means 0.1."""
    if isinstance(value, bool):
        raise ValueError("a number")
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(number, Decimal | int | str) and not _is_ordinary(str(number)):
        raise ValueError("a number of ordinary size")
    return number


def _is_ordinary(written: str) -> bool:
    """Whether nothing that is computed from a number, and no text of it, needs memory without bound."""
    if len(written) > _LONGEST_NUMBER:
        return False
    try:
        value = Decimal(written)
    except InvalidOperation:
        return True  # what it is instead is said better by others
    return not value.is_finite() or abs(value.adjusted()) <= _LARGEST_EXPONENT


def _whole(value: object) -> object:
    if isinstance(value, (bool, str)):
        raise ValueError("a whole number")
    return value


def _day(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("a date such as 2027-03-31")


def _currency(value: object) -> object:
    if not (
        isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()
    ):
        raise ValueError("an ISO 4217 code such as CNY, USD or EUR")
    return value


@dataclass(frozen=True)
class _Span:
    """One number, or the least and the most of a range as a list."""

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(_span, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: "CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        both: dict[str, Any] = handler(schema)
        return {"anyOf": [both["prefixItems"][0], both]}


@dataclass(frozen=True)
class _OneOrSeveral:
    """One text, or a list of at least one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(_as_list, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: "CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        several: dict[str, Any] = handler(schema)
        return {"anyOf": [several["items"], {**several, "minItems": 1}]}


def _as_list(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (list, tuple)) and not value:
        raise ValueError("a path, or a list of at least one")
    return value


def _span(value: object) -> object:
    if not isinstance(value, (list, tuple)):
        try:
            number = Decimal(str(_number(value)))
        except InvalidOperation:
            raise ValueError("a number, or two as in [50, 400]") from None
        if not number >= 0:
            raise ValueError("a number of at least 0")
        return (number, number)
    ends = [_number(end) for end in value]
    if len(ends) != 2:
        raise ValueError("a number, or two as in [50, 400]")
    low, high = ends
    if isinstance(low, (int, Decimal)) and isinstance(high, (int, Decimal)) and low > high:
        raise ValueError("the smaller number first, as in [50, 400]")
    return (low, high)


NotNegative: TypeAlias = Annotated[Decimal, Ge(Decimal(0)), _Before(_number)]
Positive: TypeAlias = Annotated[Decimal, Gt(Decimal(0)), _Before(_number)]
Hours: TypeAlias = Annotated[Decimal, Ge(Decimal(0)), Le(Decimal(744)), _Before(_number)]
"""Hours in a month; none has more than 31 days."""
Month: TypeAlias = Annotated[Decimal, Gt(Decimal(0)), Le(Decimal(744)), _Before(_number)]
Span: TypeAlias = Annotated[tuple[NotNegative, NotNegative], _Span()]
"""The least and the most; both are the same for what is known."""
Days: TypeAlias = Annotated[int, Ge(0), _Before(_whole)]
Day: TypeAlias = Annotated[date, _Before(_day)]
Currency: TypeAlias = Annotated[str, _Before(_currency)]
Text: TypeAlias = Annotated[str, MinLen(1)]
Paths: TypeAlias = Annotated[tuple[Text, ...], _OneOrSeveral()]
"""A path, or several in their order."""
Glob: TypeAlias = Annotated[str, MinLen(1)]
"""A pattern with ``*``, ``?`` and ``[...]`` over a whole name or URN, case-sensitive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Usage that no declaration holds; the first entry that matches wins. What is set must all match.

    Attributes:
        match: Glob on the resource's name or URN.
        type: Terraform name of the type (``vpc_eip``), a glob.
        tag: ``key`` or ``key=value``, the value a glob.
        charge_mode: What an EIP is paid by.
        traffic_gb: Outbound traffic of a month in GB (decimal), or its least and its most.
        hours_per_month: Hours that the resource exists in a month.
    """

    __pydantic_config__ = _STRICT

    match: Glob | None = None
    type: Glob | None = None
    tag: Text | None = None
    charge_mode: Literal["bandwidth", "traffic"] | None = None
    traffic_gb: Span | None = None
    hours_per_month: Hours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which lines a limit is about; everything when empty. What is set must all match.

    Attributes:
        stack: Glob on the stack's name.
        project: Glob on the project's name.
        resource: Glob on the resource's name or URN.
        tag: ``key`` or ``key=value``, the value a glob.
        meter: Glob on the meter (``eip.*``).
        region: Glob on the region of what is billed.
        new_only: Only what a diff adds; such a limit says nothing outside of ``diff``.
    """

    __pydantic_config__ = _STRICT

    stack: Glob | None = None
    project: Glob | None = None
    resource: Glob | None = None
    tag: Glob | None = None
    meter: Glob | None = None
    region: Glob | None = None
    new_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A monthly budget.

    Attributes:
        name: What reports call it.
        amount: What a month may cost.
        currency: ISO 4217 code (CNY, USD, EUR).
        scope: Which lines it is about; everything when empty. What is set must all match.
    """

    __pydantic_config__ = _STRICT

    name: Text
    amount: NotNegative
    currency: Currency
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioScope:
    """Which lines of all stacks together a limit is about; everything when empty. What is set must all match.

    Attributes:
        stack: Glob on the stack's name; likewise ``project``.
        tag: ``key`` or ``key=value``, the value a glob.
        meter: Glob on the meter (``eip.*``).
        region: Glob on the region of what is billed.
    """

    __pydantic_config__ = _STRICT

    stack: Glob | None = None
    project: Glob | None = None
    tag: Text | None = None
    meter: Glob | None = None
    region: Glob | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioLimit:
    """A monthly budget of all stacks of an audit together."""

    __pydantic_config__ = _STRICT

    name: Text
    amount: NotNegative
    currency: Currency
    scope: PortfolioScope = field(default_factory=PortfolioScope)

    @property
    def of_one_stack(self) -> Limit:
        """The same limit, to measure what one stack adds to it."""
        scope = self.scope
        own = Scope(
            stack=scope.stack, project=scope.project, tag=scope.tag, meter=scope.meter, region=scope.region
        )
        return Limit(name=self.name, amount=self.amount, currency=self.currency, scope=own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """What an audit says of all stacks together.

    Attributes:
        limits: Monthly budgets over many stacks.
        owner: Key of the tag that names who owns a resource; savings are also summed by its values.
    """

    __pydantic_config__ = _STRICT

    limits: tuple[PortfolioLimit, ...] = ()
    owner: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Increase:
    """How much a diff may add to the month: an amount with its currency, a percentage, or both.

    Attributes:
        name: What reports call it.
        amount: What a month may cost more, with ``currency``.
        currency: ISO 4217 code (CNY, USD, EUR).
        percent: How much more, of what the month costs before.
    """

    __pydantic_config__ = _STRICT

    name: Text
    amount: NotNegative | None = None
    currency: Currency | None = None
    percent: NotNegative | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A rate that the team chose: one unit of ``source`` is ``rate`` units of ``target``.

    Attributes:
        source: Currency of the price, an ISO 4217 code.
        target: Currency of the limit, an ISO 4217 code.
        rate: Units of the target for one of the source.
        date: The day of the rate.
    """

    __pydantic_config__ = _STRICT

    source: Currency
    target: Currency
    rate: Positive
    date: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A finding that somebody has accepted until a day.

    Attributes:
        policy: Name of the policy.
        resource: Glob on the resource's name or URN; for the budget on the limit's or stack's name.
        reason: Why it is accepted.
        owner: Who answers for it.
        expires: The last day on which it counts.
        cap: It counts only while the finding is about at most this much a month, in the currency of
            the finding.
    """

    __pydantic_config__ = _STRICT

    policy: Text
    resource: Glob
    reason: Text
    owner: Text
    expires: Day
    cap: NotNegative | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the team knows of a gateway and no declaration can show.

    Attributes:
        match: Glob on the gateway's name or URN.
        callers: Where those that are not declared call from.
        backends_elsewhere: Where backends of APIs that another stack declares are.
    """

    __pydantic_config__ = _STRICT

    match: Glob
    callers: Literal["private", "public"] | None = None
    backends_elsewhere: Literal["private", "public"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words in tags and names that weakly hint at who calls.

    Attributes:
        private: Words for callers inside.
        public: Words for callers outside.
    """

    __pydantic_config__ = _STRICT

    private: tuple[Text, ...] = ("internal", "private", "intranet")
    public: tuple[Text, ...] = ("public", "dmz", "internet", "external")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """Where the pack writes its JSON report.

    Attributes:
        path: The file.
    """

    __pydantic_config__ = _STRICT

    path: Text


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set.

    Attributes:
        site: Whose prices count; left out, it is derived from the region.
        hours_per_month: Hours of the month that is estimated.
        price_book: Price books in the order in which they are asked; ``bundled`` means ours, which is also
            meant by none.
        terms: A file with the customer's discounts and orders.
        default_region: Region of resources that state none.
        packages: Packages under other names, each with the package that it stands for
            (``{ "ours" = "huaweicloud" }``): the vendor's prices hold for it.
        usage: Usage that no declaration holds.
        waivers: Findings that are accepted for a time.
        statements: What the team knows of its gateways.
        vocabulary: Words that hint at who calls.
        report: Where the pack writes its JSON report.
        portfolio: What an audit says of all stacks together.
        limits: Monthly budgets.
        increases: What a diff may add.
        exchange: Rates for limits in another currency than the prices.
        required: Whether a stack that no limit is about is *cannot decide*.
        when_undecided: Whether a budget that cannot be decided fails or only warns.
        reference_prices: Whether a limit may be decided on prices that are of no certain region.
        require_confidence: Prices that a budget is decided on come from at least this.
        max_price_age_days: Prices that a budget is decided on are at most this old.
        levels: Enforcement level by policy, where it is not the policy's own.
    """

    __pydantic_config__ = _STRICT

    site: Literal["cn", "intl", "eu"] | None = None
    hours_per_month: Month = Decimal(730)
    price_book: Paths = ()
    terms: Text | None = None
    default_region: Text | None = None
    packages: Mapping[Text, Text] = field(default_factory=dict)
    usage: tuple[Usage, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    statements: tuple[Statement, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    report: ReportFile | None = None
    portfolio: Portfolio = field(default_factory=Portfolio)
    limits: tuple[Limit, ...] = ()
    increases: tuple[Increase, ...] = ()
    exchange: tuple[Exchange, ...] = ()
    required: bool = False
    when_undecided: Literal["fail", "warn"] = "fail"
    reference_prices: Literal["refuse", "accept"] = "refuse"
    require_confidence: PriceConfidence = "third-party"
    max_price_age_days: Days | None = None
    levels: Mapping[str, Level] = field(default_factory=dict)


BUDGET_POLICY: Final = "apig-monthly-budget"
SHARED_POLICY: Final = "apig-cost"
"""The policy that reads every declaration and never reports: shared settings stand under it."""

EXTEND: Final = "extend"
"""The key of a settings file that names the one which it builds on."""

BUDGET_ATTRIBUTES: Final = (
    "limits",
    "increases",
    "exchange",
    "required",
    "when_undecided",
    "reference_prices",
    "require_confidence",
    "max_price_age_days",
)
"""What stands under the budget's policy rather than among the shared settings."""
