"""A plug-in file without what a plug-in needs is named, in one line, before anything runs."""

import pytest

from tests.additions.conftest import Checkout

pytestmark = pytest.mark.slow

POLICY = '"""Finds nothing.\n\n{headings}\n"""\n{body}'
HEADINGS = "\n\n".join(
    f"{heading}\n    Nothing."
    for heading in (
        "What it finds",
        "Why it costs",
        "Example",
        "Instead",
        "Before you follow this advice",
        "References",
    )
)

BILLED = (
    '"""NAT gateways."""\nfrom policypack.metering.service import Service\nTYPE = "nat_gateway"\n'
    'SERVICE = Service("NAT Gateway", "Networking", "NAT gateway")\nREPLACED_BY = ()\nitems = list\n'
)


def policy(body: str, headings: str = HEADINGS) -> str:
    return POLICY.format(headings=headings, body=body)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("rules/nat_idle.py", policy("def find(subject):\n    yield\n"), "LEVEL is missing: "),
        ("rules/nat_idle.py", policy('LEVEL = "fatal"\n'), "LEVEL is missing: "),
        ("rules/nat_idle.py", policy('LEVEL = "advisory"\n'), "find is missing: "),
        ("rules/nat_idle.py", policy('LEVEL = "advisory"\nfind = list\n', ""), "expected the headings "),
        ("rules/nat_idle.py", 'LEVEL = "advisory"\n', "a first line that says in one sentence "),
        ("rules/nat_idle.py", "def (:\n", "line 1: invalid syntax"),
        ("rules/nat_idle.py", policy('LEVEL = "advisory"\nimport nowhere\n'), "cannot be imported ("),
        ("rules/nat-idle.py", policy('LEVEL = "advisory"\n'), "a plug-in is named with small letters"),
        ("rules/apig_cost.py", policy('LEVEL = "advisory"\n'), 'no policy can be called "apig-cost"'),
        ("reports/formats/helper.py", '"""A helper."""\n', "render is missing: "),
        ("reports/differences/formats/helper.py", '"""A helper."""\n', "render is missing: "),
        ("billed/helper.py", '"""A helper."""\n', "TYPE is missing: "),
        ("billed/nat.py", BILLED.replace("REPLACED_BY = ()", ""), "REPLACED_BY is missing: "),
        ("billed/nat.py", BILLED.replace("items = list", ""), "items is missing: "),
        ("billed/nat.py", BILLED.replace("items = list", "items = 1"), "items is no function"),
        ("billed/nat.py", BILLED.replace("Service(", "("), "SERVICE is no Service("),
        (
            "billed/nat.py",
            BILLED.replace("nat_gateway", "vpc_eip"),
            "type vpc_eip is billed by eip.py already",
        ),
        ("billed/simple.toml", '[[type]]\ntype = "nat"\n', "type 1 (nat): meter is missing"),
        ("billed/simple.toml", "[[type]\n", "the file is not TOML"),
        ("billed/embedded.toml", "[[buys]\n", "the file is not TOML"),
        ("billed/embedded.toml", '[[buys]]\ntype = "nat"\n', "nat: set is missing"),
        (
            "billed/embedded.toml",
            '[[buys]]\ntype = "nat"\nsize_of = "a"\n',
            "nat: size_of is no key of a row",
        ),
        ("cli/commands/helper.py", '"""A helper."""\n', "command is missing: "),
    ],
)
def test_one_line_names_the_file_and_what_is_missing(
    name: str, text: str, told: str, checkout: Checkout
) -> None:
    checkout.write(f"policypack/{name}", text)
    done = checkout.apig_cost("policies")
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: policypack/{name}: {told}")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_the_tests_do_not_start(checkout: Checkout) -> None:
    checkout.write("policypack/reports/formats/helper.py", '"""A helper."""\n')
    done = checkout.run("-m", "pytest", "-q", "tests/test_layers.py")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: policypack/reports/formats/helper.py: render is missing: " in done.stderr
