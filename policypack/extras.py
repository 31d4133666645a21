"""How to get what only some commands need."""

import sys


def installing(extra: str) -> str:
    """The command that adds an extra to this installation, with the interpreter that lacks it.

    pip takes the installed apig-cost for what is asked and fetches only what the extra adds.
    """
    return f"{sys.executable} -m pip install 'apig-cost[{extra}]'"
