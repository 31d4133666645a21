"""What is proven harmless, by name. Whatever is not here is not proven.

A call with an unknown operand is

- *native* where the callee asks its operands themselves: the unknown answers, and reports when it is
  asked for a fact; or only keeps and passes on what it is given;
- *pure* where the result follows from the operands alone and nothing else changes: it is unknown.
"""

from __future__ import annotations

NATIVE_MODULES = frozenset(
    [
        "_asyncio",
        "_bisect",
        "_collections",
        "_collections_abc",
        "_contextvars",
        "_functools",
        "_heapq",
        "_io",
        "_operator",
        "_queue",
        "_thread",
        "_threading_local",
        "_typing",
        "_weakref",
        "_weakrefset",
        "abc",
        "asyncio",
        "atexit",
        "bisect",
        "collections",
        "concurrent",
        "contextlib",
        "contextvars",
        "copy",
        "copyreg",
        "dataclasses",
        "enum",
        "functools",
        "gc",
        "heapq",
        "importlib",
        "inspect",
        "io",
        "itertools",
        "logging",
        "operator",
        "pprint",
        "queue",
        "reprlib",
        "sys",
        "tempfile",
        "threading",
        "traceback",
        "types",
        "typing",
        "typing_extensions",
        "warnings",
        "weakref",
    ]
)
"""Modules of the standard library whose functions and classes keep, pass on or ask their operands."""

NEED_FRAME = frozenset(
    [
        "abc",
        "asyncio",
        "collections",
        "contextlib",
        "dataclasses",
        "enum",
        "gc",
        "importlib",
        "inspect",
        "logging",
        "sys",
        "traceback",
        "types",
        "typing",
        "typing_extensions",
        "warnings",
    ]
)
"""Those of them that look at who calls them."""

RUN_LATER = frozenset(
    ["call_at", "call_later", "call_soon", "call_soon_threadsafe", "run_in_executor", "to_thread"]
)
"""Functions of asyncio that run what they are given where nobody sees it."""

NOT_NATIVE = frozenset(
    ["operator.is_", "operator.is_not", "_operator.is_", "_operator.is_not", "sys.getsizeof", "sys.intern"]
)
"""Functions of native modules that learn something without asking: their results are unknown."""

PURE_MODULES = frozenset(
    [
        "_base64",
        "_codecs",
        "_datetime",
        "_decimal",
        "_hashlib",
        "_json",
        "_md5",
        "_pydatetime",
        "_pydecimal",
        "_sha1",
        "_sha2",
        "_sha256",
        "_sha512",
        "_sre",
        "_statistics",
        "_strptime",
        "_struct",
        "_zoneinfo",
        "base64",
        "binascii",
        "cmath",
        "codecs",
        "colorsys",
        "datetime",
        "decimal",
        "fnmatch",
        "fractions",
        "genericpath",
        "hashlib",
        "hmac",
        "html",
        "ipaddress",
        "json",
        "json.decoder",
        "json.encoder",
        "keyword",
        "math",
        "ntpath",
        "numbers",
        "pathlib",
        "pathlib._local",
        "posixpath",
        "re",
        "re._compiler",
        "re._parser",
        "shlex",
        "sre_compile",
        "sre_parse",
        "statistics",
        "string",
        "struct",
        "textwrap",
        "time",
        "unicodedata",
        "urllib.parse",
        "uuid",
        "zlib",
        "zoneinfo",
        "zoneinfo._common",
    ]
)
"""Modules of the standard library whose results follow from their operands."""

IMMUTABLE_MODULES = frozenset(
    [
        "_datetime",
        "_decimal",
        "_pydatetime",
        "_pydecimal",
        "_sre",
        "datetime",
        "decimal",
        "fractions",
        "ipaddress",
        "json.decoder",
        "json.encoder",
        "json",
        "pathlib",
        "pathlib._local",
        "re",
        "string",
        "uuid",
        "zoneinfo",
    ]
)
"""Pure modules whose objects have no state that a method could change."""

CHANGES = frozenset(
    [
        "chmod",
        "hardlink_to",
        "lchmod",
        "link_to",
        "mkdir",
        "open",
        "rename",
        "replace",
        "rmdir",
        "symlink_to",
        "touch",
        "unlink",
        "pack_into",
        "setcontext",
        "tzset",
        "register",
    ]
)
"""Functions and methods of pure modules that change something nevertheless."""

PASSES_ON = frozenset(
    [
        "json.dumps",
        "str.join",
        "str.format",
        "str.format_map",
        "builtins.str",
        "builtins.repr",
        "builtins.ascii",
        "builtins.format",
    ]
)
"""Functions of pure modules and types that write their operands into the result, mark and all."""

WRITES = frozenset(["json.dump", "pathlib.write_text", "pathlib.write_bytes"])
"""Functions that write into a file."""

NATIVE_BUILTINS = frozenset(
    [
        "aiter",
        "all",
        "anext",
        "any",
        "classmethod",
        "enumerate",
        "next",
        "object",
        "property",
        "range",
        "slice",
        "staticmethod",
        "zip",
        "__import__",
        "__build_class__",
        "breakpoint",
        "help",
        "input",
        "exit",
        "quit",
    ]
)
"""Builtins that ask their operands, or only hold them."""

