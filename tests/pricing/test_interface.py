"""What other code may rely on: the exported names, and that importing costs little."""

import subprocess
import sys

import pricing


def test_exported_names() -> None:
    assert sorted(pricing.__all__) == [
        "ANYTHING",
        "Answer",
        "BUNDLED",
        "Book",
        "Books",
        "Cause",
        "Confidence",
        "CurrencyError",
        "Meter",
        "Mode",
        "Money",
        "PriceReference",
        "Priced",
        "Prices",
        "Question",
        "Range",
        "Row",
        "Step",
        "Terms",
        "Unit",
        "Unpriced",
        "ZERO",
        "answer",
        "apply_terms",
        "load",
        "load_file",
        "load_layers",
        "load_terms",
        "order_for",
        "plain",
    ]
    assert all(hasattr(pricing, name) for name in pricing.__all__)


def test_importing_is_light_and_knows_nothing_of_pulumi() -> None:
    """A preview of somebody's stack pays for what is imported here."""
    heavy = (
        "tomllib",
        "httpx",
        "tenacity",
        "pydantic",
        "click",
        "rich",
        "pulumi",
        "policypack",
        "huaweicloudsdkcore",
    )
    program = f"import sys, pricing; print([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
