"""Stands in for ``pulumi-language-python``, which the Go module proxy does not serve.

Only the host: the engine that talks to it, the SDK scripts that it starts, the programs and the
policy packs are the real ones. With an installed Pulumi CLI the real host takes its place.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from hosting import ENGINE, LARGEST, Host, ended, serve, stack_configuration
from pulumi.runtime.proto import analyzer_pb2, language_pb2


class PythonHost(Host):
    def Run(self, request, context):
        script = shutil.which("pulumi-language-python-exec")
        assert script is not None
        command = [sys.executable, "-u", script]
        for name, value in {
            "monitor": request.monitor_address,
            "engine": ENGINE,
            "project": request.project,
            "stack": request.stack,
            "pwd": request.info.program_directory,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
            "root_directory": request.info.root_directory,
        }.items():
            command += [f"--{name}", value]
        environment = {**os.environ, **stack_configuration(request)}
        program = str(Path(request.info.program_directory, request.info.entry_point or "."))
        done = subprocess.run(
            [*command, program], cwd=request.info.program_directory, env=environment, check=False
        )
        return ended(done.returncode)

    def RunPlugin(self, request, context):
        """A directory pack, behind a proxy as in ``sdk/policy_proxy.go`` of pulumi/pulumi."""
        folder = request.info.program_directory or request.pwd
        proxy = PolicyProxy()
        yield language_pb2.RunPluginResponse(stdout=f"{proxy.port}\n".encode())
        configuration = proxy.configuration()
        variables = dict(item.split("=", 1) for item in request.env)
        if configuration is not None:
            variables |= {
                "PULUMI_PROJECT": configuration.project,
                "PULUMI_STACK": configuration.stack,
                "PULUMI_ORGANIZATION": configuration.organization,
                "PULUMI_DRY_RUN": "true" if configuration.dry_run else "false",
                "PULUMI_CONFIG": json.dumps(dict(configuration.config)),
            }
        pack = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.policy", *request.args, folder],
            cwd=folder,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(pack.kill)
        port = pack.stdout.readline()
        if port.strip().isdigit():
            proxy.attach(int(port), configuration)
        else:
            proxy.fail("could not read policy pack port")
        while line := pack.stderr.readline():
            yield language_pb2.RunPluginResponse(stderr=line)
        yield language_pb2.RunPluginResponse(exitcode=pack.wait())


class PolicyProxy(grpc.GenericRpcHandler):
    """Forwards what the engine asks, byte for byte, with the 4 MiB limit of the real proxy."""

    def __init__(self):
        self._configured = threading.Event()
        self._configuration = None
        self._attached = threading.Event()
        self._channel = None
        self._problem = ""
        server = grpc.server(ThreadPoolExecutor(max_workers=4), options=LARGEST)
        server.add_generic_rpc_handlers((self,))
        self.port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self._server = server

    def configuration(self):
        self._configured.wait()
        return self._configuration

    def attach(self, port, configuration):
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        if configuration is not None:
            self._forward("/pulumirpc.Analyzer/ConfigureStack", configuration.SerializeToString())
        self._attached.set()

    def fail(self, problem):
        self._problem = problem
        self._attached.set()

    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: self._answer(details.method, request, context)
        )

    def _answer(self, method, request, context):
        name = method.rpartition("/")[2]
        if name == "Handshake":
            return b""
        if name == "ConfigureStack":
            self._configuration = analyzer_pb2.AnalyzerStackConfigureRequest.FromString(request)
            self._configured.set()
            return b""
        self._configured.set()
        self._attached.wait()
        if self._channel is None:
            context.abort(grpc.StatusCode.UNKNOWN, f"policy pack not started: {self._problem}")
        try:
            return self._forward(method, request)
        except grpc.RpcError as error:
            context.abort(error.code(), error.details())

    def _forward(self, method, request):
        return self._channel.unary_unary(method)(request)


serve(PythonHost())
