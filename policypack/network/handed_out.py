"""Whether a stack hands out a resource, so that something outside of the stack may use it.

An EIP whose id or address is an output may be bound by another stack, by a script or by hand; a gateway
whose id is one may get its APIs, and so its backends, elsewhere.
"""

from functools import cached_property

from policypack.declared import Resource
from policypack.declared.outputs import Outputs, outputs_of
from policypack.huaweicloud import Gateway
from policypack.huaweicloud.returned import names_of
from policypack.network.rows import Row
from policypack.network.topology import Topology


class HandedOut:
    """What leaves one stack by its outputs."""

    def __init__(self, topology: Topology) -> None:
        """Prepare nothing: the outputs are read when something is first asked."""
        self._topology = topology

    @cached_property
    def _outputs(self) -> Outputs:
        return outputs_of(self._topology.stack)

    def of(self, resource: Resource, what: str) -> str | None:
        """Why a resource is, or may be, handed out, a phrase; ``None`` where it is not.

        Args:
            resource: An EIP, a shared bandwidth or a gateway.
            what: How it is called in the sentence.
        """
        return self._of(list(names_of(resource)), resource, what)

    def of_gateway(self, gateway: Gateway) -> tuple[Row, str] | None:
        """Likewise for a gateway, which its groups and channels hand out, too: the row and the phrase."""
        parts = self._topology.members(gateway, "apig_group", "apig_channel", "apig_vpc_channel")
        handed_out = parts.doubts("handed out", self._names_in_outputs)
        texts = [*names_of(gateway.resource), *(part.identifier or "" for part in parts.this), *handed_out]
        why = self._of(texts, gateway.resource, f'gateway "{gateway.resource.name}"')
        if why is None:
            return None
        seen = self._outputs.holding(texts) is not None or bool(self._outputs.hidden)
        return Row.HANDED_OUT if seen else Row.OUTPUTS_UNSEEN, why

    def _names_in_outputs(self, part: Resource) -> list[str]:
        return [part.identifier] if part.identifier and self._outputs.holding([part.identifier]) else []

    def _of(self, texts: list[str], resource: Resource, what: str) -> str | None:
        outputs = self._outputs
        output = outputs.holding(texts)
        if output is not None:
            return f'output "{output}" hands out {what}'
        if outputs.hidden:
            return f"{outputs.hidden[0]} and may hand out {what}"
        if outputs.unseen and resource.identifier is None:
            return f"this preview does not show the outputs of the stack, which may hand out {what}"
        return None
