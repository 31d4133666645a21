"""The bill of the customer's own account, through the vendor's SDK.

Sends the month and the place in the list, signed with the account's credentials, and nothing else
(``ListCustomerselfResourceRecords``; docs/reference/prices.md, "Bill records").
"""

import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any, Final

from pricing.sync.bss import credentials, http_config, retrying, sdk_of
from pricing.sync.codes import codes
from pricing.sync.errors import SyncError

_PAGE: Final = 1000
"""Records of one answer; the vendor gives no more."""
_BY_USAGE: Final = 3
"""``statistic_type`` of records that tell the usage."""


def bill_of(
    site: str,
    month: date,
    *,
    endpoint: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[dict[str, object]]:
    """Ask for the records of a month, page by page.

    Args:
        site: ``cn``, ``intl`` or ``eu``: the one that the account belongs to.
        month: Its first day.
        endpoint: Another server than the site's own.
        sleep: Waits between attempts.

    Yields:
        Answers as the vendor's command line prints them.

    Raises:
        SyncError: No credentials, no permission, or no answer.
    """
    address = endpoint or codes().endpoints[site]
    sdk, client = sdk_of(site)
    built = (
        client.new_builder()
        .with_credentials(credentials())
        .with_endpoint(address)
        .with_http_config(http_config())
        .build()
    )
    offset = 0
    while True:
        request = sdk.ListCustomerselfResourceRecordsRequest(
            cycle=f"{month:%Y-%m}", offset=offset, limit=_PAGE, statistic_type=_BY_USAGE
        )
        answer = _asked(built.list_customerself_resource_records, request, address, sleep)
        records = [_plain(record) for record in answer.fee_records or ()]
        yield {"fee_records": records, "currency": answer.currency, "total_count": answer.total_count}
        offset += len(records)
        if not records or offset >= (answer.total_count or 0):
            return


def _plain(record: Any) -> dict[str, object]:
    return {name: _exact(getattr(record, name)) for name in record.openapi_types}


def _exact(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, float) else value


def _asked(
    operation: Callable[[object], Any], request: object, address: str, sleep: Callable[[float], None]
) -> Any:
    errors: Any = import_module("huaweicloudsdkcore.exceptions.exceptions")
    try:
        return retrying(sleep)(operation, request)
    except errors.ServiceResponseException as error:
        if error.status_code in (401, 403):
            told = "the credentials need the right to read the bill"
            raise SyncError(f"{address}: access denied ({error.error_code}); {told}.") from None
        raise SyncError(f"{address}: the bill: {error.status_code} {error.error_code}.") from None
    except errors.SdkException as error:
        raise SyncError(f"{address}: the bill: {type(error).__name__}.") from None
