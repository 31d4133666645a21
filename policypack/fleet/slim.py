"""A stack's report without its declaration: what formats show, and no property that a user has set."""

from msgspec.structs import replace

from policypack.declared import ABSENT, Resource
from policypack.huaweicloud.model import Gateway
from policypack.network.verdict import GatewayJudgement
from policypack.reports.report import StackReport


def slim(stack: StackReport) -> StackReport:
    """The report with resources of which only names, marks, id and place are left.

    Resources that no finding, line or gateway is about are left out.
    """
    told = {one.finding.urn for one in stack.findings}
    kept = tuple(_slim(one) for one in stack.stack.resources if one.urn in told and one.position is not None)
    return replace(
        stack,
        stack=replace(stack.stack, resources=kept, region=ABSENT, regions={}, outputs={}),
        lines=tuple(replace(line, resource=_slim(line.resource), steps=()) for line in stack.lines),
        gateways=tuple(map(_judgement, stack.gateways)),
        budget=replace(stack.budget, outside=()),
    )


def _slim(resource: Resource) -> Resource:
    identifier = resource.identifier
    return Resource(
        urn=resource.urn,
        token=resource.token,
        name=resource.name,
        inputs=None,
        outputs={} if identifier is None else {"id": identifier},
        leaving=resource.leaving,
        position=resource.position,
        billed_on=resource.billed_on,
        may_be_gone=resource.may_be_gone,
    )


def _judgement(judged: GatewayJudgement) -> GatewayJudgement:
    gateway = Gateway(
        resource=_slim(judged.gateway.resource),
        region=ABSENT,
        edition=ABSENT,
        outbound=ABSENT,
        inbound=ABSENT,
        inbound_mode=ABSENT,
        eip=ABSENT,
        load_balancers=ABSENT,
        zones=ABSENT,
        outbound_asked=ABSENT,
    )
    return replace(judged, gateway=gateway)
