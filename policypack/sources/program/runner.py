"""Runs one Pulumi program for ``policypack.sources.program``.

Started as a script by the program's own interpreter, so it imports nothing of policypack and
works with whatever version of the Pulumi SDK is installed there. It does what Pulumi's language
host does, and replaces what would need a provider: data sources and stack references give
placeholders.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import importlib
import inspect
import json
import logging
import os
import runpy
import sys
import traceback
import types
import typing
from pathlib import Path
from typing import Any, Callable, Generator  # noqa: UP035 - Pythons older than ours

_HERE = Path(__file__).resolve().parent
if sys.path and Path(sys.path[0] or ".").resolve() == _HERE:
    del sys.path[0]  # our files must not shadow the program's modules

_FAILED = 1
_SAID = "apig-cost:report:"
"""Prefix of the calls that carry our own messages to the monitor."""


def main() -> None:
    """Run the program that standard input describes, then leave whatever threads it started."""
    with contextlib.suppress(BaseException):  # told where it is used
        import pulumi
        import pulumi.log
        import pulumi.runtime  # noqa: F401 - while whoever started us gets ready
    task = json.load(sys.stdin)
    code = _FAILED
    try:
        code = _run(task)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        with contextlib.suppress(Exception):
            _load("processes").end_started(os.getpid())
        os._exit(code)


def _run(task: dict[str, Any]) -> int:
    try:
        import pulumi
        import pulumi.log
        import pulumi.runtime
    except ImportError as error:
        if error.name != "pulumi":  # something that the SDK needs; no frame of ours helps to find it
            print(*traceback.format_exception_only(error), sep="", end="", file=sys.stderr)
        return int(task["no_sdk"])
    placeholder, calls, instrument, places, failures = (
        _load(name) for name in ("placeholder", "calls", "instrument", "places", "failures")
    )
    outputs, harmless = _load("outputs"), _load("harmless")
    failures.starts.update((_run.__code__, _program.__code__))
    places.sdk_folders.append(str(Path(pulumi.__file__).parent) + os.sep)
    _configure(pulumi, task, task["organization"])
    say = _Reporter(pulumi, task["root"])
    say.started()
    placeholder.Placeholder.report = staticmethod(say.decided)
    instrument.install()
    _replace_invokes(pulumi, placeholder)
    _replace_stack_references(pulumi, placeholder)
    _replace_secret_readers(pulumi, placeholder)
    _keep_unknowns_of_environment(placeholder, places, task)
    if not task["organization"]:
        _replace_organization(pulumi, placeholder)
    _replace_kind_of_run(pulumi, placeholder, places)
    waiting = _load("waiting").Waiting()
    _guard_callbacks(pulumi, placeholder, calls, places, failures, waiting, say)
    _remember_callbacks(pulumi, places, waiting)
    _remember_objects(pulumi, places, waiting)
    _watch_options(pulumi, placeholder, places, say)
    _watch_outputs(pulumi, outputs, harmless, say)
    _keep_unknowns_of_transforms(placeholder)
    is_replaced = _watch_runtime(pulumi)
    _keep_no_code_of_providers()
    # Four messages for each resource, each a call that blocks the program, and nobody reads them.
    pulumi.log.debug = lambda *_, **__: None
    os.chdir(task["directory"])
    program = task["program"]
    sys.argv = [program]
    if Path(program).is_file():
        sys.path.insert(0, str(Path(program).parent))
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    # Of 2,000 resources, half of the time went into looking for garbage among objects that all stay.
    gc.set_threshold(200_000, 50, 1000)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    failures.watch_tasks(loop)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _program(program)))
    except SystemExit as leaving:
        if isinstance(leaving.code, str):
            print(leaving.code, file=sys.stderr)
        say.failed(f"it ended itself with code {leaving.code}")
        return _FAILED
    except BaseException as error:
        _show(error, task["root"])
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        say.failed(f"{type(error).__name__}: {error}".rstrip(": "), missing)
        return _FAILED
    for place in waiting.left():
        say.never_ran(place)
    if placeholder.made:
        for place in calls.not_seen:
            say.decided(placeholder.made[0], place)
        for path in instrument.cannot_look:
            say.decided(placeholder.made[0], (path, 1))
    if is_replaced():
        say.replaced()
    say.finished()
    return 0


def _program(path: str) -> None:
    """Run the program itself. Returns nothing: older SDKs await what the program returns."""
    try:
        runpy.run_path(path, run_name="__main__")
    except SystemExit as leaving:
        # A program may end itself like this. Older SDKs would leave without waiting for the
        # registrations that are under way, and resources would be missing.
        if leaving.code not in (None, 0):
            raise


def _load(name: str) -> Any:
    """Import a module of ``inside`` without making it importable under a name of the program."""
    package = "_apig_cost_inside"
    if package not in sys.modules:
        holder = types.ModuleType(package)
        holder.__path__ = [str(_HERE / "inside")]
        sys.modules[package] = holder
    return importlib.import_module(f"{package}.{name}")


def _keep_unknowns_of_environment(placeholder: Any, places: Any, task: dict[str, Any]) -> None:
    """Let variables of the environment that are not known be unknowns, and hold the configuration."""
    given = {"PULUMI_CONFIG": task["config"], "PULUMI_CONFIG_SECRET_KEYS": task["secret_keys"]}
    for name, value in given.items():
        text = json.dumps(value)
        os.environ[name] = text if len(text) < _LARGEST_VARIABLE else placeholder.UNKNOWN_TEXT
    if any(placeholder.UNKNOWN_TEXT in str(value) for value in task["config"].values()):
        placeholder.made.append("an encrypted setting")  # also where a program reads it as plain text
    variables: Any = os.environ
    original = variables.decodevalue

    def decode(value: Any) -> Any:
        text = original(value)
        if placeholder.UNKNOWN_TEXT not in text or places.place_of(sys._getframe(1)) is None:
            return text
        return placeholder.Placeholder("a variable of the environment", text)

    variables.decodevalue = decode


_LARGEST_VARIABLE = 100_000
"""Characters; Linux allows 128 KiB."""


def _configure(pulumi: Any, task: dict[str, Any], organization: str | None) -> None:
    if hasattr(pulumi.runtime, "set_all_config"):
        pulumi.runtime.set_all_config(task["config"], task["secret_keys"])
    else:
        for key, value in task["config"].items():
            pulumi.runtime.set_config(key, value)
    wanted = {
        "monitor": task["address"],
        "engine": task["address"],
        "project": task["project"],
        "stack": task["stack"],
        "parallel": 16,
        "dry_run": True,
        "organization": organization or "",
        "root_directory": task["root"],
    }
    known = inspect.signature(pulumi.runtime.Settings.__init__).parameters
    pulumi.runtime.configure(
        pulumi.runtime.Settings(**{key: value for key, value in wanted.items() if key in known})
    )


class _Reporter:
    """Tells the monitor what happened, over the connection that the SDK has anyway."""

    def __init__(self, pulumi: Any, root: str) -> None:
        from pulumi.runtime.proto import resource_pb2

        self._request: Any = resource_pb2.ResourceInvokeRequest
        # Taken now: the SDK keeps it per context, and callbacks run in others.
        self._monitor = pulumi.runtime.settings.get_monitor()
        self._root = Path(root).resolve()
        self._said: set[str] = set()

    def started(self) -> None:
        """The SDK is there; whatever happens from now on is the program's doing."""
        self._say("started", {})

    def decided(self, origin: str, place: tuple[str, int]) -> None:
        """The program needed a fact of an unknown."""
        self._say("decided", {"origin": origin, "place": self._shown(*place)})

    def could_not(self, place: tuple[str, int]) -> None:
        """A callback failed because it was given an unknown."""
        self._say("could-not", {"place": self._shown(*place)})

    def never_ran(self, place: tuple[str, int]) -> None:
        """A callback that may declare resources was not called, since its value is unknown."""
        self._say("never-ran", {"place": self._shown(*place)})

    def replaced(self) -> None:
        """The program put something else in place of Pulumi's runtime."""
        self._say("replaced", {})

    def failed(self, message: str, missing: str | None = None) -> None:
        """The program failed, perhaps for want of a module."""
        lines = message.strip().splitlines()
        told = {"message": lines[0][:300] if lines else "", "missing": (missing or "")[:300]}
        self._say("failed", told)

    def finished(self) -> None:
        """The program came to its end, and everything that it registered was answered."""
        self._say("finished", {})

    def _shown(self, path: str, line: int) -> str:
        if not line:
            return path
        file = Path(path).resolve()
        inside = self._root in file.parents
        return f"{file.relative_to(self._root) if inside else file} line {line}"

    def _say(self, kind: str, fields: dict[str, str]) -> None:
        key = json.dumps([kind, fields], sort_keys=True)
        if key not in self._said:
            self._said.add(key)
            request = self._request(tok=_SAID + kind)
            request.args.update(fields)
            self._monitor.Invoke(request)


