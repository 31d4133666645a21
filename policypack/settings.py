"""What a team sets: one strict model for the pack's JSON and the command line's TOML."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Usage(_Strict):
    """Usage that no declaration holds; the first entry that matches wins."""

    match: str
    traffic_gb: Decimal | None = Field(default=None, alias="trafficGB", ge=0)
    hours_per_month: Decimal | None = Field(default=None, ge=0)


class Scope(_Strict):
    """Which lines a limit is about; everything when empty."""

    stack: str | None = None
    project: str | None = None
    resource: str | None = None
    tag: str | None = None
    meter: str | None = None


class Limit(_Strict):
    """A monthly budget."""

    name: str
    amount: Decimal = Field(ge=0)
    currency: str
    scope: Scope = Scope()


class Waiver(_Strict):
    """A finding that somebody has accepted until a day."""

    policy: str
    resource: str
    reason: str
    owner: str
    expires: date
    cap: Decimal | None = None


class Statement(_Strict):
    """What the team knows of a gateway and no declaration can show."""

    match: str
    callers: Literal["private", "public"] | None = None
    backends_elsewhere: Literal["private", "public"] | None = None


class Vocabulary(_Strict):
    """Words in tags and names that weakly hint at who calls."""

    private: tuple[str, ...] = ("internal", "private", "intranet")
    public: tuple[str, ...] = ("public", "dmz", "internet", "external")


class ReportFile(_Strict):
    """Where the pack writes its JSON report."""

    path: str


class Settings(_Strict):
    """Everything that can be set."""

    site: Literal["cn", "intl", "eu"] | None = None
    hours_per_month: Decimal = Field(default=Decimal(730), gt=0)
    price_book: str | None = None
    terms: str | None = None
    default_region: str | None = None
    usage: tuple[Usage, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    statements: tuple[Statement, ...] = ()
    vocabulary: Vocabulary = Vocabulary()
    report: ReportFile | None = None
    limits: tuple[Limit, ...] = ()
    when_undecided: Literal["fail", "warn"] = "fail"
    require_confidence: Literal["official", "example", "third-party"] = "third-party"
    max_price_age_days: int | None = Field(default=None, ge=0)
    levels: Mapping[str, Literal["advisory", "mandatory", "disabled"]] = Field(default_factory=dict)
