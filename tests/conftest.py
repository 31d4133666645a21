"""What holds before any test runs."""

import pytest

from policypack.cli.support.plugins import prove_plugins
from policypack.plugins import PluginError


def pytest_configure(config: pytest.Config) -> None:
    """A plug-in that lacks something would not be loaded, or break tests that are not about it."""
    if hasattr(config, "workerinput"):  # the process that started this one has looked
        return
    try:
        prove_plugins()
    except PluginError as error:
        raise pytest.UsageError(str(error)) from None
