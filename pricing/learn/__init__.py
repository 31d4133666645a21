"""Prices from the customer's own bill: what was really charged is the best price there is.

The records are those of ``ListCustomerselfResourceRecords`` (class ResFeeRecordV2 of both SDKs), as the SDK
and the vendor's command line print them (docs/reference/prices.md, "Bill records"). Pure: reading files and
asking an account is somebody else's work.
"""