ON_ITSELF = frozenset(
    [
        "bool",
        "callable",
        "dict",
        "frozenset",
        "hasattr",
        "hash",
        "id",
        "iter",
        "len",
        "list",
        "reversed",
        "set",
        "sorted",
        "tuple",
        "type",
        "issubclass",
        "sum",
        "min",
        "max",
        "vars",
        "dir",
    ]
)
"""Builtins that look at an operand itself and not into it: only an operand that is unknown makes them so."""

PURE_BUILTINS = frozenset(
    [
        "abs",
        "bin",
        "bytes",
        "chr",
        "complex",
        "divmod",
        "float",
        "hex",
        "int",
        "oct",
        "ord",
        "pow",
        "round",
    ]
)
"""Builtins whose results follow from their operands."""

NATIVE_TYPES = frozenset({list, dict, set, frozenset, tuple, object, type, BaseException})
"""Builtin types whose methods ask their operands, or only hold them."""

PURE_TYPES = frozenset({str, bytes, int, float, bool, complex})
"""Builtin types whose methods have results that follow from the operands."""

HARMLESS_FAILURES = frozenset({"ImportError", "ModuleNotFoundError", "ConfigMissingError"})
"""Failures that no unknown can cause: a value that is only not known offline is there."""

HAND_FAILURES_ON = frozenset(
    [
        "_py_abc",
        "abc",
        "copy",
        "dataclasses",
        "enum",
        "functools",
        "heapq",
        "importlib",
        "json",
        "operator",
        "re",
        "runpy",
        "string",
        "textwrap",
        "types",
    ]
)
"""Modules of the standard library whose functions let the failures of what they call pass."""

KEEPS_FAILURES = frozenset(
    [
        "_io",
        "_thread",
        "threading",
        "tempfile",
        "io",
        "zipfile",
        "tarfile",
        "decimal",
        "asyncio",
        "concurrent",
        "socket",
        "subprocess",
        "os",
        "shutil",
        "mmap",
        "selectors",
        "warnings",
        "multiprocessing",
        "sqlite3",
        "_sqlite3",
    ]
)
"""Modules of the standard library whose context managers hand failures on."""

OUTPUT_NAMES = frozenset(
    [
        *("all", "apply", "concat", "format", "from_input", "get", "json_dumps", "json_loads"),
        *("recover", "secret", "unsecret"),
        *("__class__", "__class_getitem__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__"),
        *("__ge__", "__getattr__", "__getitem__", "__gt__", "__hash__", "__init__", "__iter__", "__le__"),
        *("__lt__", "__module__", "__ne__", "__new__", "__orig_bases__", "__parameters__", "__repr__"),
        *("__setattr__", "__sizeof__", "__str__", "__subclasshook__", "__weakref__"),
    ]
)
"""Attributes of an Output that do not tell its value, or whether it is known."""

SETTINGS_NAMES = frozenset(["__class__", "parallel", "project", "root_directory", "stack"])
"""Attributes of the settings of Pulumi's runtime that are the same in every run."""

PULUMI_MODULES = frozenset(
    [
        "pulumi._types",
        "pulumi._utils",
        "pulumi.asset",
        "pulumi.config",
        "pulumi.deprecated",
        "pulumi.errors",
        "pulumi.invoke",
        "pulumi.log",
        "pulumi.metadata",
        "pulumi.resource",
        "pulumi.resource_hooks",
        "pulumi.stack_reference",
        "pulumi.stash",
        "pulumi.type_token",
        "pulumi.urn",
    ]
)
"""Modules of Pulumi whose functions declare, or pass values on."""

PULUMI_OUTPUT = frozenset(["deferred_output"])
"""Functions that do so beside the class Output."""

PULUMI_RUNTIME = frozenset(
    [
        "Mocks",
        "ResourceModule",
        "ResourcePackage",
        "get_config",
        "get_config_env",
        "get_config_env_key",
        "get_config_secret_keys_env",
        "get_organization",
        "get_project",
        "get_root_directory",
        "get_root_resource",
        "get_stack",
        "is_config_secret",
        "register_invoke_transform",
        "register_package",
        "register_resource_module",
        "register_resource_package",
        "register_resource_transform",
        "register_stack_transform",
        "register_stack_transformation",
        "require_pulumi_version",
        "run",
        "set_all_config",
        "set_config",
        "set_mocks",
        "to_json",
    ]
)
"""Functions of Pulumi's runtime that do so."""


def is_pure_of_package(module: str, name: str) -> bool:
    """Whether a function of an installed package only computes its result."""
    return name in PURE_PACKAGES.get(module, ())


PURE_PACKAGES = {
    "toml": frozenset(["dumps", "loads"]),
    "yaml": frozenset(["dump", "full_load", "load", "safe_dump", "safe_load"]),
}
"""Functions of installed packages whose results follow from their operands, by module.

Some write into a stream instead, where they are given one."""
