"""What a policy is: a head that is data, and one function."""

from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from policypack.findings.finding import Finding
from policypack.findings.subject import Subject
from policypack.settings.model import Level


class Policy(Struct, frozen=True):
    """One rule over one stack: one file in ``policypack/rules``.

    Attributes:
        name: Permanent identifier, kebab-case: the name of the file.
        summary: What it finds, in one sentence, as Pulumi shows it.
        level: Default enforcement level.
        find: Yields the findings; pure, never raises for what a declaration holds.
        documentation: The file's docstring, with the headings that ``docs/policies`` is made of.
    """

    name: str
    summary: str
    level: Level
    find: Callable[[Subject], Iterator[Finding]]
    documentation: str

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """What the policy says about a stack, under its name."""
        for finding in self.find(subject):
            yield replace(finding, policy=self.name)
