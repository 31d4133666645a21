"""What runs inside the interpreter of the previewed program.

``runner.py`` loads it from there, so it uses the standard library alone, any Python that Pulumi
supports (3.9 and newer), and relative imports: the program cannot see it, and it need not be installed.

The law: whatever the program computes from an unknown still holds the unknown, or the place is a gap.

- ``placeholder``: the unknown value. Asked for a fact by anybody, it reports the place.
- ``instrument``: compiles the program's modules so that operations go through ``operations``.
- ``operations``: each operation with an unknown operand gives an unknown, or is proven harmless, or a gap.
- ``calls``: likewise each call.
- ``managers``: who may handle failures within a ``with``.
- ``unknown_operands``: what becomes of an operand that is unknown.
- ``harmless``: the lists of what is proven.
- ``outputs``: reports who takes out what is inside of an Output, or asks Pulumi's runtime.
- ``callbacks``: proves that a callback which never runs declares nothing.
- ``waiting``: the callbacks that a preview does not call.
- ``processes``: ends what a program started.
- ``places``: whose code a file is.
"""
