"""Rows 23, 24 and 26 of the decision table: FunctionGraph functions."""

from typing import Final

from policypack.declared import Known, Resource, Secret, Unknown, unknown_reason
from policypack.huaweicloud import Gateway
from policypack.huaweicloud.backends import Function
from policypack.huaweicloud.returned import not_given
from policypack.network.outbound.reach import Reach, private, public, unknown
from policypack.network.rows import Row
from policypack.network.topology import Topology

_PULUMI_URN: Final = "urn:pulumi:"
_FUNCTION_URN_PARTS: Final = 7
"""``urn:fss:<region>:<project>:function:<package>:<name>``, a version may follow."""

SLIP: Final = (
    "functionUrn holds Pulumi's own name of the function (.urn), where FunctionGraph's is needed (.id)"
)


def reach_function(topology: Topology, gateway: Gateway, holder: Resource, function: Function) -> Reach:
    """Tell how a gateway reaches a function."""
    where = f'{function.path} of "{holder.name}"'
    match function.urn:
        case Known(urn) if urn.startswith(_PULUMI_URN):
            return _reach_slip(topology, gateway, holder, function, urn)
        case Known(urn):
            return _reach_urn(gateway, urn, where)
        case Unknown(reason):
            return _reach_declared(topology, gateway, holder, function, where, reason)
        case Secret():
            return unknown(Row.FUNCTION_OF_REGION, "a function that is a secret", where)
        case other:
            return unknown(Row.FUNCTION_OF_REGION, f"a function whose URN is {unknown_reason(other)}", where)


def _reach_urn(gateway: Gateway, urn: str, where: str) -> Reach:
    parts = urn.split(":")
    if len(parts) < _FUNCTION_URN_PARTS or parts[:2] != ["urn", "fss"] or not parts[2]:
        return unknown(
            Row.FUNCTION_OF_REGION,
            "a function whose URN is not one of FunctionGraph",
            f"a valid URN in {where}",
        )
    here = gateway.region
    if not isinstance(here, Known):
        return unknown(
            Row.FUNCTION_OF_REGION,
            f'function "{parts[-2]}" of region {parts[2]}',
            "the region of the gateway",
        )
    if parts[2] == here.value:
        return private(Row.FUNCTION_OF_REGION, "a function of the same region")
    return public(Row.FUNCTION_OF_OTHER_REGION, f"a function of another region ({parts[2]})", likely=True)


def _reach_slip(
    topology: Topology, gateway: Gateway, holder: Resource, function: Function, urn: str
) -> Reach:
    """A slip of the program: the resource is meant, and known by that name."""
    meant = topology.stack.by_urn.get(urn)
    if meant is not None and topology.links.type_of(meant) == "fgs_function":
        reach = _of_resource(topology, gateway, meant)
    else:
        where = f'{function.path} of "{holder.name}"'
        reach = _reach_declared(topology, gateway, holder, function, where, "Pulumi's own name")
    return Reach(reach.row, reach.direction, f"{reach.what}; {SLIP}", reach.weight, reach.missing)


def _reach_declared(
    topology: Topology, gateway: Gateway, holder: Resource, function: Function, where: str, reason: str
) -> Reach:
    sources = not_given(topology.links.sources(holder, function.keys, {"fgs_function"}), function.known)
    if not sources or function.unknowns > len(sources):
        return unknown(Row.FUNCTION_OF_REGION, f"a function whose URN is {reason}", where)
    reach = [_of_resource(topology, gateway, source) for source in sources]
    publics = [item for item in reach if item.direction == "public"]
    if publics and len(publics) < len(reach):
        return unknown(Row.FUNCTION_OF_OTHER_REGION, "a function of this or another region", where)
    return next((item for item in reach if item.direction != "private"), reach[0])


def _of_resource(topology: Topology, gateway: Gateway, function: Resource) -> Reach:
    same = topology.same_region(gateway.resource, function)
    if same is None:
        return unknown(
            Row.FUNCTION_OF_REGION,
            f'function "{function.name}"',
            f'the regions of "{function.name}" and of the gateway',
        )
    if same:
        return private(Row.FUNCTION_OF_REGION, f'function "{function.name}" of the same region')
    return public(Row.FUNCTION_OF_OTHER_REGION, f'function "{function.name}" of another region', likely=True)
