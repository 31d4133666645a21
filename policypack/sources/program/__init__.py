"""Running a Pulumi program without engine, account or network, to read what it declares.

``preview`` runs the program in a process of its own (``runner``) against our side of the engine's
protocol (``monitor``); ``project`` says which program, which interpreter and which configuration.
"""

from policypack.sources.program.preview import TIME_LIMIT, run

__all__ = ["TIME_LIMIT", "run"]
