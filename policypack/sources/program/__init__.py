"""Running a Pulumi program without engine, account or network, to read what it declares.

``stacks`` runs it once, or once for each of its stacks. ``preview`` runs the program in a process of its
own (``runner``) against our side of the engine's protocol (``monitor``); ``project`` says which program,
which interpreter and which configuration, and ``stack_files`` which stacks there are.
"""

from policypack.sources.program.preview import TIME_LIMIT, run
from policypack.sources.program.stacks import begun_each, run_each

__all__ = ["TIME_LIMIT", "begun_each", "run", "run_each"]
