"""Very many stacks: a map and a reduction.

1. ``policypack.sources.listing`` finds what a place holds: an ``Entry`` for each state, with its version. A
   new kind of place is added there; nothing in this room knows what kinds there are.
2. ``task.examine`` is the map. It reads one entry, judges it and gives one small ``Result``. It runs in this
   process, in others (``processes``) or on a Dask cluster (``dask``), which open the places themselves.
3. ``journal`` keeps the results, a line each. What a line says is used again while its key is the same:
   version of the state, settings, prices and the files of this program (``key``, ``program``).
4. ``audit`` joins the stacks through their summaries and examines those again that others say something of.
5. ``reduction`` makes a ``Report`` of the results. What is said about the whole is made from what every
   ``StackResult`` keeps in memory (``row``, ``met``); its ``texts`` and ``stacks`` are read from the journal,
   stack by stack.

What a report about the whole needs of a stack beyond its row (limits of a portfolio, savings by tag) is
computed in the map, where the resources still are, and becomes a field of ``StackResult``: sums only, so that
the rows of ten thousand stacks stay small.
"""
