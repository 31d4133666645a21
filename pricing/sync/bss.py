"""The authenticated price API (BSS), driven through the vendor's own SDK.

The API answers amounts, not tariffs: it is asked for several sizes and durations, and a tariff is
accepted only when it explains every answer. What none explains gets no price, with the reason.
Credentials come from the SDK's environment variables or its profile file and are never shown.
"""

import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any, Final

import tenacity
from msgspec import Struct

from pricing.book.examples import with_example
from pricing.book.loader import definitions
from pricing.book.model import Complete, Example, NoPrice, Row
from pricing.money import plain
from pricing.quantity import Meter, Mode
from pricing.sync import price_list
from pricing.sync.catalogue import Catalogue, RegionAnswer
from pricing.sync.codes import RatedProduct, codes
from pricing.sync.errors import SyncError
from pricing.sync.price_list import PriceList
from pricing.tiers import Dimension, Tariff, Tier, TierMode

ATTEMPTS: Final = 5
SIZES: Final = (1, 2, 5, 6, 10, 20, 50, 100, 300, 500, 1000, 2000)
"""Mbit/s that are asked for; the vendor sells 1 to 2000, and knows a tier at 5."""
VOLUMES: Final = (1, 1024, 10240, 20480, 102400, 307200)
_TIER_END: Final = Decimal(5)
_LONG: Final = 6
"""Hours of the second duration: beyond the tariff that changes after five
(docs/reference/prices.md, "Time tiers")."""
_PERIODS: Final = {1: 2, 12: 3}
"""Terms in months that are asked for, and the ``period_type`` of the API for one of them."""
_ON_DEMAND_PATH: Final = "/v2/bills/ratings/on-demand-resources"
_PERIOD_PATH: Final = "/v2/bills/ratings/period-resources/subscribe-rate"
_NOT_SOLD: Final = frozenset({"CBC.99006006", "CBC.6006", "CBC.99006074", "CBC.6074"})
"""No such product, or none that is sold like this. Source: docs/reference/prices.md, "The price API"."""
_DENIED: Final = frozenset({"CBC.0151"})
_RETRIED: Final = frozenset({429, 500, 502, 503, 504})


class _Sample(Struct, frozen=True):
    """What was asked: a size (Mbit/s) for some hours, or a volume (GB)."""

    size: int
    usage: int


