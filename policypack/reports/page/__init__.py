"""The page for a browser: one file for a stack, for a fleet and for a comparison.

``render`` fills a template and says in the page's security policy which style and which scripts are its own.
``run`` and ``comparison`` gather what the two pages show; ``tiles`` (the first screen), ``charts``, ``since``
(what has changed) and ``details`` each make a part of it. All text becomes HTML in ``templates/`` and nowhere
else; the script only moves rows that are there.
"""

from policypack.reports.page.comparison import comparison_page
from policypack.reports.page.run import run_page

__all__ = ["comparison_page", "run_page"]
