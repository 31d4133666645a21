"""One declared resource: what the user set, and what the provider added."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from policypack.declared.value import ABSENT, Absent, Known, Raw, Unknown
from policypack.declared.wire import NOT_KNOWN_YET, classify, known_text

_NOT_SEEN: Final = Unknown("the inputs of this resource were not seen")


class Provider(Struct, frozen=True):
    """The provider that a resource belongs to.

    Attributes:
        urn: Its URN.
        region: Its configured region. Of its configuration only this, the domains and the address are
            kept: the rest holds keys.
        domains: A list of the domains that its services are set to have (``cloud``, ``endpoints``);
            ``Absent`` where it states none.
        source: The address of the provider that a package was made of (``huaweicloud/huaweicloud``);
            ``Absent`` where the source of the declaration does not show it.
        adds_tags: Whether it is set to give each of its resources tags of its own.
    """

    urn: str
    region: Raw
    domains: Raw = ABSENT
    source: Raw = ABSENT
    adds_tags: bool = False


class Position(Struct, frozen=True):
    """The place in a program that declares a resource.

    Attributes:
        path: The file, relative to the folder of the program.
        line: Counted from 1.
    """

    path: str
    line: int


class Change(Struct, frozen=True):
    """What a source says of how a resource changes.

    Attributes:
        both_run: Whether the old half and the new one exist at once for a while, as in a replacement that
            creates first.
        reason: What forces the replacement, where it is told.
    """

    both_run: bool = False
    reason: str = ""


class Resource(Struct, frozen=True):
    """One resource of a stack, as declared.

    ``inputs`` and ``outputs`` are in wire form and may hold unknowns and secrets at any depth; read
    them with ``declared`` and ``resolved``.

    Attributes:
        urn: Unique in the stack, except that the old half of a replacement shares it.
        token: Pulumi type token, for example ``huaweicloud:Vpc/eip:Eip``.
        name: Last part of the URN.
        inputs: What the program set, after the provider's check where there was one. ``None`` when
            the source never showed them (a resource that is kept but no longer in the program).
        outputs: What the provider returned or planned. In a preview unknown properties are missing
            here, so absence says nothing (docs/reference/engine.md, "What a preview shows").
        dependencies: For each top-level input, the URNs that its value was built from.
        provider: ``None`` for components and for the stack itself.
        custom: False for components and the stack, which never cost anything themselves.
        external: Read but not owned by this stack.
        leaving: The old half of a replacement: it waits for deletion, exists and is billed.
        position: Where the program declares it; ``None`` where the source does not show that.
        change: How it changes; ``None`` where the source does not tell.
        retained: ``retainOnDelete``: removing it from the program destroys nothing.
        billed_on: Why it is billed although it has left the program, a sentence; empty where it has not.
        may_be_gone: It left by an operation that was interrupted, so nobody knows whether it exists.
    """

    urn: str
    token: str
    name: str
    inputs: Mapping[str, object] | None
    outputs: Mapping[str, object] = field(default_factory=dict)
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parent: str | None = None
    provider: Provider | None = None
    custom: bool = True
    external: bool = False
    leaving: bool = False
    position: Position | None = None
    change: Change | None = None
    retained: bool = False
    billed_on: str = ""
    may_be_gone: bool = False

    @property
    def mark(self) -> str:
        """What stands beside its name where it is not simply declared; empty where it is."""
        if self.billed_on:
            return "may be gone" if self.may_be_gone else "billed on"
        return "waits for deletion" if self.leaving else ""

    @property
    def identifier(self) -> str | None:
        """The provider's id, once there is one; in a preview it is missing, empty or unknown."""
        return known_text(self.outputs.get("id"))

    def declared(self, *names: str) -> Raw:
        """What the user set at the first of the named top-level properties that is set.

        Several names are the singular and plural forms of one property. ``Absent`` means that the
        user did not set it, whatever the provider returned. An input that was unknown is taken from
        the outputs when they know it.
        """
        if self.inputs is None:
            for name in names:
                if self.outputs.get(name) is not None:
                    return classify(self.outputs[name])
            return _NOT_SEEN
        for name in names:
            raw = self.inputs.get(name)
            if raw is not None:
                value = classify(raw)
                return self._filled(value, name) if isinstance(value, Unknown) else value
        return ABSENT

    def resolved(self, *names: str) -> Raw:
        """Like ``declared``, but what the user left out may come from the outputs (a default of the
        provider, a computed address). Still ``Absent`` when neither knows it."""
        raw = self.declared(*names)
        if isinstance(raw, (Absent, Unknown)):
            for name in names:
                value = self.outputs.get(name)
                if value is not None:
                    return classify(value)
        return raw

    def computed(self, name: str) -> Raw:
        """What the provider returned. ``Unknown`` before the deployment."""
        value = self.outputs.get(name)
        return NOT_KNOWN_YET if value is None else classify(value)

    def _filled(self, value: Unknown, name: str) -> Raw:
        if self.outputs.get(name) is not None:
            output = classify(self.outputs[name])
            if isinstance(output, Known):
                return output
        return value