def fetch(
    site: str,
    regions: tuple[str, ...],
    day: date,
    *,
    endpoint: str | None = None,
    discounted: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[RegionAnswer]:
    """Ask the price API for every product of every region. What fails does not end the run.

    Args:
        site: ``cn``, ``intl`` or ``eu``: the one that the account belongs to.
        regions: Region ids.
        day: The date that the prices bear.
        endpoint: Another server than the site's own.
        discounted: Take the customer's prices instead of the list prices.
        sleep: Waits between attempts.

    Raises:
        SyncError: No credentials, or no permission.
    """
    known = codes()
    if site not in known.endpoints:
        raise SyncError(f"The price API has no site {site}, only {', '.join(known.endpoints)}.")
    api = _Api(site, endpoint or known.endpoints[site], discounted, sleep)
    for region in regions:
        yield _region(api, known.rated, site, region, day)


def _region(
    api: "_Api", products: tuple[RatedProduct, ...], site: str, region: str, day: date
) -> RegionAnswer:
    rows: list[Row] = []
    no_prices: list[NoPrice] = []
    refused: list[str] = []
    open_meters: set[Meter] = set()
    try:
        lists, unlisted = _price_lists(api, products, site, region)
        for product in products:
            for code in product.specs:
                try:
                    for one in _priced(api, product, code, site, region, day, lists.get(product.resource)):
                        if isinstance(one, Row):
                            rows.append(one)
                        else:
                            no_prices.append(one)
                except RefusedError as error:
                    refused.append(str(error))
                    open_meters.add(product.meter)
    except UnreachableError as error:
        return RegionAnswer(region, failures=(str(error),))
    open_meters |= {stated.meter for stated in no_prices}
    if not rows and not no_prices:
        if refused:
            return RegionAnswer(region, failures=(refused[0],))
        note = f"The price API sells nothing of it in {region}; what the book says stays."
        return RegionAnswer(region, (Catalogue((), notes=(note,)),))
    covered = tuple(dict.fromkeys(product.meter for product in products))
    complete = tuple(
        Complete(product.meter, site, region, api.endpoint + price_list.PATH, day)
        for product in products
        if product.meter not in open_meters and _is_all(product, lists.get(product.resource), rows)
    )
    skipped = [*refused, *unlisted, *_not_rated(products, lists, rows, no_prices)]
    catalogue = Catalogue(tuple(rows), complete, tuple(skipped), tuple(no_prices), covered=covered)
    return RegionAnswer(region, (catalogue,))


def _price_lists(
    api: "_Api", products: tuple[RatedProduct, ...], site: str, region: str
) -> tuple[dict[str, PriceList], list[str]]:
    """The official price list of each resource type, where the site has one, and what is not understood."""
    lists: dict[str, PriceList] = {}
    told: list[str] = []
    if not api.has_price_list:
        return lists, told
    for service, resource in dict.fromkeys((product.service, product.resource) for product in products):
        of_resource = [product for product in products if product.resource == resource]
        try:
            infos = api.price_list(service, resource, region)
        except UnreachableError:
            raise
        except SyncError as error:  # also where the account may not ask for it
            told.append(f"{error} The ratings are not checked against the price list.")
            continue
        if not infos:
            continue
        lists[resource] = price_list.read(infos, of_resource, definitions().currencies[site])
        told += [f"{resource}: {one} in the price list is not understood." for one in lists[resource].strange]
    return lists, told


def _not_rated(
    products: Iterable[RatedProduct],
    lists: Mapping[str, PriceList],
    rows: Iterable[Row],
    no_prices: Iterable[NoPrice],
) -> Iterator[str]:
    """What the price list has and no rating confirms; its amount alone would hide steps."""
    meters = definitions().meters
    known = {(row.meter, row.spec, row.months) for row in rows}
    told = {(stated.meter, stated.spec) for stated in no_prices}
    for product in products:
        listed = lists.get(product.resource)
        for spec, months in sorted(listed.amounts, key=str) if listed is not None else ():
            name = meters[product.meter].spec_names.get(spec, spec)
            if spec not in product.specs or (product.meter, name) in told:
                continue
            if (product.meter, name, months) not in known:
                how = "pay-per-use" if months is None else f"for {months} months"
                yield f"{product.meter} {spec} {how}: the price list has it, and no rating confirms it."


def _is_all(product: RatedProduct, listed: PriceList | None, rows: Sequence[Row]) -> bool:
    """Whether the rows are every price that there is: a list that is understood names no other."""
    if listed is None or listed.strange:
        return False
    names = definitions().meters[product.meter].spec_names
    rated = {(row.spec, row.months) for row in rows if row.meter == product.meter}
    stated = {(names.get(spec, spec), months) for spec, months in listed.amounts if spec in product.specs}
    return bool(rated) and rated == stated


def _priced(
    api: "_Api",
    product: RatedProduct,
    code: str,
    site: str,
    region: str,
    day: date,
    listed: PriceList | None,
) -> list[Row | NoPrice]:
    """A row for each way of paying; none but the reason where the price list says something else."""
    units = definitions().meters[product.meter].units
    found: list[Row | NoPrice] = []
    for months in (None, *(_PERIODS if Mode.YEARLY_MONTHLY in units else ())):
        if months is None:
            amounts = api.rate(product, code, region, _samples(product))
        else:
            amounts = api.rate_term(product, code, region, months)
        if amounts is None:
            continue
        wrong = None
        if listed is not None and not api.discounted:
            wrong = listed.contradiction(code, months, amounts[_Sample(1, 1)])
        if wrong is not None:
            spec = definitions().meters[product.meter].spec_names.get(code, code)
            return [NoPrice(product.meter, spec, site, region, wrong, api.endpoint + price_list.PATH)]
        found.append(_row(api, product, code, site, region, day, amounts, months))
    return found


def _row(
    api: "_Api",
    product: RatedProduct,
    code: str,
    site: str,
    region: str,
    day: date,
    amounts: Mapping[_Sample, Decimal],
    months: int | None,
) -> Row | NoPrice:
    shared = definitions()
    definition = shared.meters[product.meter]
    spec = definition.spec_names.get(code, code)
    mode = Mode.PAY_PER_USE if months is None else Mode.YEARLY_MONTHLY
    source = api.endpoint + (_ON_DEMAND_PATH if months is None else _PERIOD_PATH)
    tariff = tariff_of(amounts, definition.dimension)
    if isinstance(tariff, str):
        return NoPrice(product.meter, spec, site, region, tariff, source)
    plan = "ondemand" if months is None else f"{months}-months"
    return with_example(
        Row(
            id="-".join([site, region, *product.meter.split("."), spec.lower(), plan]),
            meter=product.meter,
            spec=spec,
            site=site,
            region=region,
            mode=mode,
            currency=api.currency(shared.currencies[site]),
            unit=definition.units[mode],
            tariff=tariff,
            confidence="official",
            source=source,
            as_of=day,
            example=Example(Decimal(0)),
            months=months,
            most=Decimal(SIZES[-1]) if product.size_measure is not None else None,
            discounted=api.discounted,
            note="The customer's own price." if api.discounted else "",
        )
    )


def _samples(product: RatedProduct) -> tuple[_Sample, ...]:
    if product.size_measure is not None:
        return (*(_Sample(size, 1) for size in SIZES), _Sample(SIZES[0], _LONG), _Sample(10, _LONG))
    if product.usage_measure == 10:
        return tuple(_Sample(1, volume) for volume in VOLUMES)
    return (_Sample(1, 1), _Sample(1, _LONG))


def tariff_of(amounts: Mapping[_Sample, Decimal], dimension: Dimension) -> Tariff | str:
    """The tariff that explains every amount, or why there is none."""
    one = amounts[_Sample(1, 1)]
    if dimension is Dimension.VOLUME:
        if all(amount == one * sample.usage for sample, amount in amounts.items()):
            return Tariff.flat(one, dimension)
        return "The price of a GB depends on the volume, and the price API does not say at which steps."
    for sample, amount in amounts.items():
        if sample.usage != 1 and amount != amounts[_Sample(sample.size, 1)] * sample.usage:
            return "The tariff of this region changes with the hours of use."
    sizes = {Decimal(sample.size): amount for sample, amount in amounts.items() if sample.usage == 1}
    for tariff in _candidates(one, sizes):
        if all(tariff.amount(size) == amount for size, amount in sizes.items()):
            return tariff
    shown = ", ".join(f"{plain(size)} Mbit/s {plain(amount)}" for size, amount in sorted(sizes.items()))
    return f"No tariff that is known explains the amounts of the price API: {shown}."


def _candidates(one: Decimal, sizes: Mapping[Decimal, Decimal]) -> Iterator[Tariff]:
    yield Tariff.flat(one)
    if Decimal(6) not in sizes or _TIER_END not in sizes:
        return
    first = Tier(Decimal(0), _TIER_END, one)
    above = sizes[Decimal(6)] - sizes[_TIER_END]
    if above >= 0:
        yield Tariff((first, Tier(_TIER_END, None, above)), TierMode.PROGRESSIVE)
    whole = sizes[Decimal(6)] / 6
    yield Tariff((first, Tier(_TIER_END, None, whole)), TierMode.WHOLE)


class RefusedError(SyncError):
    """One product is refused; the others may be answered."""


class UnreachableError(SyncError):
    """The price API does not answer."""


class _Api:
    """The SDK's client, with retries and errors in the words of this project."""

    def __init__(self, site: str, endpoint: str, discounted: bool, sleep: Callable[[float], None]) -> None:
        self.endpoint = endpoint
        self.discounted = discounted
        self._sleep = sleep
        self._seen: set[str] = set()
        self._sdk, client = sdk_of(site)
        log = logging.getLogger(f"HuaweiCloud-SDK-{client.__name__}")
        log.addHandler(logging.NullHandler())  # the SDK logs each error; they are told once, in one line
        log.propagate = False
        self._client = (
            client.new_builder()
            .with_credentials(credentials())
            .with_endpoint(endpoint)
            .with_http_config(http_config())
            .build()
        )

    def currency(self, expected: str) -> str:
        """The currency of the site; the API leaves it empty on the China site."""
        if strange := ", ".join(sorted(self._seen - {expected})):
            raise RefusedError(f"{self.endpoint}: the currency is {strange}, but the site's is {expected}.")
        return expected

    @property
    def has_price_list(self) -> bool:
        """Whether the site's SDK knows ``ListResourceSpecsPrice``; that of the China site does not."""
        return hasattr(self._client, "list_resource_specs_price")

    def price_list(self, service: str, resource: str, region: str) -> list[Any]:
        """Every product of a resource type with its official prices; none where nothing is listed."""
        infos: list[Any] = []
        marker: str | None = None
        what = f"the price list of {resource} in {region}"
        for _ in range(price_list.MOST_PAGES):
            body = self._sdk.ResourceSpecsPriceQueryReq(
                cloud_service_type=service,
                resource_type=resource,
                region_code=region,
                need_attributes=False,
                need_price=True,
                marker=marker,
                limit=price_list.PAGE,
            )
            request = self._sdk.ListResourceSpecsPriceRequest(x_language="en_us", body=body)
            response = self._call(self._client.list_resource_specs_price, request, what)
            if response is None:
                return []
            infos.extend(response.resource_spec_infos or ())
            following = response.page_info.next_marker if response.page_info else None
            if not following:
                return infos
            if following == marker:
                break
            marker = following
        raise RefusedError(f"{self.endpoint}: {what} does not end.")

    def rate(
        self, product: RatedProduct, code: str, region: str, samples: tuple[_Sample, ...]
    ) -> dict[_Sample, Decimal] | None:
        """The amount of each sample; ``None`` where the product is not sold in the region."""
        request = self._request(product, code, region, samples)
        what = f"{product.meter} {code} in {region}"
        response = self._call(self._client.list_on_demand_resource_ratings, request, what)
        if response is None:
            return None
        return self._amounts(response.currency, response.product_rating_results, samples, what)

    def rate_term(
        self, product: RatedProduct, code: str, region: str, months: int
    ) -> dict[_Sample, Decimal] | None:
        """The amount of a term for each size; ``None`` where it is not sold."""
        samples = tuple(_Sample(size, 1) for size in (SIZES if product.size_measure is not None else (1,)))
        infos = [
            self._sdk.PeriodProductInfo(
                period_type=_PERIODS[months],
                period_num=1,
                **self._product(product, code, region, number, sample),
            )
            for number, sample in enumerate(samples)
        ]
        body = self._sdk.RateOnPeriodReq(project_id=_project(), product_infos=infos)
        request = self._sdk.ListRateOnPeriodDetailRequest(body=body)
        what = f"{product.meter} {code} in {region} for {months} months"
        response = self._call(self._client.list_rate_on_period_detail, request, what)
        if response is None:
            return None
        rated = response.official_website_rating_result
        if self.discounted:
            offers = response.optional_discount_rating_results or ()
            rated = next((offer for offer in offers if offer.best_offer == 1), rated)
        return self._amounts(response.currency, rated.product_rating_results if rated else (), samples, what)

    def _amounts(
        self, currency: str | None, results: Any, samples: tuple[_Sample, ...], what: str
    ) -> dict[_Sample, Decimal]:
        if currency:
            self._seen.add(currency)
        by_id = {result.id: result for result in results or ()}
        amounts: dict[_Sample, Decimal] = {}
        for number, sample in enumerate(samples):
            result = by_id.get(str(number))
            amount = getattr(result, "official_website_amount", None)
            if self.discounted:
                amount = getattr(result, "amount", amount)
            if amount is None:
                raise RefusedError(f"{self.endpoint}: no amount for {what}.")
            amounts[sample] = Decimal(str(amount))
        return amounts

    def _product(
        self, product: RatedProduct, code: str, region: str, number: int, sample: _Sample
    ) -> dict[str, object]:
        return {
            "id": str(number),
            "cloud_service_type": product.service,
            "resource_type": product.resource,
            "resource_spec": code,
            "region": region,
            "resource_size": sample.size if product.size_measure is not None else None,
            "size_measure_id": product.size_measure,
            "subscription_num": 1,
        }

    def _request(self, product: RatedProduct, code: str, region: str, samples: tuple[_Sample, ...]) -> object:
        infos = [
            self._sdk.DemandProductInfo(
                usage_factor=product.usage,
                usage_value=Decimal(sample.usage),
                usage_measure_id=product.usage_measure,
                **self._product(product, code, region, number, sample),
            )
            for number, sample in enumerate(samples)
        ]
        body = self._sdk.RateOnDemandReq(project_id=_project(), inquiry_precision=1, product_infos=infos)
        return self._sdk.ListOnDemandResourceRatingsRequest(body=body)

    def _call(self, operation: Callable[[object], Any], request: object, what: str) -> Any:
        errors: Any = import_module("huaweicloudsdkcore.exceptions.exceptions")
        try:
            return retrying(self._sleep)(operation, request)
        except errors.ServiceResponseException as error:
            if error.error_code in _NOT_SOLD:
                return None
            if error.error_code in _DENIED or error.status_code in (401, 403):
                raise SyncError(
                    f"{self.endpoint}: access denied ({error.error_code}); the credentials need the "
                    "permission billing:contract:viewDiscount."
                ) from None
            raise RefusedError(f"{self.endpoint}: {what}: {error.status_code} {error.error_code}.") from None
        except errors.SdkException as error:
            raise UnreachableError(f"{self.endpoint}: {what}: {type(error).__name__}.") from None


def retrying(sleep: Callable[[float], None]) -> tenacity.Retrying:
    """Calls an operation of the SDK again while a failure may pass.

    Args:
        sleep: Waits between attempts.
    """
    errors: Any = import_module("huaweicloudsdkcore.exceptions.exceptions")

    def is_passing(error: BaseException) -> bool:
        if isinstance(error, errors.ServiceResponseException):
            return getattr(error, "status_code", None) in _RETRIED
        return isinstance(error, errors.ConnectionException)

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(is_passing),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=tenacity.wait_exponential(multiplier=2, max=30) + tenacity.wait_random(0, 1),
        sleep=sleep,
        reraise=True,
    )


