"""The share of firm verdicts without hiding: what leaves everything open would keep every law of hiding.

    python -m tests.policypack.network.share

prints it for whatever version of ``policypack`` is imported. An earlier version is measured with this file
and ``landscapes.py`` copied into its checkout, and that checkout first on PYTHONPATH.
"""

import random
from collections.abc import Iterator
from typing import Final, Literal

from policypack.declared import Stack
from policypack.huaweicloud import survey
from policypack.network import judge
from policypack.settings.model import Settings
from tests.policypack.network.landscapes import FORMS, ROWS, Builder, base

Question = Literal["outbound", "entrance", "uses"]

DEPLOYED: Final = ("export", "checkpoint")
FIRM: Final = {"needed", "unneeded", "bound", "unbound"}
MEASURED: Final = (
    "backend-1",
    "backend-10",
    "backend-11",
    "backend-11-other",
    "backend-12",
    "backend-12-public",
    "backend-13",
    "backend-14",
    "backend-15",
    "backend-16",
    "backend-17",
    "backend-18",
    "backend-19",
    "backend-2",
    "backend-20",
    "backend-21",
    "backend-22",
    "backend-23",
    "backend-24",
    "backend-25",
    "backend-26",
    "backend-27",
    "backend-28",
    "backend-29",
    "backend-29b",
    "backend-3",
    "backend-30",
    "backend-31",
    "backend-32",
    "backend-33",
    "backend-34",
    "backend-4",
    "backend-5",
    "backend-6",
    "backend-7",
    "backend-7-subnet",
    "backend-8",
    "backend-8-held",
    "backend-9",
    "backend-9-disabled",
    "backend-9-public",
    "backend-trigger",
    "caller-1",
    "caller-10",
    "caller-11",
    "caller-11-port",
    "caller-12",
    "caller-12-group",
    "caller-13",
    "caller-14",
    "caller-14-public",
    "caller-15",
    "caller-16",
    "caller-16-nat",
    "caller-18",
    "caller-2",
    "caller-20",
    "caller-20-public",
    "caller-21",
    "caller-21-accelerator",
    "caller-22",
    "caller-23",
    "caller-3",
    "caller-4",
    "caller-4-associate",
    "caller-5",
    "caller-6",
    "caller-7",
    "caller-7-connection",
    "caller-8",
    "caller-8-xff",
    "caller-9",
    "caller-9-deny",
    "eip-idle",
    "eip-server",
    "entrance-eip",
    "entrance-eip-record",
    "entrance-nlb",
    "stated-private",
    "stated-public",
)
"""The landscapes that the earlier version was measured with. One that comes later is not among them."""
OF_SERVERS: Final = frozenset({"backend-13", "eip-server"})
"""In a preview their backend comes from a server, so that it may be a name that is built from its id. The
earlier version took it for the server's address."""
OF_OWN_EIPS: Final = frozenset({"entrance-eip", "entrance-eip-record"})
"""Their gateway reports the address of the EIP that it names. In a region where no gateway can have one of
its own, the earlier version called that EIP idle against what the state says."""
_OF_NO_EIP: Final = "cn-north-4"
_COMBINATIONS: Final = 300


def samples() -> list[list[str]]:
    """Every row alone, and a fixed sample of rows together."""
    chance = random.Random(13)
    together = [chance.sample(MEASURED, chance.randint(2, 4)) for _ in range(_COMBINATIONS)]
    return [*([row] for row in MEASURED), *together]


def share(*, deployed: bool) -> dict[Question, float]:
    """The share of firm answers, of states or of previews, in both kinds of regions."""
    counted: dict[Question, list[bool]] = {}
    for rows in samples():
        if not deployed and OF_SERVERS & set(rows):
            continue
        for region in ("cn-north-1", _OF_NO_EIP):
            contradicts = deployed and region == _OF_NO_EIP and bool(OF_OWN_EIPS & set(rows))
            builder = Builder(region)
            base(builder)
            for row in rows:
                ROWS[row](builder)
            for form in FORMS:
                if (form in DEPLOYED) == deployed:
                    for question, answer in _answers(builder.stack(form)):
                        if contradicts and question == "uses":
                            continue
                        counted.setdefault(question, []).append(answer in FIRM)
    return {question: sum(answers) / len(answers) for question, answers in counted.items()}


def _answers(stack: Stack) -> Iterator[tuple[Question, str]]:
    network = judge(survey(stack, None), Settings())
    for judged in network.gateways:
        yield "outbound", judged.outbound.verdict
        yield "entrance", judged.entrance.verdict
    for binding in (network.eips | network.bandwidths).values():
        yield "uses", binding.state


if __name__ == "__main__":
    for deployed_ in (True, False):
        for question_, firm in share(deployed=deployed_).items():
            print(f"{'states' if deployed_ else 'previews'}, {question_}: {firm:.4f}")
