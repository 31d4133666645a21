"""Small declarations for tests, written as a program would declare them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

import pricing
from policypack.assessment import assess
from policypack.declared import Known, Origin, Provider, Resource, Stack
from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING
from policypack.huaweicloud import survey
from policypack.network import judge
from policypack.settings.model import Settings

BOOK = pricing.load()


@dataclass(frozen=True)
class Reference:
    """An output of another resource, not known before the deployment."""

    urn: str


class Program:
    """Collects resources; references become unknown values with a dependency, as in a preview."""

    unknown = UNKNOWN_STRING
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "never shown"}  # noqa: RUF012

    def __init__(self, region: str | None = "cn-north-4") -> None:
        self.region = Known(region) if region else Known(None)
        self.resources: dict[str, Resource] = {}
        self.gaps: tuple[str, ...] = ()
        self.released: frozenset[str] | None = frozenset()

    def add(
        self, type_name: str, name: str, /, *, token: str | None = None, more: Any = None, **inputs: Any
    ) -> str:
        """Declare a resource of a Terraform type; ``more`` are further fields of the resource."""
        if token is None:
            words = "".join(part.title() for part in type_name.split("_"))
            token = f"huaweicloud:index/{words[0].lower()}{words[1:]}:{words}"
        urn = f"urn:pulumi:dev::shop::{token}::{name}"
        dependencies: dict[str, tuple[str, ...]] = {}
        values = {}
        for key, value in inputs.items():
            found: list[str] = []
            values[key] = self._plain(value, found)
            dependencies[key] = tuple(found)
        self.resources[urn] = Resource(
            urn,
            token,
            name,
            values,
            dependencies=dependencies,
            provider=Provider("urn:pulumi:dev::shop::pulumi:providers:huaweicloud::default", self.region),
            **(more or {}),
        )
        return urn

    def change(self, urn: str, *, identifier: str | None = None, **fields: Any) -> None:
        changed = replace(self.resources[urn], **fields)
        if identifier is not None:
            changed = replace(changed, outputs={**changed.outputs, "id": identifier})
        self.resources[urn] = changed

    def network(self, cidr: str = "10.20.0.0/16", name: str = "net", **inputs: Any) -> str:
        return self.add("vpc", name, cidr=cidr, **inputs)

    def gateway(self, name: str = "gate", /, vpc: str | None = None, **inputs: Any) -> str:
        vpc = vpc or self.network()
        return self.add("apig_instance", name, edition="BASIC", vpcId=Reference(vpc), **inputs)

    def api(self, gateway: str, name: str = "list", /, published: bool = True, **inputs: Any) -> str:
        urn = self.add("apig_api", name, instanceId=Reference(gateway), **inputs)
        if published:
            self.add(
                "apig_api_publishment", f"publish-{name}", instanceId=Reference(gateway), apiId=Reference(urn)
            )
        return urn

    def web(self, gateway: str, address: Any, name: str = "list", /, **inputs: Any) -> str:
        return self.api(gateway, name, web={"path": "/", "backendAddress": address}, **inputs)

    @property
    def stack(self) -> Stack:
        resources = list(self.resources.values())
        return Stack("shop", "dev", Origin("program"), resources, gaps=self.gaps, released=self.released)

    def survey(self, default_region: str | None = None):
        return survey(self.stack, default_region)

    def judge(self, **settings: Any):
        return judge(self.survey(), Settings(**settings))

    def judged(self, name: str = "gate", **settings: Any):
        return next(item for item in self.judge(**settings).gateways if item.gateway.resource.name == name)

    def findings(self, policy: str, **settings: Any):
        found = assess(self.stack, Settings(**settings), BOOK, date(2026, 11, 23)).findings
        return [item for item in found if item.policy == policy]

    def lines(self, **settings: Any):
        return assess(self.stack, Settings(**settings), BOOK, date(2026, 11, 23)).estimate.lines

    def _plain(self, value: Any, found: list[str]) -> Any:
        if isinstance(value, Reference):
            found.append(value.urn)
            return UNKNOWN_STRING
        if isinstance(value, Mapping):
            return {key: self._plain(item, found) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._plain(item, found) for item in value]
        return value


@pytest.fixture
def program() -> Program:
    """An empty program in cn-north-4, where gateways are behind ELB."""
    return Program()


@pytest.fixture
def make_program() -> type[Program]:
    """Makes programs in other regions."""
    return Program


@pytest.fixture
def ref() -> type[Reference]:
    """Refers to an output of a resource by the resource's URN."""
    return Reference
