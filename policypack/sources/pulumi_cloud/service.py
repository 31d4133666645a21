"""The part of the service's REST interface that lists stacks and hands out their state.

Paths, headers and shapes are those that the CLI uses itself (``pkg/backend/httpstate/client`` and
``sdk/go/common/apitype`` of pulumi/pulumi 3.259): ``GET /api/user``, ``GET /api/user/stacks`` page by
page, ``GET /api/stacks/{organization}/{project}/{stack}/export``. Nothing is written, and nothing is
sent but the token and these names.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final
from urllib.parse import quote

import httpx
import tenacity
from msgspec import Struct

from policypack.sources.compression import LARGEST

TOKEN: Final = "PULUMI_ACCESS_TOKEN"  # noqa: S105 - the variable that holds it
ADDRESS: Final = "PULUMI_BACKEND_URL"
PUBLIC: Final = "https://api.pulumi.com"
ATTEMPTS: Final = 5
LONGEST_WAIT: Final = 300
"""Seconds that the service may ask to wait before the next attempt; who is told more comes back later."""
_ACCEPT: Final = "application/vnd.pulumi+8"
"""The version of the interface that lists stacks page by page."""
_TIMEOUT: Final = httpx.Timeout(60, connect=15)
_LARGEST_PAGE: Final = 32 * 1024 * 1024
_MOST_PAGES: Final = 100_000
_LONGEST_MESSAGE: Final = 200


class ServiceError(Exception):
    """The service did not give what was asked for. Its text is one line, without the token.

    Attributes:
        hint: What to do. May be empty.
    """

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.hint = hint


class _TryAgainError(ServiceError):
    """The service is busy or failing; the next attempt may succeed."""

    def __init__(self, problem: str, seconds: float | None = None) -> None:
        super().__init__(problem)
        self.seconds = seconds


class Listed(Struct, frozen=True, order=True):
    """A stack as the service names it."""

    organization: str
    project: str
    stack: str


def connected() -> "Service":
    """The service that the environment names, with its token.

    Raises:
        ServiceError: There is no token.
    """
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise ServiceError("there is no access token", f"set {TOKEN}")
    if not (token.isascii() and token.isprintable()):
        raise ServiceError("the access token has characters that no header can hold", f"set {TOKEN} again")
    given = os.environ.get(ADDRESS, "")
    base = given if given.startswith(("http://", "https://")) else PUBLIC
    return Service(base.rstrip("/"), token)


@cache
def _client(base: str, token: str, process: int) -> httpx.Client:
    """One connection for each process: one that was made before a fork would be shared by both."""
    del process
    headers = {"Accept": _ACCEPT, "Accept-Encoding": "gzip", "Authorization": f"token {token}"}
    return httpx.Client(base_url=base, timeout=_TIMEOUT, headers=headers)


class Service:
    """A service and a token for it."""

    def __init__(self, base: str, token: str) -> None:
        self.base = base
        self._token = token

    def organizations(self) -> list[str]:
        """The names under which the token's owner has stacks: organizations, and the owner itself.

        Raises:
            ServiceError: As everywhere here.
        """
        user = self._document("/api/user", {})
        entries = user.get("organizations")
        listed = [user, *entries] if isinstance(entries, list) else [user]
        logins = [one.get("githubLogin") for one in listed if isinstance(one, dict)]
        return sorted({login for login in logins if isinstance(login, str) and login})

    def stacks(self, organization: str, project: str | None) -> Iterator[Listed]:
        """Every stack of an organization that the token may see, in the order of the service.

        Raises:
            ServiceError: A page cannot be had or does not have its shape; what came before it holds.
        """
        wanted = {"organization": organization} | ({"project": project} if project else {})
        query, seen = dict(wanted), set[str]()
        for _ in range(_MOST_PAGES):
            page = self._document("/api/user/stacks", query)
            yield from _listed(page)
            token = page.get("continuationToken")
            if token is None:
                return
            if not isinstance(token, str) or token in seen:
                raise ServiceError("the list of stacks does not end: a page leads back to one before it")
            seen.add(token)
            query = {**wanted, "continuationToken": token}
        raise ServiceError("the list of stacks does not end")

    def export(self, stack: Listed) -> bytes:
        """The state of a stack, as ``pulumi stack export`` writes it; at most one byte more than is read.

        Raises:
            ServiceError: As everywhere here.
        """
        names = (stack.organization, stack.project, stack.stack)
        if not {".", ".."}.isdisjoint(names):  # they would lead to another path
            raise ServiceError("this is no name of a stack")
        return self._get(
            f"/api/stacks/{'/'.join(quote(name, safe='') for name in names)}/export", {}, LARGEST
        )

    def _document(self, path: str, query: Mapping[str, str]) -> Mapping[str, object]:
        try:
            document = json.loads(self._get(path, query, _LARGEST_PAGE))
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise ServiceError(f"the answer to {path} is not of Pulumi's interface", f"check {ADDRESS}")
        return document

    def _get(self, path: str, query: Mapping[str, str], largest: int) -> bytes:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((_TryAgainError, httpx.TransportError)),
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=_wait,
            reraise=True,
        )
        try:
            content: bytes = retrying(self._get_once, path, query, largest)
        except (_TryAgainError, httpx.HTTPError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise ServiceError(f"{reason} (tried {ATTEMPTS} times)", "try again later") from None
        return content

    def _get_once(self, path: str, query: Mapping[str, str], largest: int) -> bytes:
        client = _client(self.base, self._token, os.getpid())
        with client.stream("GET", path, params=query) as response:
            if response.headers.get("Content-Encoding", "identity") not in {"identity", "gzip"}:
                raise ServiceError("the answer is compressed in a way that was not asked for")
            content = _read(response, largest)
        if response.status_code == httpx.codes.OK:
            return content
        raise _refused(response, content)


def _read(response: httpx.Response, largest: int) -> bytes:
    """The body, at most one byte more than the largest that is taken."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > largest:
            break
    return b"".join(parts)[: largest + 1]


