"""A team's own pack: the policies of apig-cost beside one of the team."""

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

from policypack import policies


def tagged(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    """A gateway says which team pays for it."""
    if args.resource_type.endswith(":DedicatedApig/instance:Instance") and not args.props.get("tags"):
        report_violation(f'Gateway "{args.name}" has no tags; say which team pays for it.', None)


owner = ResourceValidationPolicy(
    name="gateway-owner",
    description="Gateways say which team pays for them.",
    validate=tagged,
    enforcement_level=EnforcementLevel.ADVISORY,
)

PolicyPack(name="our-rules", policies=[*policies, owner])
