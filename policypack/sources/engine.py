"""What the Pulumi engine shows to a policy pack in the course of one operation.

The engine tells a stack in two halves (docs/pack.md). ``Analyze`` carries each resource's inputs:
what the program set, with marks where a value is unknown. ``AnalyzeStack`` carries everybody's
outputs at the end, where unknown properties are simply missing, and what each property was built
from. Inputs decide what is set; outputs only fill in what inputs leave open.

The same is read from ``pulumi_policy`` objects for packs that teams compose themselves. There,
secrets arrive as plain text without a mark, so nothing can be kept from being decided upon.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from policypack.declared import ABSENT, SECRET, Known, Origin, Provider, Raw, Resource, Stack
from policypack.declared.wire import SIGNATURE_KEY, classify
from policypack.sources.engine_message import Properties, UndecodedNamed, UndecodedResource, number
from policypack.sources.provider_facts import (
    PROVIDER_TYPE,
    SETTINGS,
    Configured,
    configured_regions,
    facts,
    provider_of,
)
from policypack.sources.state import REGION_SETTING, stack_names

if TYPE_CHECKING:
    from pulumi.runtime.proto.analyzer_pb2 import AnalyzerStackConfigureRequest
    from pulumi_policy import PolicyProviderResource, PolicyResource, ResourceValidationArgs

REGION_VARIABLES: Final = ("HW_REGION_NAME", "OS_REGION_NAME")
"""Where the provider takes its region from when neither program nor configuration states one."""

CLOUD_VARIABLE: Final = "HW_CLOUD"
"""Likewise the domain of the cloud that it talks to."""

STATE_READ_NOTE: Final = (
    "The engine did not say which stack it runs, as in `pulumi policy analyze`: "
    "resources that the stack only reads are counted as its own."
)

_ASSET_SIGNATURE: Final = "c44067f5952c0a294b673a41bacd8c17"
_EMPTY: Final[Mapping[str, object]] = {}


class EngineStack:
    """One operation of the engine, as it unfolds.

    A pack process serves one operation, and the engine calls it one request at a time.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._project = ""
        self._name = ""
        self._config: dict[str, Raw] = {}
        self._introduced = False
        self._inputs: dict[str, Mapping[str, object]] = {}
        for variable in REGION_VARIABLES:
            if environment.get(variable):
                self._config[REGION_SETTING] = Known(environment[variable])
                break
        if environment.get(CLOUD_VARIABLE):
            self._config["huaweicloud:cloud"] = Known(environment[CLOUD_VARIABLE])

    def introduce(self, request: "AnalyzerStackConfigureRequest") -> None:
        """Learn which stack this is about. Not called by ``pulumi policy analyze``."""
        self._introduced = True
        self._project, self._name = request.project, request.stack
        secret = frozenset(request.config_secret_keys)
        for key, value in request.config.items():
            if key.rpartition(":")[2] in SETTINGS:
                self._config[key] = SECRET if key in secret else classify(value)

    def see(self, request: UndecodedNamed, *, whole: bool = False) -> None:
        """Keep the inputs of one resource.

        Args:
            request: What the engine shows.
            whole: Decode them now, while the engine runs the program, because most of them will be
                read; otherwise nothing is decoded that nobody reads.
        """
        properties = Properties(request)
        self._inputs[request.urn] = properties.decoded() if whole else properties

    def see_policy_arguments(self, arguments: "ResourceValidationArgs") -> None:
        """The same for a pack of ``pulumi_policy`` objects."""
        self._inputs[arguments.urn] = unwrapped(arguments.props)

    def stack(self, resources: Iterable[UndecodedResource]) -> Stack:
        """Everything that was declared, once the engine has shown the outputs too."""
        providers = _Providers(self._setting)
        return self._merged(
            () if self._introduced else (STATE_READ_NOTE,),
            (
                self._resource(
                    resource.urn,
                    resource.type,
                    Properties(resource),
                    _dependencies(resource),
                    resource.parent,
                    providers.of(resource.provider) if resource.HasField("provider") else None,
                )
                for resource in resources
            ),
        )

    def stack_of_policy_resources(self, resources: "Iterable[PolicyResource]") -> Stack:
        """The same for a pack of ``pulumi_policy`` objects."""
        providers = _Providers(self._setting)
        return self._merged(
            (),
            (
                self._resource(
                    resource.urn,
                    resource.resource_type,
                    unwrapped(resource.props),
                    {
                        key: tuple(sorted(source.urn for source in sources))
                        for key, sources in resource.property_dependencies.items()
                    },
                    resource.parent.urn if resource.parent is not None else "",
                    providers.of_policy(resource.provider) if resource.provider is not None else None,
                )
                for resource in resources
            ),
        )

    def _resource(
        self,
        urn: str,
        token: str,
        outputs: Mapping[str, object],
        dependencies: Mapping[str, tuple[str, ...]],
        parent: str,
        provider: Provider | None,
    ) -> Resource:
        inputs = self._inputs.get(urn)
        custom = provider is not None
        if token.startswith(PROVIDER_TYPE):  # the other properties of a provider are its keys
            inputs, outputs, custom = None if inputs is None else facts(inputs), _EMPTY, True
        elif custom and inputs is not None and not inputs and not outputs:
            # A new resource that --target leaves out is shown without any properties at all.
            inputs = None
        return Resource(
            urn,
            token,
            urn.split("::", 3)[-1],
            inputs,
            outputs,
            dependencies,
            parent or None,
            provider,
            custom,
        )

    def _merged(self, notes: tuple[str, ...], found: Iterable[Resource]) -> Stack:
        resources = sorted(found, key=attrgetter("urn"))  # the engine's order differs from run to run
        project, name = self._project, self._name
        if not (project and name):
            project, name = stack_names([resource.urn for resource in resources])
        self._inputs = {}
        return Stack(
            project,
            name,
            Origin("engine"),
            resources,
            self._setting(REGION_SETTING),
            configured_regions(self._config, lambda raw: raw),
            notes=notes,
        )

    def _setting(self, key: str) -> Raw:
        return self._config.get(key, ABSENT)


