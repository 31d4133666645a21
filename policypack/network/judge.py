"""From evidence to verdicts.

A verdict never claims more than is known: one public backend or caller makes a public path needed,
whatever else is unknown; anything unknown that could be one makes it undecided; and it is unneeded
only when nothing is left that could speak against it.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from policypack.declared import Absent, Invalid, Known, Resource, Secret, Unknown, Value
from policypack.huaweicloud import Gateway, Landscape
from policypack.huaweicloud.links import Found
from policypack.huaweicloud.references import NAT_GATEWAY
from policypack.huaweicloud.returned import names_of
from policypack.network import evidence as say
from policypack.network.across import NOTHING, Elsewhere
from policypack.network.entrance.callers import Callers
from policypack.network.entrance.kind import entrance_of
from policypack.network.entrance.mentions import Mentions
from policypack.network.handed_out import HandedOut
from policypack.network.outbound.apis import Backends
from policypack.network.rows import Row
from policypack.network.stated import stated
from policypack.network.topology import Topology
from policypack.network.uses.bindings import Bindings
from policypack.network.uses.memberships import memberships_of
from policypack.network.verdict import (
    Certainty,
    Declared,
    Evidence,
    GatewayJudgement,
    Judgement,
    NetworkJudgement,
)
from policypack.settings.model import Settings

_FIRM: Final = frozenset({"proves", "suggests-strongly"})


def judge(landscape: Landscape, settings: Settings, elsewhere: Elsewhere = NOTHING) -> NetworkJudgement:
    """Judge both public paths of each gateway, and whether anything uses each EIP and bandwidth.

    Linear in the number of resources: indexes are built once for all gateways.

    Args:
        landscape: The stack.
        settings: What the team knows.
        elsewhere: What the stacks that are read with it say.
    """
    topology = Topology(landscape)
    mentions = Mentions(topology)
    bindings = Bindings(topology, elsewhere)
    handed_out = HandedOut(topology)
    return NetworkJudgement(
        gateways=tuple(
            _joined(
                _judge_gateway(topology, mentions, gateway, settings, elsewhere),
                handed_out.of_gateway(gateway),
            )
            for gateway in landscape.gateways
        ),
        eips=bindings.of_eips(),
        bandwidths=bindings.of_bandwidths(),
        memberships=memberships_of(topology, elsewhere),
    )


def _judge_gateway(
    topology: Topology, mentions: Mentions, gateway: Gateway, settings: Settings, elsewhere: Elsewhere
) -> GatewayJudgement:
    entrance = entrance_of(topology, gateway)
    translation = _address_translation(topology, gateway)
    judged = GatewayJudgement(
        gateway=gateway,
        outbound=_outbound(topology, gateway, settings, elsewhere),
        entrance=_entrance(topology, mentions, gateway, settings, entrance.declared, elsewhere),
        kind=entrance.kind,
        eips=tuple(eip.urn for eip in entrance.eips),
        address_translation=translation.urn if translation else None,
        misplaced=tuple(item.urn for item in entrance.misplaced),
    )
    reader = next(mentions.strange_readers_of(gateway), None)
    if reader is None:
        return judged
    why = f'"{reader.name}" ({reader.token}) uses the gateway or a group of it, and may add APIs'
    return replace(judged, outbound=_lowered(judged, judged.outbound, Row.NOT_UNDERSTOOD, why))


def _address_translation(topology: Topology, gateway: Gateway) -> Resource | None:
    """An SNAT rule of a NAT gateway in the gateway's VPC (row 34)."""
    vpc = topology.vpc_of_gateway(gateway)
    if not isinstance(vpc, Found) or vpc.only is None:
        return None
    nat = topology.of_vpc(vpc.only, ("nat_gateway",))
    if nat is None:
        return None
    rules = topology.by_reference(("nat_snat_rule",), NAT_GATEWAY)
    return next(iter(rules.of(nat).this), None)


def _joined(judged: GatewayJudgement, handed_out: tuple[Row, str] | None) -> GatewayJudgement:
    """A gateway that leaves its stack may get backends and callers that nobody sees here."""
    if handed_out is None:
        return judged
    row, why = handed_out
    return replace(
        judged,
        outbound=_lowered(judged, judged.outbound, row, f"{why}, so APIs may be added to it elsewhere"),
        entrance=_lowered(judged, judged.entrance, row, f"{why}, so it may be called from elsewhere"),
    )