def _replace_invokes(pulumi: Any, placeholder: Any) -> None:
    """Let every form of a data source, and every method of a component, return a placeholder."""

    class Result:
        """Like ``pulumi.runtime.invoke.InvokeResult``, whose constructor differs between versions."""

        is_secret = False
        is_known = True
        dependencies: tuple[Any, ...] = ()

        def __init__(self, value: Any) -> None:
            self.value = value

        def __await__(self) -> Generator[None, None, Any]:
            yield from ()
            return self.value

        __iter__ = __await__

    def unknown(tok: str) -> Any:
        return placeholder.produced(f"the result of {str(tok).rpartition(':')[2]}")

    def invoke(tok: str, *_: Any, **__: Any) -> Any:
        return Result(unknown(tok))

    async def invoke_async(tok: str, *_: Any, **__: Any) -> Any:
        return unknown(tok)

    def invoke_output(tok: str, *_: Any, **__: Any) -> Any:
        return pulumi.Output.from_input(unknown(tok))

    replaced = {
        "invoke": invoke,
        "invoke_single": invoke,
        "invoke_async": invoke_async,
        "invoke_output": invoke_output,
        "invoke_output_single": invoke_output,
        "call": invoke_output,
        "call_single": invoke_output,
    }
    # The function ``pulumi.runtime.invoke`` hides the module of the same name.
    for name, function in replaced.items():
        for holder in (pulumi.runtime, sys.modules["pulumi.runtime.invoke"]):
            if callable(getattr(holder, name, None)):
                setattr(holder, name, function)

    original = pulumi.get

    def get(self: Any, name: str) -> Any:
        if isinstance(self, placeholder.Placeholder):
            return self
        attribute = original(self, name)
        if isinstance(attribute, placeholder.Placeholder):  # asked for by a property of a generated class
            kinds = _declared(type(self), name)
            return placeholder.Placeholder(placeholder.origin_of(attribute), kinds=kinds, name=name)
        return attribute

    pulumi.get = get


