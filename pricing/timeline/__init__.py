"""What happened when, and what the vendor bills for it: to the second, settled at each full hour.

``read_timeline`` reads a file, ``bill`` rates it. Rules and worked examples: docs/reference/prices.md,
"Clock and settlement" to "Worked examples"; docs/billing.md explains them.
"""

from pricing.timeline.bill import Bill, bill
from pricing.timeline.events import Timeline, TimelineError, read_timeline
from pricing.timeline.settlement import Record

__all__ = ["Bill", "Record", "Timeline", "TimelineError", "bill", "read_timeline"]