def _dependencies(resource: UndecodedResource) -> Mapping[str, tuple[str, ...]]:
    found = resource.propertyDependencies
    return {key: tuple(sorted(found[key].urns)) for key in found} if found else {}


class _Providers:
    """The providers of one stack; each resource carries a copy of its provider, one is read."""

    def __init__(self, configured: Configured) -> None:
        self._configured = configured
        self._built: dict[str, Provider] = {}

    def of(self, provider: UndecodedNamed) -> Provider:
        urn = provider.urn
        return self._built.get(urn) or self._build(urn, Properties(provider))

    def of_policy(self, provider: "PolicyProviderResource") -> Provider:
        urn = provider.urn
        return self._built.get(urn) or self._build(urn, unwrapped(provider.props, only=SETTINGS))

    def _build(self, urn: str, properties: Mapping[str, object]) -> Provider:
        self._built[urn] = provider_of(urn, facts(properties), self._configured)
        return self._built[urn]


def unwrapped(proxied: Mapping[str, object], only: Collection[str] | None = None) -> Mapping[str, object]:
    """What ``pulumi_policy`` wraps, with unknowns written as the engine wrote them.

    Its proxies raise at every touch of an unknown, one value at a time, so each is read alone
    (``pulumi_policy/proxy.py``).
    """
    return {key: _element(proxied, key) for key in proxied if only is None or key in only}


def _element(container: Mapping[str, object] | Sequence[object], key: str | int) -> object:
    from pulumi_policy.proxy import UnknownValueError

    try:
        found = container[key]  # type: ignore[index]
    except UnknownValueError as unknown:
        return unknown.unknown_type_sentinel
    return _unwrapped_value(found)


def _unwrapped_value(found: object) -> object:
    match found:
        case bool() | str() | None:
            return found
        case int() | float():
            return number(float(found))
        case Mapping():
            return unwrapped(found)
        case Sequence():
            return [_element(found, index) for index in range(len(found))]
        case _:  # an asset or an archive
            return {SIGNATURE_KEY: _ASSET_SIGNATURE}
