"""How a service is called."""

from typing import Final

from msgspec import Struct


class Service(Struct, frozen=True):
    """How the vendor and FOCUS call what is billed.

    Attributes:
        name: Name of the service (``Elastic IP``).
        category: ``ServiceCategory`` of FOCUS 1.2.
        noun: What a sentence calls one of it ("elastic IP").
    """

    name: str
    category: str
    noun: str


ELASTIC_IP: Final = Service("Elastic IP", "Networking", "elastic IP")
"""Also of elastic IPs that are bought inside other resources."""
