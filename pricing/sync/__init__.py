"""Fetching current prices into a locked book: from the public calculator, or the BSS price API.

Only this room of ``pricing`` uses the network, and only when ``apig-cost prices sync`` is run. Needs
the extra ``sync`` (httpx, tenacity, and the vendor's SDK for the price API).
"""
