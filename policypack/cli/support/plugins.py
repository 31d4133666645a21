"""Proof that every plug-in has what its folder asks for."""

import click

from policypack.cli import group
from policypack.findings.catalogue import policies
from policypack.metering.catalogue import billed_types
from policypack.metering.embedded import embedded
from policypack.reports.catalogue import difference_renderer, renderer
from policypack.reports.names import difference_formats, formats


def prove_plugins() -> None:
    """Import all plug-ins; a run imports only those that it uses.

    Raises:
        PluginError: One lacks something. A single line names its file and what is missing.
    """
    policies()
    billed_types()
    embedded()
    for name in formats():
        renderer(name)
    for name in difference_formats():
        difference_renderer(name)
    with click.Context(group) as context:
        for name in group.list_commands(context):
            group.get_command(context, name)
