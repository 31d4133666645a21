# ruff: noqa: ARG002 - the protocol fixes the signatures of the methods
"""The engine's side of the protocol, as far as a preview of a program needs it.

It answers as the engine of Pulumi does in a preview where nothing exists yet: URNs are final, ids
are unknown, inputs are returned as they came. Instead of asking providers it records.
"""

import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf import empty_pb2, struct_pb2
from msgspec import Struct, field
from msgspec.structs import replace

from policypack.declared import Known, Provider, Raw, Resource, parse_urn
from policypack.declared.wire import UNKNOWN_STRING
from policypack.protocol import generated
from policypack.sources.position import position_below
from policypack.sources.program.inside.marks import KIND_OF_RUN
from policypack.sources.program.values import hidden, plain, shown, top_level
from policypack.sources.provider_facts import PROVIDER_TYPE, facts, provider_of, source_of

if TYPE_CHECKING:
    from pulumi.runtime.proto import (
        callback_pb2,
        callback_pb2_grpc,
        engine_pb2,
        engine_pb2_grpc,
        provider_pb2,
        resource_pb2,
        resource_pb2_grpc,
    )
else:
    callback_pb2 = generated("callback_pb2")
    callback_pb2_grpc = generated("callback_pb2_grpc")
    engine_pb2 = generated("engine_pb2")
    engine_pb2_grpc = generated("engine_pb2_grpc")
    provider_pb2 = generated("provider_pb2")
    resource_pb2 = generated("resource_pb2")
    resource_pb2_grpc = generated("resource_pb2_grpc")

_LARGEST_MESSAGE: Final = 400 * 1024 * 1024
"""What the engine itself allows."""

_CHANNEL: Final = [
    ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
    ("grpc.max_send_message_length", _LARGEST_MESSAGE),
    ("grpc.enable_http_proxy", 0),
]
_SERVER: Final = [*_CHANNEL, ("grpc.so_reuseport", 0)]
_STACK_TYPE: Final = "pulumi:pulumi:Stack"
_SAID: Final = "apig-cost:report:"
"""Prefix of the runner's own messages; see ``runner.py``."""

_DYNAMIC: Final = "pulumi-python:"
"""Types of dynamic resources: code of the program computes what they return, also for what it was given."""

_SUPPORTED: Final = frozenset(
    {
        "secrets",
        "aliasSpecs",
        "deletedWith",
        "replaceWith",
        "transforms",
        "invokeTransforms",
        "parameterization",
        "resourceHooks",
        "errorHooks",
    }
)
"""Features that a program may use. References to resources and output values are left out, so that
a resource is written as its id and an unknown as its mark, which is what a provider would see."""


class Record(Struct):
    """What one run of a program declared and how it ended. Filled by several threads."""

    resources: dict[str, Resource] = field(default_factory=dict)
    gaps: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    started: bool = False
    finished: bool = False
    failure: str = ""
    missing_module: str = ""


