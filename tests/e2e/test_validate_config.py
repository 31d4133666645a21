"""`pulumi policy validate-config`: what it says of our settings without the Pulumi Cloud."""

from collections.abc import Mapping
from typing import Any

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

RIGHT = {"apig-cost": {"report": {"path": "apig-cost.json"}}}
WRONG = {"apig-monthly-budget": {"limits": 100}}


@pytest.mark.parametrize("settings", [RIGHT, WRONG], ids=["right", "wrong"])
def test_it_needs_the_pulumi_cloud(workspace: Any, settings: Mapping[str, Any]) -> None:
    """It compares with a schema that was published to the Cloud, so a file is never called valid here."""
    workspace.write("")
    path = workspace.configured(settings)
    done = workspace.run("policy", "validate-config", "our-organization/apig-cost", "1.0.0", "--config", path)
    assert done.code != 0, done.text
    assert "DIY backend does not support resource policy" in done.stderr
    assert "is valid" not in done.text
