"""Talking to a platform's REST interface: time-outs, retries, and errors of one line without the token."""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from time import monotonic, sleep, time
from typing import Any, Final, TypeVar

import httpx
import tenacity
from msgspec import Struct

from policypack import __version__
from policypack.sources.pulumi_cloud.service import retry_after

ATTEMPTS: Final = 5
LONGEST_WAIT: Final = 120
"""Seconds that a platform may ask to wait; a pipeline that is told more ends instead."""
_TIMEOUT: Final = httpx.Timeout(30, connect=10)
_LONGEST_ANSWER: Final = 120.0
"""Seconds that one answer may take, also where it comes a byte at a time."""
_MOST_PAGES: Final = 300
_LARGEST: Final = 32 * 1024 * 1024
_LONGEST_MESSAGE: Final = 200
_CONNECTION: Final = "check the address, the network and the proxy (HTTPS_PROXY)"
_AUTHORITY: Final = "name the certificates of its authority in SSL_CERT_FILE (GitLab: CI_SERVER_TLS_CA_FILE)"
_BACK_OFF: Final = tenacity.wait_exponential_jitter(initial=1, max=30)

T = TypeVar("T")


class PlatformError(Exception):
    """The platform did not do what was asked. Its text is one line, without the token.

    Attributes:
        status: What it answered; 0 where it did not.
        hint: What to do. May be empty.
    """

    def __init__(self, problem: str, status: int = 0, hint: str = "") -> None:
        super().__init__(problem)
        self.status = status
        self.hint = hint


class _TryAgainError(PlatformError):
    """The platform is busy or failing; the next attempt may succeed."""

    def __init__(self, problem: str, status: int, seconds: float | None) -> None:
        super().__init__(problem, status)
        self.seconds = seconds


class Answer(Struct, frozen=True):
    """What a platform answered: the document and where the next page is."""

    document: Any
    following: str | None


class Interface:
    """A platform's REST interface. Proxies and certificates come from the environment, as httpx takes them.

    Args:
        base: Address of the interface.
        headers: What every request carries; the token is among them.
        secret: The token, which no error may show.
        authority: A file with the certificates of a platform's own authority.
    """

    def __init__(
        self, base: str, headers: Mapping[str, str], secret: str, authority: str | None = None
    ) -> None:
        self._base = base.rstrip("/")
        self._secret = secret
        try:
            address = httpx.URL(self._base)
            context = ssl.create_default_context(cafile=authority) if authority else None
        except (httpx.InvalidURL, OSError) as error:
            raise PlatformError(f"{self._base}: this is no address that can be asked ({error})") from None
        if address.scheme not in {"http", "https"} or not address.host:
            raise PlatformError(f"{self._base}: an address of http or https was expected")
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            headers={**headers, "User-Agent": f"apig-cost/{__version__}", "Accept-Encoding": "identity"},
            **({} if context is None else {"verify": context}),  # type: ignore[arg-type]
        )

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def pages(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        """Every entry of a list, page by page."""
        answer = self.ask("GET", f"{self._base}{path}", expected=200, query=query)
        for _ in range(_MOST_PAGES):
            if not isinstance(answer.document, list):
                raise PlatformError(
                    "the answer is no list of comments; is this the address of the interface?"
                )
            yield from answer.document
            if answer.following is None:
                return
            if httpx.URL(answer.following).host != httpx.URL(self._base).host:
                raise PlatformError("the next page of the list is said to be on another host")
            answer = self.ask("GET", answer.following, expected=200)
        raise PlatformError("the list of comments does not end")

    def send(self, method: str, path: str, document: Mapping[str, str], expected: int) -> Any:
        """Create or change something."""
        return self.ask(method, f"{self._base}{path}", expected=expected, document=document).document

    def ask(
        self,
        method: str,
        address: str,
        *,
        expected: int,
        query: Mapping[str, str] | None = None,
        document: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, once.

        Raises:
            PlatformError: The answer is not what is expected, or none came.
        """
        try:
            with self._client.stream(method, address, params=query, json=document) as response:
                content = _read(response)
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            told = self._shown(str(error) or type(error).__name__)
            raise _TryAgainError(f"no answer ({told})", 0, None) from None
        if response.status_code != expected:
            raise self._refused(response, content)
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            raise PlatformError("the answer is no JSON; is this the address of the interface?") from None
        following = response.links.get("next", {}).get("url")
        return Answer(found, following)

    def _refused(self, response: httpx.Response, content: bytes) -> PlatformError:
        code = response.status_code
        told = self._shown(_message(content))
        problem = f"{code} {response.reason_phrase}".rstrip() + (f" ({told})" if told else "")
        seconds = _seconds(response)
        is_limited = code == 429 or (code == 403 and seconds is not None)
        if response.is_redirect:
            return PlatformError(f"{problem}: it has moved; a redirect is not followed with a token", code)
        if is_limited or response.is_server_error:
            if seconds is not None and seconds > LONGEST_WAIT:
                return PlatformError(f"{problem}, and it asks to wait {seconds:.0f} s", code)
            return _TryAgainError(problem, code, seconds)
        return PlatformError(problem, code)

    def _shown(self, text: str) -> str:
        return " ".join(text.replace(self._secret, "***").split())[:_LONGEST_MESSAGE]


def trying(action: Callable[[], T], pause: Callable[[float], None] = sleep) -> T:
    """Do something, and do it again from its beginning where the platform is busy, failing or away.

    An action looks first whether what it would create is there: an answer that got lost leaves no second
    comment.

    Raises:
        PlatformError: It cannot be done, or not within the attempts.
    """
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(_TryAgainError),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=_wait,
        sleep=pause,
        reraise=True,
    )
    try:
        result: T = retrying(action)
    except _TryAgainError as error:
        advice = "" if error.status else _AUTHORITY if "CERTIFICATE" in str(error) else _CONNECTION
        raise PlatformError(f"{error} (tried {ATTEMPTS} times)", error.status, advice) from None
    return result


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    asked = error.seconds if isinstance(error, _TryAgainError) else None
    return _BACK_OFF(state) if asked is None else asked


def _seconds(response: httpx.Response) -> float | None:
    """How long the platform asks to wait: ``Retry-After``, or the moment when a used-up limit starts anew."""
    asked = retry_after(response.headers.get("Retry-After"))
    if asked is not None:
        return asked
    reset = response.headers.get("X-RateLimit-Reset", "")
    if response.headers.get("X-RateLimit-Remaining") == "0" and reset.isdecimal() and len(reset) < 16:
        return max(0.0, int(reset) - time())
    return None


def _read(response: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    began = monotonic()
    for part in response.iter_raw():
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise PlatformError("the answer is longer than any list of comments")
        if monotonic() - began > _LONGEST_ANSWER:
            raise PlatformError(f"the answer did not end within {_LONGEST_ANSWER:.0f} s")
    return b"".join(parts)


def _message(content: bytes) -> str:
    """What a platform says of an error: ``{"message": ...}``, ``{"error": ...}``."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(document, dict):
        return ""
    told = document.get("message") or document.get("error_description") or document.get("error")
    return told if isinstance(told, str) else json.dumps(told) if told else ""
