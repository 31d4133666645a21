"""The modules of the engine's protocol that a pack speaks."""

from typing import TYPE_CHECKING

from policypack.protocol import generated

if TYPE_CHECKING:
    from pulumi.runtime.proto import analyzer_pb2, plugin_pb2
else:
    analyzer_pb2 = generated("analyzer_pb2")
    plugin_pb2 = generated("plugin_pb2")

__all__ = ["analyzer_pb2", "plugin_pb2"]
