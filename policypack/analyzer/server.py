"""The pack's process: a server on the loopback interface that lives as long as the engine."""

import gc
import os
import select
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from operator import methodcaller
from threading import Event, Thread
from typing import Final, NoReturn

import grpc

from policypack.analyzer.protocol import analyzer_pb2
from policypack.analyzer.service import AnalyzerService
from policypack.analyzer.undecoded import undecoded

_LARGEST_REQUEST: Final = 400 * 1024 * 1024
"""Bytes; what the engine itself allows (``rpcutil.GrpcChannelOptions`` of pulumi/pulumi)."""


def serve() -> NoReturn:
    """Answer the engine until it ends or tells us to.

    The protocol asks for the port as the first line of standard output. Anything else there would
    be taken for the port or would spoil ``pulumi policy analyze --json``, so nothing else is ever
    written to it.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _end())
    server = grpc.server(
        ThreadPoolExecutor(max_workers=1),  # the engine calls one at a time
        options=[("grpc.max_receive_message_length", _LARGEST_REQUEST)],
    )
    server.add_generic_rpc_handlers((_handlers(AnalyzerService()),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    engine = sys.stdout
    engine.write(f"{port}\n")
    engine.flush()
    sys.stdout = sys.stderr
    Thread(target=_warm_up, daemon=True).start()
    _wait_until_closed(engine.fileno())
    _end()


def _handlers(service: AnalyzerService) -> grpc.GenericRpcHandler:
    """Which method answers what. The engine minds none that is missing (``analyzer_plugin.go``)."""
    protocol = analyzer_pb2.DESCRIPTOR.services_by_name["Analyzer"]
    return grpc.method_handlers_generic_handler(
        protocol.full_name,
        {
            method.name: grpc.unary_unary_rpc_method_handler(
                getattr(service, method.name),
                request_deserializer=undecoded(method.input_type.full_name).FromString,
                response_serializer=methodcaller("SerializeToString"),
            )
            for method in protocol.methods
            if hasattr(service, method.name)
        },
    )


def _warm_up() -> None:
    """Import and read what ``AnalyzeStack`` needs while the engine runs the user's program."""
    with suppress(Exception):  # whatever is wrong is said when it is needed
        import policypack.sources.engine  # noqa: F401 - so that it is there
        from policypack.analyzer.operation import prepare

        prepare()
    # The process ends with the operation, and looking for cycles in a large stack again and again takes
    # a tenth of the time. Nothing that lives per resource is part of one: 50,000 need no more memory.
    gc.disable()


def _wait_until_closed(pipe: int) -> None:
    """Block until nobody reads the other end of our standard output: the engine is gone.

    An engine that is killed leaves its packs behind otherwise; the stock SDK sleeps for ever.
    """
    if not hasattr(select, "poll"):  # Windows: the engine ends its job, and us with it
        Event().wait()
    waiting = select.poll()
    waiting.register(pipe, 0)  # errors are always told
    while not waiting.poll():
        pass


def _end() -> NoReturn:
    """End at once and say nothing: the engine has stopped listening."""
    os._exit(0)
