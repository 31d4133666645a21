"""Stands in for ``pulumi-language-nodejs``, which the Go module proxy does not serve.

Only the host: the engine and the SDK from npm, whose own runner it starts, are the real ones. With an
installed Pulumi CLI the real host takes its place.
"""

import os
import subprocess
from pathlib import Path

from hosting import ENGINE, Host, ended, serve, stack_configuration


class NodeHost(Host):
    def Run(self, request, context):
        folder = request.info.program_directory
        runner = Path(folder, "node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js")
        command = ["node", str(runner)]
        for name, value in {
            "monitor": request.monitor_address,
            "engine": ENGINE,
            "organization": request.organization,
            "project": request.project,
            "root-directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": folder,
            "parallel": str(request.parallel),
        }.items():
            command += [f"--{name}", value]
        if request.dryRun:
            command.append("--dry-run")
        environment = {**os.environ, **stack_configuration(request), "PULUMI_NODEJS_TYPESCRIPT": "true"}
        program = str(Path(folder, request.info.entry_point or "."))
        return ended(subprocess.run([*command, program], cwd=folder, env=environment, check=False).returncode)


serve(NodeHost())