def _lowered(judged: GatewayJudgement, path: Judgement, row: Row, why: str) -> Judgement:
    if path.verdict != "unneeded":
        return path
    fact = say.neutral(row, f"{why[0].upper()}{why[1:]}.", judged.gateway.resource.urn)
    return replace(path, certainty="medium", evidence=say.ordered((*path.evidence, fact)))


def _outbound(topology: Topology, gateway: Gateway, settings: Settings, elsewhere: Elsewhere) -> Judgement:
    """Needed if one backend is public; unneeded if all are private."""
    declared = _declared(gateway.outbound)
    if gateway.resource.leaving:
        return _leaving(declared)
    evidence, knows_apis = Backends(topology, gateway).evidence()
    told = elsewhere.evidence("outbound", names_of(gateway.resource)) if elsewhere.parts else []
    evidence.extend(told)
    evidence.extend(stated(gateway, settings, "backends-elsewhere"))
    evidence.extend(_without_own_balancer(gateway, evidence))
    statement = [item for item in evidence if item.stated]
    publics = [item for item in evidence if item.direction == "public"]
    if publics:
        certainty: Certainty = "high" if any(item.weight == "proves" for item in publics) else "medium"
        return Judgement(declared, "needed", certainty, say.ordered(evidence))
    missing = _missing(topology, evidence)
    if not knows_apis and not statement and not told:
        missing.append("the APIs of the gateway (none is declared here)")
    if missing:
        return Judgement(declared, "undecided", "low", say.ordered(evidence), tuple(missing))
    likely = any(item.direction == "private" and item.weight not in _FIRM for item in evidence)
    return Judgement(declared, "unneeded", "medium" if likely else "high", say.ordered(evidence))


def _without_own_balancer(gateway: Gateway, value: Sequence[Evidence]) -> list[Evidence]:
    """Row 34: a gateway with load balancers of one's own has no outbound bandwidth."""
    if isinstance(gateway.load_balancers, Absent) or gateway.load_balancers == Known(()):
        return []
    if not any(item.direction == "public" for item in value):
        return []
    fact = (
        f'Gateway "{gateway.resource.name}" uses load balancers of its own (NLB edition): bandwidthSize has '
        "no effect, public backends need a NAT gateway with an SNAT rule."
    )
    return [say.neutral(Row.OWN_BALANCERS, fact, gateway.resource.urn)]


def _entrance(
    topology: Topology,
    mentions: Mentions,
    gateway: Gateway,
    settings: Settings,
    declared: Declared,
    elsewhere: Elsewhere,
) -> Judgement:
    """Needed if callers are proven to be public; unneeded if all evidence is private."""
    if gateway.resource.leaving:
        return _leaving(declared)
    evidence = list(Callers(topology, mentions, gateway, settings.vocabulary).evidence())
    if elsewhere.parts:
        evidence.extend(elsewhere.evidence("entrance", names_of(gateway.resource)))
    evidence.extend(stated(gateway, settings, "callers"))
    publics = [item for item in evidence if item.direction == "public"]
    if any(item.weight == "proves" for item in publics):
        return Judgement(declared, "needed", "high", say.ordered(evidence))
    missing = _missing(topology, evidence)
    missing += [f"who calls: {item.fact[:-1]}" for item in publics if item.weight != "assumed"]
    if not any(item.direction == "private" and item.weight in _FIRM for item in evidence):
        missing.append("who calls the gateway (no caller is declared here)")
    if missing:
        return Judgement(declared, "undecided", "low", say.ordered(evidence), tuple(dict.fromkeys(missing)))
    return Judgement(declared, "unneeded", "medium" if publics else "high", say.ordered(evidence))


def _missing(topology: Topology, value: Sequence[Evidence]) -> list[str]:
    unknown = sorted({item.missing for item in value if item.direction == "unknown"})
    return [*unknown, *(gap.rstrip(".") for gap in topology.gaps)]


def _leaving(declared: Declared) -> Judgement:
    return Judgement(declared, "undecided", "low", (), ("nothing: this gateway waits for its deletion",))


def _declared(size: Value[Decimal]) -> Declared:
    match size:
        case Known(value):
            return "on" if value > 0 else "off"
        case Absent():
            return "off"
        case Unknown() | Secret() | Invalid():
            return "unknown"