def _declared(owner: type, name: str) -> tuple[type, ...]:
    """The type of a property of a generated class, where it is stated and the value is always there."""
    getter = getattr(vars(owner).get(name), "fget", None)
    for parent in owner.__mro__:
        getter = getter or getattr(vars(parent).get(name), "fget", None)
    try:
        stated = typing.get_type_hints(getter).get("return")
    except Exception:
        return ()
    stated = typing.get_origin(stated) or stated
    known = {"Sequence": list, "Mapping": dict, "MutableMapping": dict}
    kind = known.get(getattr(stated, "__name__", ""), stated)
    return (kind,) if isinstance(kind, type) and kind in (str, int, float, bool, list, dict) else ()


def _replace_organization(pulumi: Any, placeholder: Any) -> None:
    """Let the organization be unknown: nothing on disk tells it."""

    def get_organization() -> Any:
        return placeholder.produced("the organization", (str,))

    pulumi.get_organization = get_organization
    holders: list[Any] = [pulumi.metadata, pulumi.runtime, sys.modules["pulumi.runtime.settings"]]
    for holder in holders:
        if hasattr(holder, "get_organization"):
            holder.get_organization = get_organization


def _replace_kind_of_run(pulumi: Any, placeholder: Any, places: Any) -> None:
    """Let the program not know that this is a preview: what counts is what a deployment declares."""
    settings: Any = sys.modules["pulumi.runtime.settings"]
    original = settings.is_dry_run
    origin = _load("marks").KIND_OF_RUN

    def is_dry_run() -> Any:
        if places.kind_of(sys._getframe(1).f_code.co_filename) == places.SDK:
            return original()
        return placeholder.produced(origin, (bool,))

    for holder in (pulumi.runtime, settings):
        holder.is_dry_run = is_dry_run