_WOULD_TELL: Final = "a real preview would tell"


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Records what a program registers.

    Args:
        project: Project name.
        stack: Stack name.
        setting: Reads one value of the stack's configuration, for what default providers take from it.
        folder: The folder of the program, for the places that it declares resources in.
    """

    def __init__(self, project: str, stack: str, setting: Callable[[str], Raw], folder: Path) -> None:
        self.record = Record()
        self._project = project
        self._stack = stack
        self._setting = setting
        self._folder = folder.resolve()
        self._providers: dict[str, Provider] = {}
        self._sources: dict[str, str] = {}
        self._transforms: dict[str, list[callback_pb2.Callback]] = {}
        self._stack_transforms: list[callback_pb2.Callback] = []
        self._channels: dict[str, grpc.Channel] = {}
        self._unknown_names = 0
        self._lock = threading.Lock()

    def GetDeploymentInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """How recent SDKs ask for the features."""
        names = {re.sub("([A-Z])", r"_\1", feature).upper() for feature in _SUPPORTED}
        features = [
            resource_pb2.ResourceMonitorFeature.Value(f"RESOURCE_MONITOR_FEATURE_{name}") for name in names
        ]
        return resource_pb2.DeploymentInfo(supportedFeatures=features)

    def SupportsFeature(
        self, request: resource_pb2.SupportsFeatureRequest, context: grpc.ServicerContext
    ) -> resource_pb2.SupportsFeatureResponse:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _SUPPORTED)

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        urn, name = self._named(request)
        with self._lock:
            self._transforms[urn] = list(request.transforms)
        properties, provider, ignored = self._transformed(request, context)
        inputs: dict[str, object] | None = plain(properties)
        if request.custom and ignored:
            inputs = self._without_ignored(name, plain(properties), ignored)
        if request.type.startswith(PROVIDER_TYPE):
            inputs = dict(facts(plain(properties)))
            with self._lock:
                self._providers[urn] = self._made_of(
                    request.packageRef, provider_of(urn, inputs, self._setting, explicit=True)
                )
        if request.remote:
            self._gap(f"{name} ({request.type}) is built by a plugin, so what it contains is not known.")
        resource = Resource(
            urn=urn,
            token=request.type,
            name=name,
            inputs=inputs,
            dependencies={
                key: tuple(sorted(dependencies.urns))
                for key, dependencies in request.propertyDependencies.items()
                if dependencies.urns
            },
            parent=request.parent or None,
            provider=self._provider(
                request.type, request.custom, provider, request.version, request.packageRef
            ),
            custom=request.custom,
            position=position_below(self._folder, request.sourcePosition.uri, request.sourcePosition.line),
            retained=request.retainOnDelete,
        )
        self._add(resource, context)
        if request.type.startswith(_DYNAMIC):
            properties = struct_pb2.Struct()
            properties.update(dict.fromkeys(request.object.fields, UNKNOWN_STRING))
        return resource_pb2.RegisterResourceResponse(urn=urn, id="", object=properties)

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        if parse_urn(request.urn)[2] == _STACK_TYPE:  # what the stack hands out
            with self._lock:
                known = self.record.resources.get(request.urn)
                if known is not None:
                    outputs = plain(request.outputs)
                    self.record.resources[request.urn] = replace(known, outputs=outputs)
        return empty_pb2.Empty()

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.ReadResourceResponse:
        urn, name = self._named(request)
        self._add(
            Resource(
                urn=urn,
                token=request.type,
                name=name,
                inputs=plain(request.properties),
                outputs={"id": request.id},
                parent=request.parent or None,
                provider=self._provider(
                    request.type, True, request.provider, request.version, request.packageRef
                ),
                external=True,
            ),
            context,
        )
        response = resource_pb2.ReadResourceResponse(urn=urn, properties=struct_pb2.Struct())
        if hasattr(response, "id") and request.id != UNKNOWN_STRING:
            response.id = request.id
        return response

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest, context: grpc.ServicerContext) -> Any:
        """Only the runner's own messages arrive here: it answers data sources itself."""
        told = plain(request.args)
        match request.tok.removeprefix(_SAID):
            case "decided" if told["origin"] == KIND_OF_RUN:
                self._gap(
                    f"{told['place']} decides on {KIND_OF_RUN}: a deployment may declare something else."
                )
            case "decided":
                self._gap(
                    f"{told['place']} decides on {told['origin']}, which is not known offline: "
                    f"resources may be missing or extra; {_WOULD_TELL}."
                )
            case "could-not":
                self._gap(
                    f"{told['place']} cannot work with a value that is not known offline: "
                    f"resources may be missing or extra; {_WOULD_TELL}."
                )
            case "never-ran":
                self._gap(
                    f"{told['place']} may declare resources from a value that is known only after the "
                    f"deployment: they are missing; {_WOULD_TELL}."
                )
            case "replaced":
                self._gap(
                    "The program replaces the runtime of Pulumi, so what it declares does not arrive: "
                    "resources may be missing."
                )
            case "started":
                self.record.started = True
            case "failed":
                self.record.failure = str(told["message"])
                self.record.missing_module = str(told["missing"])
            case "finished":
                self.record.finished = True
            case token:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{token} cannot be called offline")
        return provider_pb2.InvokeResponse()

    def Call(self, request: Any, context: grpc.ServicerContext) -> Any:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{request.tok} cannot be called offline")

    def RegisterStackTransform(
        self, request: callback_pb2.Callback, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        with self._lock:
            self._stack_transforms.append(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def RegisterErrorHook(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def RegisterPackage(
        self, request: resource_pb2.RegisterPackageRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterPackageResponse:
        made_of = request.parameterization
        reference = f"{made_of.name or request.name}@{made_of.version or request.version}"
        if request.HasField("parameterization"):
            with self._lock:
                self._sources[reference] = source_of(made_of.value)
        return resource_pb2.RegisterPackageResponse(ref=reference)

    def SignalAndWaitForShutdown(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        self.close()  # before the program ends its side, which gRPC would log
        return empty_pb2.Empty()

    def close(self) -> None:
        """End the connections to the program's callbacks."""
        with self._lock:
            channels, self._channels = self._channels, {}
        for channel in channels.values():
            channel.close()

    def _urn(self, token: str, name: str, parent: str) -> str:
        """The URN as the engine computes it: the types of all parents but the stack come first."""
        chain = ""
        if parent:
            qualified = parent.split("::", 3)[2] if parent.count("::") >= 3 else ""
            if qualified and parse_urn(parent)[2] != _STACK_TYPE:
                chain = f"{qualified}$"
        return f"urn:pulumi:{self._stack}::{self._project}::{chain}{token}::{name}"

    def _made_of(self, package: str, provider: Provider) -> Provider:
        """The provider with the address that its package was made of, where the program registered one."""
        made_of = self._sources.get(package)
        return provider if made_of is None else replace(provider, source=Known(made_of))

    def _named(self, request: Any) -> tuple[str, str]:
        """URN and name. Names that are not known stay apart: their real values are not one."""
        if UNKNOWN_STRING not in request.name:
            return self._urn(request.type, request.name, request.parent), request.name
        name_shown = shown(request.name)
        with self._lock:
            self._unknown_names += 1
            number = self._unknown_names
        name = name_shown if number == 1 else f"{name_shown} {number}"
        return self._urn(request.type, name, request.parent), name

    def _provider(
        self, token: str, custom: bool, reference: str, version: str, made_of: str
    ) -> Provider | None:
        if not custom or token.startswith("pulumi:"):
            return None
        if reference:
            urn = reference.rpartition("::")[0] or reference
            with self._lock:
                return self._providers.get(urn) or provider_of(urn, None, self._setting, explicit=True)
        package = token.partition(":")[0]
        name = f"default_{version.replace('.', '_')}" if version else "default"
        urn = self._urn(f"{PROVIDER_TYPE}{package}", name, "")
        return self._made_of(made_of, provider_of(urn, None, self._setting))

    def _add(self, resource: Resource, context: grpc.ServicerContext) -> None:
        with self._lock:
            if resource.urn not in self.record.resources:
                self.record.resources[resource.urn] = resource
                return
        context.abort(
            grpc.StatusCode.INVALID_ARGUMENT,
            f"Duplicate resource URN '{resource.urn}'; try giving it a unique name",
        )

    def _gap(self, sentence: str) -> None:
        with self._lock:
            self.record.gaps.add(shown(sentence))

    def _transformed(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> tuple[Any, str, Sequence[str]]:
        """Inputs, provider and what is ignored, after all transforms: own, the parents', the stack's."""
        callbacks = list(request.transforms)
        parent = request.parent
        with self._lock:
            while parent:
                callbacks += self._transforms.get(parent, [])
                above = self.record.resources.get(parent)
                parent = (above.parent or "") if above is not None else ""
            callbacks += self._stack_transforms
        properties, provider = request.object, request.provider
        ignored: Sequence[str] = list(request.ignoreChanges)
        for callback in callbacks:
            asked = resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=properties,
                options=resource_pb2.TransformResourceOptions(provider=provider, ignore_changes=ignored),
            )
            answer = resource_pb2.TransformResponse.FromString(self._call_back(callback, asked, context))
            properties = answer.properties
            if answer.HasField("options"):
                provider = answer.options.provider
                ignored = list(answer.options.ignore_changes)
        return properties, provider, ignored

    def _without_ignored(
        self, name: str, inputs: dict[str, object], ignored: Sequence[str]
    ) -> dict[str, object] | None:
        """Inputs without those that an update would leave as they are deployed.

        Only the first deployment uses them, and offline nobody knows whether there was one. Tags stay:
        they say what the team means, and are ignored all the time because others add to them.
        """
        paths = sorted({path for path in ignored if top_level(path) != "tags"})
        if not paths:
            return inputs
        with self._lock:
            self.record.notes.add(
                f"ignoreChanges leaves {', '.join(paths)} of {name} as deployed, which is not known offline."
            )
        if any(path.startswith(("*", "[")) or UNKNOWN_STRING in path for path in paths):
            return None
        for path in paths:
            inputs = hidden(inputs, path)
        return inputs

    def _call_back(
        self, callback: callback_pb2.Callback, request: Any, context: grpc.ServicerContext
    ) -> bytes:
        with self._lock:
            if callback.target not in self._channels:
                self._channels[callback.target] = grpc.insecure_channel(callback.target, options=_CHANNEL)
            channel = self._channels[callback.target]
        invocation = callback_pb2.CallbackInvokeRequest(
            token=callback.token, request=request.SerializeToString()
        )
        try:
            response = callback_pb2_grpc.CallbacksStub(channel).Invoke(invocation)
        except grpc.RpcError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error.details()))
            raise
        return bytes(response.response)


class Engine(engine_pb2_grpc.EngineServicer):
    """Passes on what the program logs."""

    _NAMES: Final = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}

    def __init__(self) -> None:
        self._root = ""

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        name = self._NAMES.get(request.severity)
        if name is not None:
            print(f"{name}: {request.message.rstrip()}", file=sys.stderr)
        return empty_pb2.Empty()

    def GetRootResource(
        self, request: engine_pb2.GetRootResourceRequest, context: grpc.ServicerContext
    ) -> engine_pb2.GetRootResourceResponse:
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(
        self, request: engine_pb2.SetRootResourceRequest, context: grpc.ServicerContext
    ) -> engine_pb2.SetRootResourceResponse:
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, request: Any, context: grpc.ServicerContext) -> Any:
        # Which CLI a program wants says nothing about a preview that runs without one.
        return engine_pb2.RequirePulumiVersionResponse()


@contextmanager
def serving(monitor: Monitor) -> Iterator[str]:
    """Serve a monitor on loopback; gives its address."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=32), options=_SERVER)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(Engine(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        monitor.close()
        server.stop(grace=None).wait(5)
