"""A report as tables for data tools: ``rows`` makes their rows, ``files`` writes them."""