def _keep_no_code_of_providers() -> None:
    """The code of a dynamic provider is never run here, and watched code cannot be pickled."""
    module: Any = sys.modules.get("pulumi.dynamic.dynamic")
    if hasattr(module, "serialize_provider"):
        module.serialize_provider = lambda _: "code"


def _watch_runtime(pulumi: Any) -> Callable[[], bool]:
    """Tells at the end whether the program replaced what registers its resources."""
    settings = sys.modules["pulumi.runtime.settings"]
    resource = sys.modules["pulumi.runtime.resource"]
    names = ("register_resource", "read_resource", "register_resource_outputs")
    monitor = settings.get_monitor()
    before = [getattr(resource, name, None) for name in names]
    mocked: list[bool] = []
    original = pulumi.runtime.set_mocks

    def set_mocks(*args: Any, **kwargs: Any) -> Any:
        mocked.append(True)
        return original(*args, **kwargs)

    pulumi.runtime.set_mocks = set_mocks

    def is_replaced() -> bool:
        now = [getattr(resource, name, None) for name in names]
        return bool(mocked) or settings.get_monitor() is not monitor or now != before

    return is_replaced


def _replace_stack_references(pulumi: Any, placeholder: Any) -> None:
    """Let what another stack exports be a placeholder."""
    original = pulumi.StackReference.__init__

    def initialize(self: Any, name: str, *args: Any, **kwargs: Any) -> None:
        original(self, name, *args, **kwargs)
        exported = placeholder.produced(f"the stack reference {name}")
        # Derived from the original, so that what uses it still depends on the reference.
        outputs = self.__dict__["outputs"]
        for name_of_output in ("outputs", "secret_output_names"):
            self.__dict__[name_of_output] = outputs.apply(lambda _: exported, True)

    pulumi.StackReference.__init__ = initialize

    start = pulumi.Resource.__init__

    def start_resource(self: Any, t: Any, name: Any, *args: Any, **kwargs: Any) -> None:
        # A name is there, also where it is not known; an unknown would look like an empty one.
        plain = str.__str__(name) if isinstance(name, str) else name
        start(self, t, plain, *args, **kwargs)

    pulumi.Resource.__init__ = start_resource


def _replace_secret_readers(pulumi: Any, placeholder: Any) -> None:
    """Let encrypted configuration be unknown in every form it is read; nothing is decrypted."""
    module: Any = sys.modules["pulumi.config"]
    original_get = module.get_config

    def filled(given: Any, key: str) -> Any:
        if isinstance(given, str) and given == placeholder.UNKNOWN_TEXT:
            return placeholder.produced(f"the encrypted setting {key}")
        if isinstance(given, dict):
            return {name: filled(value, key) for name, value in given.items()}
        return [filled(value, key) for value in given] if isinstance(given, list) else given

    def get_config(key: str) -> Any:
        if placeholder.is_unknown(key):
            return placeholder.produced("a setting whose name is not known")
        return filled(original_get(key), key)

    holders: list[Any] = [pulumi.runtime, module, sys.modules["pulumi.runtime.config"]]
    for holder in holders:
        holder.get_config = get_config

    def replaced(original: Callable[..., Any], secret: bool) -> Callable[..., Any]:
        def read(self: Any, key: str, *args: Any, **kwargs: Any) -> Any:
            full_key = self.full_key(key)
            given = get_config(full_key)
            if isinstance(given, placeholder.Placeholder):
                return pulumi.Output.secret(given) if secret else given
            read_as = original(self, key, *args, **kwargs)
            if isinstance(read_as, pulumi.Output):
                return read_as.apply(lambda value: filled(value, full_key))
            return filled(read_as, full_key)

        return read

    for form in ("bool", "int", "float", "object"):
        for verb in ("get_", "require_"):
            for secret in ("", "secret_"):
                name = f"{verb}{secret}{form}"
                setattr(pulumi.Config, name, replaced(getattr(pulumi.Config, name), bool(secret)))


