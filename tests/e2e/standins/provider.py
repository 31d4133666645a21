"""Stands in for the Huawei provider, without a cloud: a custom resource of any type is accepted.

In a preview it is as unhelpful as the real one (tests/recordings/README.md): top-level properties
that are unknown are missing from what it plans, nested ones stay unknown. ``STANDIN_OUTPUTS=keep``
leaves the unknown ones in place, as other providers do.
"""

import hashlib
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from schema import schema

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
REPLACING = {"edition", "vpcId", "shareType"}
"""Inputs whose change needs a new resource."""
PUBLIC, PRIVATE = "159.138", "10.20"
COMPUTED = {
    "Eip": {"address": PUBLIC},
    "Instance": {
        "ingressAddress": PUBLIC,
        "egressAddress": PUBLIC,
        "vpcIngressAddress": PRIVATE,
        "accessIpV4": PRIVATE,
    },
    "ApiPublishment": {"publishId": PRIVATE},
}
"""What other resources read of these, as the first half of an address."""


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    def Handshake(self, request, context):
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="0.0.12")

    def GetSchema(self, request, context):
        return provider_pb2.GetSchemaResponse(schema=schema())

    def CheckConfig(self, request, context):
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request, context):
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    region = ""

    def Configure(self, request, context):
        self.region = dict(request.args).get("region", "")
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request, context):
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request, context):
        old, new = request.old_inputs.fields, request.news.fields
        changed = sorted(key for key in {*old, *new} if (key in old) != (key in new) or old[key] != new[key])
        if not changed:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME,
            diffs=changed,
            replaces=[key for key in changed if key in REPLACING],
        )

    def Create(self, request, context):
        if request.preview:
            return provider_pb2.CreateResponse(properties=planned(request.properties))
        identifier = new_identifier(request.urn, self.region)
        return provider_pb2.CreateResponse(
            id=identifier, properties=created(request.properties, request.urn, identifier)
        )

    def Update(self, request, context):
        if request.preview:
            return provider_pb2.UpdateResponse(properties=proposed(request))
        return provider_pb2.UpdateResponse(properties=created(request.news, request.urn, request.id))

    def Read(self, request, context):
        outputs = Struct()
        outputs.CopyFrom(request.properties)
        outputs["id"] = request.id
        return provider_pb2.ReadResponse(id=request.id, properties=outputs, inputs=request.inputs)

    def Delete(self, request, context):
        return Empty()

    def Invoke(self, request, context):
        return provider_pb2.InvokeResponse()

    def Cancel(self, request, context):
        return Empty()


def planned(inputs):
    outputs = Struct()
    outputs.CopyFrom(inputs)
    if os.environ.get("STANDIN_OUTPUTS") != "keep":
        for key, value in inputs.fields.items():
            if hides(value):
                del outputs.fields[key]
        outputs["id"] = ""
    return outputs


def proposed(request):
    """The old state with what changes, as the bridge's ``ProposedState``: id and computed values stay."""
    outputs = planned(request.news)
    for key, value in request.olds.fields.items():
        if key not in request.news.fields and (key == "id" or key not in request.old_inputs.fields):
            outputs.fields[key].CopyFrom(value)
    return outputs


def hides(value):
    """Whether the real provider leaves the property out: it is unknown, or a list with an unknown text."""
    if value.HasField("list_value"):
        return any(item.string_value == UNKNOWN for item in value.list_value.values)
    return value.string_value == UNKNOWN


def created(inputs, urn, identifier):
    outputs = Struct()
    outputs.CopyFrom(inputs)
    outputs["id"] = identifier
    kind = urn.split("::")[2].rpartition(":")[2]
    number = int(hashlib.sha256(urn.encode()).hexdigest()[:4], 16)
    for key, half in COMPUTED.get(kind, {}).items():
        outputs[key] = f"{half}.{number // 256}.{number % 256}"
    if kind == "Function":
        outputs["urn"] = identifier
    return outputs


def new_identifier(urn, region):
    """An id that no other resource has; of a function, the vendor's URN."""
    digest = hashlib.sha256((urn + str(os.getpid())).encode()).hexdigest()[:32]
    kind, name = urn.split("::")[2].rpartition(":")[2], urn.rpartition("::")[2]
    return f"urn:fss:{region}:{digest}:function:default:{name}:latest" if kind == "Function" else digest


server = grpc.server(ThreadPoolExecutor(max_workers=8))
provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)
PORT = server.add_insecure_port("127.0.0.1:0")
server.start()
print(PORT, flush=True)
for stop in (signal.SIGINT, signal.SIGTERM):
    signal.signal(stop, lambda *_: os._exit(0))
server.wait_for_termination()
