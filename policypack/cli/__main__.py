"""``python -m policypack.cli``: the command line where its script is not on the path."""

from policypack.cli import run

run()
