"""What the Pulumi engine shows to a policy pack in the course of one operation.

The engine tells a stack in two halves (docs/pack.md). ``Analyze`` carries each resource's inputs:
what the program set, with marks where a value is unknown. ``AnalyzeStack`` carries everybody's
outputs at the end, where unknown properties are simply missing, and what each property was built
from. Inputs decide what is set; outputs only fill in what inputs leave open.

The same is read from ``pulumi_policy`` objects for packs that teams compose themselves.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from sys import intern
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from policypack.declared import ABSENT, SECRET, Known, Origin, Provider, Raw, Resource, Stack
from policypack.declared.wire import classify
from policypack.sources.engine_message import (
    Properties,
    UndecodedAnalysis,
    UndecodedNamed,
    UndecodedResource,
)
from policypack.sources.policy_objects import wire_values
from policypack.sources.provider_facts import (
    PROVIDER_TYPE,
    SETTINGS,
    Configured,
    configured_regions,
    facts,
    provider_of,
)
from policypack.sources.state import REGION_SETTING, stack_names
from policypack.sources.terraform_module import unread_modules

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

NO_LONGER_DECLARED: Final = (
    "The program no longer has it: with --refresh this run deletes it, and with --target or --exclude it may "
    "stay and be billed on."
)
"""Of what ``Analyze`` never showed: the engine has it from the state, and does not say what becomes of it."""

_OF_PULUMI: Final = "pulumi:"
"""What Pulumi itself has, such as providers and stack references, is nothing that could be left."""

_MOST_NAMES: Final = 3
_EMPTY: Final[Mapping[str, object]] = {}
_NOTHING: Final[Mapping[str, tuple[str, ...]]] = {}


class EngineStack:
    """One operation of the engine, as it unfolds.

    A pack process serves one operation, and the engine calls it one request at a time.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._project = ""
        self._name = ""
        self._config: dict[str, Raw] = {}
        self._introduced = False
        self._marks_secrets = True
        self._inputs: dict[str, Mapping[str, object]] = {}
        self._renamed: dict[str, str] = {}
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

    def see(self, request: UndecodedAnalysis, *, whole: bool = False) -> None:
        """Keep the inputs of one resource.

        Args:
            request: What the engine shows.
            whole: Decode them now, while the engine runs the program, because most of them will be
                read; otherwise nothing is decoded that nobody reads.
        """
        properties = Properties(request, keep=False)
        # One text for all that name it: each message has its own.
        self._inputs[intern(request.urn)] = properties.decoded() if whole else properties
        self._name_again(request.urn, request.options.aliases)

    def see_policy_arguments(self, arguments: "ResourceValidationArgs") -> None:
        """The same for a pack of ``pulumi_policy`` objects."""
        self._inputs[arguments.urn] = self._told(arguments.props)
        self._name_again(arguments.urn, arguments.opts.aliases)

    def _name_again(self, urn: str, aliases: Iterable[str]) -> None:
        """Keep by which other URNs the program says that the state may know a resource."""
        for alias in aliases:
            self._renamed[alias] = urn

    def _told(self, shown: Mapping[str, object]) -> Mapping[str, object]:
        properties, marks_secrets = wire_values(shown)
        self._marks_secrets = self._marks_secrets and marks_secrets
        return properties

    def stack(self, resources: Iterable[UndecodedResource]) -> Stack:
        """Everything that was declared, once the engine has shown the outputs too."""
        providers = _Providers(self._setting)
        return self._merged(
            () if self._introduced else (STATE_READ_NOTE,),
            (
                self._resource(
                    intern(resource.urn),
                    intern(resource.type),
                    Properties(resource),
                    _dependencies(resource),
                    intern(resource.parent),
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
                    self._told(resource.props),
                    {
                        key: tuple(sorted(source.urn for source in sources))
                        for key, sources in resource.property_dependencies.items()
                    },
                    resource.parent.urn if resource.parent is not None else "",
                    providers.of_policy(resource.provider, self._told)
                    if resource.provider is not None
                    else None,
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

    def _merged(self, notes: tuple[str, ...], value: Iterable[Resource]) -> Stack:
        resources = sorted(value, key=attrgetter("urn"))  # the engine's order differs from run to run
        if self._inputs and any(resource.urn not in self._inputs for resource in resources):
            resources = self._from_state(resources)
        project, name = self._project, self._name
        if not (project and name):
            project, name = stack_names([resource.urn for resource in resources])
        missing = self._inputs.keys() - {resource.urn for resource in resources}
        if missing:  # The engine analyzes no stack after an error: of another one, nothing is missing here.
            stacks = {_stack_of(resource.urn) for resource in resources}
            missing = {urn for urn in missing if not stacks or _stack_of(urn) in stacks}
        marks_secrets, introduced = self._marks_secrets, self._introduced
        self._inputs, self._renamed, self._marks_secrets = {}, {}, True
        return Stack(
            project,
            name,
            Origin("engine"),
            resources,
            self._setting(REGION_SETTING),
            configured_regions(self._config, lambda raw: raw),
            gaps=(*((_missing(missing),) if missing else ()), *unread_modules(resources)),
            notes=notes,
            released=None if introduced else frozenset(),
            marks_secrets=marks_secrets,
        )

    def _from_state(self, resources: Sequence[Resource]) -> list[Resource]:
        """Say of each resource that the program did not declare under its URN what may become of it.

        ``AnalyzeStack`` runs before anything is deleted, and shows all that a step was made for: with
        ``--refresh`` the whole old state, with ``--target`` what is left as it is
        (``AnalyzeResources`` in ``pkg/resource/deploy/step_generator.go`` of pulumi/pulumi).
        """
        shown = {resource.urn: resource for resource in resources}
        kept: list[Resource] = []
        for resource in resources:
            if resource.urn in self._inputs:
                kept.append(resource)
                continue
            declared = self._renamed.get(resource.urn)
            if declared in self._inputs and declared not in shown:
                # Not targeted, so that it keeps its old URN, and its old inputs were shown under the new one.
                inputs = self._inputs.pop(declared)
                kept.append(replace(resource, inputs=inputs) if resource.custom else resource)
            elif declared in shown and shown[declared].identifier == resource.identifier is not None:
                continue  # the same resource once more, as it was before it was renamed
            elif resource.custom and not resource.token.startswith(_OF_PULUMI):
                kept.append(replace(resource, leaving=True, billed_on=NO_LONGER_DECLARED, may_be_gone=True))
            else:
                kept.append(resource)
        return kept

    def _setting(self, key: str) -> Raw:
        return self._config.get(key, ABSENT)


def _stack_of(urn: str) -> tuple[str, ...]:
    return tuple(urn.split("::", 2)[:2])


def _missing(urns: Collection[str]) -> str:
    """Say which resources the engine showed one by one, but not at the end."""
    names = sorted(urn.split("::", 3)[-1] for urn in urns)
    named = ", ".join(names[:_MOST_NAMES]) + (" and others" if len(names) > _MOST_NAMES else "")
    what = (
        "One resource that the engine showed is"
        if len(names) == 1
        else (f"{len(names)} resources that the engine showed are")
    )
    return f"{what} missing from its analysis of the stack: {named}."


def _dependencies(resource: UndecodedResource) -> Mapping[str, tuple[str, ...]]:
    urns = resource.propertyDependencies
    return {key: tuple(map(intern, sorted(urns[key].urns))) for key in urns} if urns else _NOTHING


class _Providers:
    """The providers of one stack; each resource carries a copy of its provider, one is read."""

    def __init__(self, configured: Configured) -> None:
        self._configured = configured
        self._built: dict[str, Provider] = {}

    def of(self, provider: UndecodedNamed) -> Provider:
        urn = provider.urn
        return self._built.get(urn) or self._build(urn, Properties(provider))

    def of_policy(
        self, provider: "PolicyProviderResource", told: Callable[[Mapping[str, object]], Mapping[str, object]]
    ) -> Provider:
        urn = provider.urn
        return self._built.get(urn) or self._build(urn, told(provider.props))

    def _build(self, urn: str, properties: Mapping[str, object]) -> Provider:
        self._built[urn] = provider_of(urn, facts(properties), self._configured)
        return self._built[urn]