_WITHOUT_COST = frozenset(
    [
        "additional_secret_outputs",
        "aliases",
        "custom_timeouts",
        "depends_on",
        "id",
        "protect",
        "replace_on_changes",
        "urn",
    ]
)
"""Options of a resource that change nothing of what is declared, whatever they are."""


def _watch_options(pulumi: Any, placeholder: Any, places: Any, say: _Reporter) -> None:
    """Say where an option that decides, such as the provider, is unknown: the SDK would take its default."""
    start = pulumi.Resource.__init__

    def start_resource(self: Any, *args: Any, **kwargs: Any) -> None:
        for options in (*args, *kwargs.values()):
            if isinstance(options, pulumi.ResourceOptions):
                place = places.place_of(places.owner_of(sys._getframe(1)))
                for name, value in vars(options).items():
                    parts = list(value.values()) if isinstance(value, dict) else value
                    parts = parts if isinstance(parts, (list, tuple)) else (parts,)
                    unknown = name.lstrip("_") not in _WITHOUT_COST and any(
                        map(placeholder.is_unknown, parts)
                    )
                    if unknown and place is not None:
                        say.decided(f"the option {name} of a resource", place)
        start(self, *args, **kwargs)

    pulumi.Resource.__init__ = start_resource


def _keep_unknowns_of_transforms(placeholder: Any) -> None:
    """Let a transform get what is unknown as such; the SDK gives it ``None``."""
    module: Any = sys.modules.get("pulumi.runtime._callbacks")
    original = getattr(module, "deserialize_properties", None)
    if original is None:
        return
    names = inspect.signature(original).parameters

    def deserialize_properties(properties: Any, *_: Any, **__: Any) -> Any:
        if "keep_unknowns" not in names:
            return original(properties)
        given = original(properties, keep_unknowns=True)
        # An engine hands over Outputs, which the program may ask for.
        return placeholder.restored(given, "an input of a transformed resource", chosen=True)

    module.deserialize_properties = deserialize_properties


def _watch_outputs(pulumi: Any, outputs: Any, harmless: Any, say: _Reporter) -> None:
    """Say where the program gets at what is inside of an Output, or at the settings of the runtime."""
    marks = _load("marks")
    outputs.watch(pulumi.Output, harmless.OUTPUT_NAMES, marks.DEPLOYMENT, say.decided)
    data = getattr(sys.modules["pulumi.output"], "_OutputData", None)
    if data is not None:
        outputs.watch(data, harmless.OUTPUT_NAMES, marks.DEPLOYMENT, say.decided)
    settings: Any = sys.modules["pulumi.runtime.settings"]
    outputs.watch(type(settings.SETTINGS), harmless.SETTINGS_NAMES, marks.KIND_OF_RUN, say.decided)


def _guard_callbacks(
    pulumi: Any, placeholder: Any, calls: Any, places: Any, failures: Any, waiting: Any, say: _Reporter
) -> None:
    """Let a callback that cannot work with a placeholder give an unknown instead of an error.

    What the program waits with is added to ``waiting`` until it is called.
    """
    original = pulumi.Output.apply

    def apply(self: Any, func: Callable[[Any], Any], *args: Any, **kwargs: Any) -> Any:
        place = places.known_place_of(sys._getframe(1))
        if place is None:
            return original(self, func, *args, **kwargs)
        key = waiting.add(place, func)

        def guarded(value: Any) -> Any:
            waiting.called(key)
            value = placeholder.restored(value)
            try:
                return calls.callee(func)(value)
            except Exception as error:
                if placeholder.holds(value) is None:
                    raise
                say.could_not(_last_place(error, func, places))
                return placeholder.Placeholder("the result of a callback")

        failures.starts.add(guarded.__code__)  # a callback runs later, and fails on its own
        return original(self, guarded, *args, **kwargs)

    pulumi.Output.apply = apply