def _refused(response: httpx.Response, content: bytes) -> ServiceError:
    code = response.status_code
    answer = f"the service answers {code} {response.reason_phrase}".rstrip() + _message(content)
    if code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        seconds = retry_after(response.headers.get("Retry-After"))
        if seconds is not None and seconds > LONGEST_WAIT:
            return ServiceError(f"{answer} and asks to wait {seconds:.0f} s", "try again then")
        return _TryAgainError(answer, seconds)
    if code == httpx.codes.UNAUTHORIZED:
        return ServiceError(answer, f"check {TOKEN}")
    if code == httpx.codes.FORBIDDEN:
        return ServiceError(answer, f"use a token ({TOKEN}) that may read it")
    return ServiceError(answer, f"check the names, {ADDRESS} and {TOKEN}")


def _message(content: bytes) -> str:
    """What the service says of an error: ``{"code": 404, "message": "..."}``."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    told = document.get("message") if isinstance(document, dict) else None
    if not isinstance(told, str) or not told.strip():
        return ""
    return f" ({' '.join(told.split())[:_LONGEST_MESSAGE]})"


def retry_after(header: str | None) -> float | None:
    """Seconds of a ``Retry-After``, which is a number or a date (RFC 9110)."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


_BACK_OFF: Final = tenacity.wait_exponential_jitter(initial=1, max=30)


def _wait(state: tenacity.RetryCallState) -> float:
    """As long as the service asks for, else longer each time."""
    error = state.outcome.exception() if state.outcome is not None else None
    asked = error.seconds if isinstance(error, _TryAgainError) else None
    return _BACK_OFF(state) if asked is None else asked


def _listed(page: Mapping[str, object]) -> Iterator[Listed]:
    entries = page.get("stacks")
    if not isinstance(entries, list):
        raise ServiceError("a page of the list of stacks has no list of stacks", f"check {ADDRESS}")
    for entry in entries:
        names = [entry.get(key) if isinstance(entry, dict) else None for key in _NAMES]
        match names:
            case [str(organization), str(project), str(stack)] if all(names):
                yield Listed(organization, project, stack)
            case _:
                raise ServiceError("an entry of the list of stacks lacks one of " + ", ".join(_NAMES))


_NAMES: Final = ("orgName", "projectName", "stackName")
