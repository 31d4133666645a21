"""``scripts/new policy NAME``: a rule and its test, ready to fill in.

The tests that are written here fail, and the tests of all rules refuse a ``TODO``, until everything is
filled in.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
USAGE = "usage: scripts/new policy NAME, with a NAME of small letters, digits and hyphens"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

RULE = '''\
"""TODO: Finds, in one sentence.

What it finds
    TODO

Why it costs
    TODO

Example
    TODO

Instead
    TODO

Before you follow this advice
    TODO: what breaks for whom.

References
    - TODO: the vendor's address
"""

from collections.abc import Iterator
from typing import Final

from policypack.findings.about import about
from policypack.findings.finding import Fact, Finding
from policypack.findings.phrasing import named
from policypack.findings.subject import Subject

LEVEL: Final = "advisory"


def find(subject: Subject) -> Iterator[Finding]:
    """TODO: one finding for each gateway that."""
    for gateway in subject.landscape.gateways:
        if gateway.resource.leaving:
            continue
        yield about(gateway.resource).violation(
            f"{named(gateway.resource)} TODO: the fact with its number; the consequence.",
            "TODO: one action.",
            evidence=[Fact("TODO: what it rests on.", gateway.resource.urn)],
        )
'''

TEST = '''\
"""TODO: what the rule must find, and what it must not."""

import pytest

POLICY = "{name}"


def test_it_is_found(program) -> None:
    program.gateway()
    [finding] = program.findings(POLICY)
    assert finding.message == "TODO"


def test_what_is_right_is_not_found(program) -> None:
    program.gateway()
    assert program.findings(POLICY) == []


@pytest.mark.parametrize("edition", ["unknown", "secret"])
def test_what_is_not_known_is_undecided(edition: str, program) -> None:
    program.change(program.gateway(), inputs={{"edition": getattr(program, edition)}})
    [finding] = program.findings(POLICY)
    assert finding.verdict == "TODO"
'''


def main(arguments: list[str]) -> int:
    """Write the files; never over others."""
    match arguments:
        case ["policy", name] if NAME.fullmatch(name):
            pass
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    file = name.replace("-", "_")
    made = {
        ROOT / "policypack" / "rules" / f"{file}.py": RULE,
        ROOT / "tests" / "policypack" / "rules" / f"test_{file}.py": TEST.format(name=name),
    }
    for path in made:
        if path.exists():
            print(f"{path.relative_to(ROOT)}: is there already", file=sys.stderr)
            return 1
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
    print("Fill in every TODO, then run scripts/generate.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
