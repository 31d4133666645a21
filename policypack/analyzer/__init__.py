"""The policy pack as a server of the engine's Analyzer protocol.

``policypack.pack`` starts it for both forms of the pack, the executable and the directory. The
protocol is ``proto/pulumi/analyzer.proto`` of pulumi/pulumi; its stubs come with the ``pulumi``
package. Serving it directly, rather than through ``pulumi_policy``, is what lets all policies share
one reading of the stack and see secrets and unknowns as the engine sends them.
"""