def sdk_of(site: str) -> tuple[Any, Any]:
    """The SDK's module and client; imported by name, since the SDK is an extra without types."""
    module, client = (
        ("huaweicloudsdkbss.v2", "BssClient")
        if site == "cn"
        else ("huaweicloudsdkbssintl.v2", "BssintlClient")
    )
    try:
        sdk: Any = import_module(module)
    except ImportError as error:
        told = f"The price API needs the vendor's SDK: {sys.executable} -m pip install 'apig-cost[sync]'."
        raise SyncError(told) from error
    return sdk, getattr(sdk, client)


def credentials() -> Any:
    """The account's credentials, from the SDK's environment variables or its profile file.

    Raises:
        SyncError: There are none.
    """
    providers: Any = import_module("huaweicloudsdkcore.auth.provider")
    errors: Any = import_module("huaweicloudsdkcore.exceptions.exceptions")
    for provider in (providers.EnvCredentialProvider, providers.ProfileCredentialProvider):
        try:
            if credentials := provider.get_global().get_credentials():
                return credentials
        except (errors.SdkException, OSError, ValueError):
            continue
    raise SyncError(
        "The price API needs credentials: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or write them to "
        "the SDK's profile file."
    )


def http_config() -> Any:
    """Time-outs of the SDK's client."""
    config: Any = import_module("huaweicloudsdkcore.http.http_config").HttpConfig.get_default_config()
    config.timeout = (15, 60)
    return config


def _project() -> str:
    project = os.environ.get("HUAWEICLOUD_SDK_PROJECT_ID")
    if not project:
        raise SyncError("The price API needs the id of a project: set HUAWEICLOUD_SDK_PROJECT_ID.")
    return project