def _remember_callbacks(pulumi: Any, places: Any, waiting: Any) -> None:
    """Remember what else Pulumi calls later, or not in a preview."""

    def replace(owner: Any, name: str, *, surely: bool = False) -> None:
        original = getattr(owner, name, None)
        if owner is None or original is None:  # not in every version
            return
        of_object = int(isinstance(owner, type) and not isinstance(vars(owner).get(name), staticmethod))

        @functools.wraps(original)
        def call(*args: Any, **kwargs: Any) -> Any:
            frame = places.owner_of(sys._getframe(1))
            given = (*args[of_object:], *kwargs.values())
            called = [one for one in given if callable(one)]
            if frame is not None and called:
                waiting.add((frame.f_code.co_filename, frame.f_lineno), *called, surely=surely)
            return original(*args, **kwargs)

        setattr(owner, name, call if of_object or not isinstance(owner, type) else staticmethod(call))

    replace(pulumi.Output, "recover", surely=True)
    replace(pulumi.Output, "json_dumps")
    replace(pulumi.Output, "json_loads")
    for name in ("ResourceHook", "ErrorHook"):
        replace(getattr(pulumi, name, None), "__init__")
    for holder in (pulumi.runtime, sys.modules["pulumi.runtime.stack"]):
        replace(holder, "register_invoke_transform")


def _remember_objects(pulumi: Any, places: Any, waiting: Any) -> None:
    """Remember objects of the program that it puts into Outputs, where callbacks get at them."""
    original = pulumi.Output.from_input
    plain = (str, int, float, bool, type(None), list, dict, tuple, pulumi.Output)

    def from_input(val: Any) -> Any:
        if type(val) not in plain and not inspect.isawaitable(val) and not isinstance(val, str):
            owner = places.owner_of(sys._getframe(1))
            waiting.given(val, None if owner is None else (owner.f_code.co_filename, owner.f_lineno))
        return original(val)

    pulumi.Output.from_input = staticmethod(from_input)


def _last_place(error: BaseException, func: Any, places: Any) -> tuple[str, int]:
    """The innermost line of the program's own code that an error went through, else its callback."""
    files = [(entry.f_code.co_filename, line) for entry, line in traceback.walk_tb(error.__traceback__)]
    own = [(path, line) for path, line in files if places.is_of_program(path)]
    code = getattr(func, "__code__", None)
    if not own and code is not None:
        own = [(code.co_filename, code.co_firstlineno)]
    return own[-1] if own else places.NOWHERE


def _show(error: BaseException, root: str) -> None:
    """Print the program's own traceback, from its first line on."""
    if type(error).__name__ == "RunError":
        print(f"error: {error}", file=sys.stderr)
        return
    if type(error.__context__).__module__.startswith("grpc"):
        error.__context__ = None  # how our answer came to the SDK is of no interest
    shown = traceback.TracebackException(type(error), error, error.__traceback__)
    resolved = Path(root).resolve()
    stack = [entry for entry in shown.stack if not entry.filename.startswith(str(_HERE) + os.sep)]
    own = [
        index
        for index, entry in enumerate(stack)
        if not entry.filename.startswith("<") and resolved in Path(entry.filename).resolve().parents
    ]
    if own:
        stack = stack[own[0] :]
    elif isinstance(error, SyntaxError):
        stack = []  # the program itself cannot be parsed; the error names the line
    shown.stack = traceback.StackSummary.from_list(stack)
    print("".join(shown.format()), end="", file=sys.stderr)


if __name__ == "__main__":
    main()
