"""What the stand-ins of language hosts have in common."""

import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

ENGINE = sys.argv[1]
LARGEST = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]
TOLD_ALREADY = 32
"""How an SDK ends when it has told the engine what went wrong."""


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """Starts the programs of one language with the SDK's own runner."""

    def Handshake(self, request, context):
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="3.259.0")

    def GetRequiredPackages(self, request, context):
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request, context):
        return language_pb2.GetRequiredPluginsResponse()

    def Cancel(self, request, context):
        return Empty()


def stack_configuration(request):
    """The environment that an SDK reads a stack's configuration from."""
    return {
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }


def ended(code):
    """What the engine hears of a program that ended."""
    if code == TOLD_ALREADY:
        return language_pb2.RunResponse(bail=True)
    if code:
        return language_pb2.RunResponse(error=f"Program exited with code {code}")
    return language_pb2.RunResponse()


def serve(host):
    """Serve on a free port of the loopback interface, and say which."""
    server = grpc.server(ThreadPoolExecutor(max_workers=8), options=LARGEST)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    server.wait_for_termination()
