"""The public calculator: HTTP with time-outs and retries. No login, only service and region are sent."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

import httpx
import tenacity

from pricing.advice import fetch as fetch_command
from pricing.book.loader import definitions
from pricing.sync.catalogue import Catalogue, Origin, RegionAnswer, read_catalogue
from pricing.sync.codes import Service, codes
from pricing.sync.errors import SyncError

ATTEMPTS: Final = 5
_TIMEOUT: Final = httpx.Timeout(60, connect=15)
_LARGEST: Final = 64 * 1024 * 1024
_TOO_MANY: Final = 429
_CHECK: Final = "; check the network and the proxy (HTTPS_PROXY)"


class _TryAgainError(Exception):
    """The server is busy or failing; the next attempt may succeed."""


def fetch(
    site: str,
    regions: tuple[str, ...],
    day: date,
    *,
    endpoint: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[RegionAnswer]:
    """Fetch the catalogues of regions. A region that fails does not keep the others from being read.

    Proxies are taken from the environment and certificates are verified, as httpx does by default.

    Args:
        site: ``cn`` or ``intl``; the calculator has no other.
        regions: Region ids.
        day: The date that the prices bear.
        endpoint: Another server than the site's own.
        sleep: Waits between attempts.

    Raises:
        SyncError: The site has no calculator.
    """
    known = codes()
    if site not in known.hosts:
        raise SyncError(
            f"The calculator has no prices of site {site}, only of {', '.join(known.hosts)}; "
            f"ask the price API: {fetch_command(site, regions)}."
        )
    host = (endpoint or known.hosts[site]).rstrip("/")
    shared = definitions()
    with httpx.Client(timeout=_TIMEOUT, headers={"Accept": "application/json"}) as client:
        for region in regions:
            catalogues: list[Catalogue] = []
            failures: list[str] = []
            for service in known.services:
                url = httpx.URL(host + known.path, params=_parameters(service, region))
                origin = Origin(site, region, shared.currencies[site], str(url), day)
                try:
                    content = _get(client, url, sleep)
                    catalogues.append(read_catalogue(content, service, origin, known, shared))
                except SyncError as error:
                    failures.append(str(error))
            yield RegionAnswer(region, tuple(catalogues), tuple(failures))


def _parameters(service: Service, region: str) -> dict[str, str]:
    return {
        "urlPath": service.name,
        "tag": "general.online.portal",
        "region": region,
        "tab": "calc",
        "sign": "common",
    }


def _get(client: httpx.Client, url: httpx.URL, sleep: Callable[[float], None]) -> object:
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type((_TryAgainError, httpx.TransportError)),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=tenacity.wait_exponential_jitter(initial=1, max=30),
        sleep=sleep,
        reraise=True,
    )
    try:
        text: str = retrying(_get_once, client, url)
    except (_TryAgainError, httpx.HTTPError) as error:
        reason = str(error) or type(error).__name__
        advice = "" if isinstance(error, _TryAgainError) else _CHECK
        raise SyncError(f"{url}: {reason} (tried {ATTEMPTS} times){advice}.") from error
    try:
        document: object = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise SyncError(f"{url}: the answer is not JSON ({error}).") from error
    return document


def _get_once(client: httpx.Client, url: httpx.URL) -> str:
    with client.stream("GET", url) as response:
        if response.status_code == _TOO_MANY or response.is_server_error:
            raise _TryAgainError(f"the server answers {response.status_code} {response.reason_phrase}")
        if response.status_code != httpx.codes.OK:
            raise SyncError(f"{url}: the server answers {response.status_code} {response.reason_phrase}.")
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if size > _LARGEST:
                raise SyncError(f"{url}: the answer is larger than {_LARGEST // 1024 // 1024} MB.")
            parts.append(part)
    try:
        return b"".join(parts).decode("utf-8")
    except UnicodeDecodeError as error:
        raise SyncError(f"{url}: the answer is not text in UTF-8.") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")
