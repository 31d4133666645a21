"""Examining on a Dask cluster that is there already: an extra, imported only when it is asked for.

Sent to the cluster: the addresses of the states with their versions, the settings, prices and terms. The
workers open the places themselves, with the credentials of their own environment.
"""

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from importlib import import_module
from itertools import chain
from typing import Any, Final

from policypack import __version__
from policypack.fleet.engines import Engine, EngineError, batches, lost
from policypack.fleet.program import program
from policypack.fleet.task import Task, Work, examine

Client = Any
"""``distributed.Client``, whose methods have no types."""

_AHEAD: Final = 3
"""Batches for each thread of a worker that are handed over before they are needed."""
_ROUNDS: Final = 3
"""How often what got lost with a worker is handed over in batches."""
_PATIENCE: Final = 20
"""Seconds in which the scheduler answers, and for which it may be without a worker."""
_LOOK: Final = 0.01
"""Seconds after which is looked again for a batch that is done."""
_LOGGERS: Final = ("distributed", "distributed.client")
_ENDED: Final = "every worker that read it ended, as it does when memory runs out; read it by itself"


def on_cluster(address: str) -> Engine:
    """An engine of the workers of a cluster.

    Args:
        address: Of its scheduler (``tcp://host:8786``).

    Raises:
        EngineError: When it is used: the extra is missing, nobody answers (any more), there is no worker
            (left), or a worker has another version of this package, or other files of the same version.
    """

    def engine(tasks: Sequence[Task], work: Work) -> Iterator[tuple[Task, bytes]]:
        if not tasks:
            return
        client = _connected(address)
        try:
            pending, by_itself = list(batches(tasks)), list[Task]()
            for _ in range(_ROUNDS):
                pending, ended = yield from _round(pending, work, client)
                by_itself.extend(ended)
            for task in (*by_itself, *chain.from_iterable(pending)):
                left = yield from _round([(task,)], work, client)
                if any(left):
                    yield task, lost(task, _ENDED)
        except TimeoutError:
            raise EngineError(
                f"--dask {address}: the cluster has no worker left; start one and audit again"
            ) from None
        except OSError:
            raise _gone(address) from None
        finally:
            client.close()

    return engine


def _connected(address: str) -> Client:
    try:
        distributed = _distributed()
    except ImportError:
        raise EngineError("--dask needs a further package; pip install 'apig-cost[dask]'") from None
    try:
        for name in _LOGGERS:  # each loss of a connection is a traceback there; what it means is told here
            logging.getLogger(name).setLevel(logging.CRITICAL)
        client: Client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        told = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise EngineError(
            f"--dask {address}: no scheduler answers ({told}); its address was expected, as in tcp://host:8786"
        ) from None
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        _refuse_others(client)
    except TimeoutError:
        client.close()
        raise EngineError(f"--dask {address}: the cluster has no worker; start one") from None
    except OSError:
        client.close()
        raise _gone(address) from None
    except BaseException:
        client.close()
        raise
    return client


def _gone(address: str) -> EngineError:
    return EngineError(f"--dask {address}: the scheduler does not answer any more; start it and audit again")


def _distributed() -> Any:
    return import_module("distributed")


def _refuse_others(client: Client) -> None:
    """Refuse workers that would say something else than this program.

    Raises:
        EngineError: Names each with its version and digest.
    """
    workers = client.scheduler_info(n_workers=-1)["workers"]
    names = {worker: str(about["name"]) for worker, about in workers.items()}

    def identity() -> tuple[str, str]:  # local, so that it is sent whole: an older package may not have this
        import policypack

        try:
            from policypack.fleet.program import program
        except ImportError:
            return policypack.__version__, ""
        return policypack.__version__, program()

    ours = _identity()
    told: dict[str, Any] = client.run(identity, on_error="return")
    wrong = [
        f"worker {names.get(worker, worker)} ({worker}) has {_said(found)}"
        for worker, found in sorted(told.items())
        if found != ours
    ]
    if wrong:
        raise EngineError(f"{'; '.join(wrong)}; {_said(ours)} was expected on every worker")


def _identity() -> tuple[str, str]:
    """The version of this program, and the digest of its files."""
    return __version__, program()


def _said(found: tuple[str, str] | Exception) -> str:
    if isinstance(found, Exception):
        return "no apig-cost" if isinstance(found, ImportError) else f"failed ({type(found).__name__})"
    version, digest = found
    return f"apig-cost {version} (digest {digest[:12] or 'not known'})"


def _round(
    pending: list[tuple[Task, ...]], work: Work, client: Client
) -> Generator[tuple[Task, bytes], None, tuple[list[tuple[Task, ...]], list[Task]]]:
    """Do some batches; what comes back are those that got lost, and the tasks whose workers ended each time.

    A worker that ends in between does not matter: Dask gives its batches to others, and a batch has a result
    once, whoever made it. Only what nobody else holds gets lost with it: a result on its way here, or
    ``work`` where the others came after it was sent.
    """
    if not pending:
        return [], []
    from distributed.scheduler import KilledWorker

    distributed, ours = _distributed(), _identity()
    shared = client.scatter(work, broadcast=True, hash=False)
    threads = sum(client.nthreads().values()) or 1
    waiting = iter(pending)
    batch_of: dict[object, tuple[Task, ...]] = {}
    completed = distributed.as_completed(loop=client.loop)
    gone: list[tuple[Task, ...]] = []
    ended: list[Task] = []

    def hand_over() -> bool:
        batch = next(waiting, None)
        if batch is None:
            return False
        future = client.submit(_examined, batch, shared, pure=False)
        batch_of[future.key] = batch
        completed.add(future)
        return True

    for _ in range(threads * _AHEAD):
        if not hand_over():
            break
    while not completed.is_empty():
        _wait(completed, client)
        future = next(completed)
        batch = batch_of.pop(future.key)
        try:
            identity, results = future.result()
        except CancelledError:
            gone.append(batch)
            continue
        except KilledWorker:
            ended.extend(batch)
            continue
        except (distributed.comm.core.CommClosedError, TimeoutError):
            raise
        except Exception as error:
            told = " ".join(str(error).split())[:200]
            raise EngineError(f"a worker failed ({type(error).__name__}: {told})") from None
        finally:
            future.release()
            hand_over()
        if identity != ours:  # it came later than those that were asked
            _refuse_others(client)
            gone.append(batch)  # and went before it was asked
            continue
        yield from zip(batch, results, strict=True)
    return gone, ended


def _wait(completed: Any, client: Client) -> None:
    """Wait for the next batch that is done; Dask would do so without end when its last worker has ended.

    Raises:
        TimeoutError: There was no worker for too long.
    """
    asked = last = time.monotonic()
    while not completed.has_ready():
        time.sleep(_LOOK)
        now = time.monotonic()
        if now - asked < 1:
            continue
        asked = now
        if client.nthreads():
            last = now
        elif now - last > _PATIENCE:
            raise TimeoutError


def _examined(tasks: tuple[Task, ...], work: Work) -> tuple[tuple[str, str], list[bytes]]:
    """Runs on a worker."""
    return _identity(), [examine(task, work) for task in tasks]
