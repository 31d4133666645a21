"""What stands for an unknown in what a program says; both sides of its connection know it."""

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What Pulumi writes for an unknown (``pulumi.runtime.rpc.UNKNOWN``)."""

UNKNOWN_NUMBER = -7350982104463217
"""What stands for an unknown where Python insists on a number. The monitor reads it as unknown.
Negative, so that a loop over it ends at once; exact in a double."""

KIND_OF_RUN = "whether this is a preview"
"""What ``pulumi.runtime.is_dry_run`` answers, as a phrase. A preview cannot tell what a deployment does."""

DEPLOYMENT = "a value of the deployment"
"""An unknown of which only the deployment knows more, as a phrase."""
