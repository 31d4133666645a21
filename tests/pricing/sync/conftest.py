"""A real HTTP server on the loopback that answers as the vendor's calculator and price API do."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


class Server:
    """What the server answers, and what it was asked.

    ``failures`` is used up first: a status to answer, one for each request.
    """

    def __init__(self) -> None:
        self.catalogues: dict[tuple[str, str], object] = {}
        self.rate: Callable[[dict[str, Any]], tuple[int, object]] = lambda body: (200, {})
        self.bill: Callable[[dict[str, str]], tuple[int, object]] = lambda query: (404, {})
        self.failures: list[int] = []
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                outer.requests.append(self.path)
                query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
                if "customer-bills" in self.path:
                    outer.headers.append(dict(self.headers))
                    self.answer(*outer.bill(query))
                else:
                    self.answer(
                        200, outer.catalogues.get((query.get("urlPath", ""), query.get("region", "")))
                    )

            def do_POST(self) -> None:
                outer.requests.append(self.path)
                outer.headers.append(dict(self.headers))
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(*outer.rate(body))

            def answer(self, status: int, content: object) -> None:
                if outer.failures:
                    status, content = outer.failures.pop(0), {"error_code": "CBC.0250", "error_msg": "busy"}
                if content is None:
                    status, content = 404, {}
                data = content if isinstance(content, bytes) else json.dumps(content, default=str).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = Server()
    yield found
    found.close()


@pytest.fixture
def day() -> date:
    return date(2026, 11, 23)


def plan(amount: str | None, billing: str = "ONDEMAND", **keys: object) -> dict[str, object]:
    """A plan with the keys of the stored raw answers, in their order, the nulls among them.

    Amounts are written as JSON numbers, as the vendor writes them."""
    found: dict[str, object] = {
        "productId": "OFFI0",
        "billingMode": billing,
        "siteCode": "HWC",
        "planType": "PRICEPLAN",
    }
    if billing == "ONDEMAND":
        found |= {
            "periodNum": None,
            "billingEvent": "event.type.made.up.duration",
            "measureUnitStep": 1,
            "measureUnit": 4,
            "usageFactor": "duration",
            "usageMeasureId": 6,
        }
    else:
        found |= {
            "periodNum": 1,
            "billingEvent": "event.type.onetime",
            "measureUnitStep": None,
            "measureUnit": None,
        }
    if amount is not None:
        found["amount"] = float(Decimal(amount))
    return found | keys


def tiers(unit: int, *steps: tuple[int, int, str], kind: str = "DIVISION_STEP") -> dict[str, object]:
    return {
        "divisionType": kind,
        "divisionList": [
            {
                "amount": float(Decimal(amount)),
                "division": {
                    "beginValue": begin,
                    "endValue": end,
                    "beginUnit": unit,
                    "endUnit": unit,
                    "measureUnitStep": None,
                },
            }
            for begin, end, amount in steps
        ],
    }


def by_traffic(amount: str | None, **keys: object) -> dict[str, object]:
    event = {"billingEvent": "event.type.made.up.upflow", "usageFactor": "upflow", "measureUnit": 10}
    return plan(amount, **{**event, "usageMeasureId": 11, **keys})


def product(code: str, *plans: dict[str, object], **keys: object) -> dict[str, object]:
    """A product with the keys of the stored raw answers, display keys among them."""
    return {
        "resourceType": "hws.resource.type.made.up",
        "cloudServiceType": "hws.service.type.made.up",
        "resourceSpecCode": code,
        "productSpecSysDesc": "version:made up",
        "resourceSpecType": "DEFAULT",
        "periodList": 0,
        "_skuInfo": ["version: made up"],
        "planList": list(plans),
        "tableUnit": "detail_15_",
        **keys,
    }


def catalogue(name: str, groups: dict[str, object]) -> dict[str, Any]:
    """A whole answer with the keys of the stored ones."""
    return {
        "product": groups,
        "period": {group: [[]] for group in groups},
        "region": "la-south-2",
        "tag": "general.online.portal",
        "urlPath": name,
        "tab": "calc",
    }


@pytest.fixture
def apig() -> dict[str, Any]:
    """The shape of the stored answers, with the amounts of la-south-2."""
    return catalogue(
        "apig",
        {
            "apig_apig.instance": [
                product("BASIC", plan("0.76"), plan("9.9", siteCode="ALLY_FLEXIBLEENGINE")),
                product("PROFESSIONAL", plan("3.46"), plan("1.5", locationCode="lz-1")),
                product("PLATINUM_X2", plan("14.194", measureUnit=None)),
            ],
            "apig_apig.publicip": [
                product("publicip", plan(None, **tiers(15, (0, 5, "0.013"), (5, -1, "0.04"))))
            ],
        },
    )


@pytest.fixture
def eip() -> dict[str, Any]:
    """The shape of the stored answers, with the amounts of sa-brazil-1."""
    steps = ((0, 10, "0.135"), (10, 50, "0.124"), (50, 150, "0.113"), (150, -1, "0.103"))
    return catalogue(
        "eip",
        {
            "vpc_ip": [product("5_bgp", plan("0.005"), plan("0", "MONTHLY"), plan("0", "YEARLY"))],
            "vpc_bandwidth": [
                product(
                    "19_bgp",
                    plan("0.0281"),
                    plan("9", "MONTHLY"),
                    plan("90", "YEARLY"),
                    plan("180", "YEARLY", periodNum=2),
                    plan("1", "RI"),
                    eipType="dataInfo_5_",
                ),
                product("19_share", plan("0.0281"), eipType="dataInfo_5_"),
                product("19_share", plan("20.25", measureUnit=20), eipType="dataInfo_17_"),
                product("12_bgp", by_traffic(None, **tiers(9, *steps))),
                product("12_bgp_10GB", plan("1.2", "MONTHLY"), shareType="dataInfo_13_"),
            ],
        },
    )


@pytest.fixture
def serve(server: Server, apig: dict[str, Any], eip: dict[str, Any]) -> Callable[..., None]:
    """Serve both catalogues for regions."""

    def put(*regions: str) -> None:
        for region in regions:
            server.catalogues["apig", region] = apig
            server.catalogues["eip", region] = eip

    return put
