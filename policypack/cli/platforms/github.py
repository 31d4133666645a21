"""Comments of GitHub and GitHub Enterprise Server.

``GET`` and ``POST /repos/{owner}/{repo}/issues/{number}/comments``, ``PATCH`` of
``/repos/{owner}/{repo}/issues/comments/{id}`` (docs/reference/platforms.md, "GitHub"). A comment on a pull
request is one on its issue.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from policypack.cli.platforms.interface import Interface, PlatformError
from policypack.cli.platforms.thread import Thread, header_value, whole_number

LIMIT: Final = 65_536
"""Characters of a comment."""
TOKEN: Final = "GITHUB_TOKEN"  # noqa: S105 - the variable that holds it
_PUBLIC: Final = "https://api.github.com"
_REPOSITORY: Final = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
HINTS: Final = {
    401: f"check {TOKEN}",
    403: "the token may not comment: give the job `permissions: pull-requests: write`",
    404: f"there is no such pull request, or {TOKEN} may not see it",
}


class Target(Struct, frozen=True):
    """What the environment says of the run.

    Attributes:
        number: The pull request; ``None`` where the event has none.
        is_fork: Whether it comes from a fork, whose runs have no token that may write.
    """

    number: int | None
    is_fork: bool


def target(environment: Mapping[str, str], number: int | None) -> Target:
    """The pull request that a run is about.

    Raises:
        PlatformError: The event cannot be read.
    """
    path = environment.get("GITHUB_EVENT_PATH")
    if not path:
        return Target(number, is_fork=False)
    try:
        event: Any = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError):
        raise PlatformError(f"the event of the run cannot be read (GITHUB_EVENT_PATH, {path})") from None
    pull = _object(_object(event).get("pull_request"))
    issue = _object(_object(event).get("issue"))
    found = pull.get("number", issue.get("number") if "pull_request" in issue else None)
    head, base = (_object(_object(pull.get(side)).get("repo")).get("full_name") for side in ("head", "base"))
    return Target(number or whole_number(found), is_fork=bool(pull) and head != base)


def thread(environment: Mapping[str, str], number: int) -> Thread | None:
    """The comments of a pull request; ``None`` where there is no token.

    Raises:
        PlatformError: The environment does not say where that is.
    """
    token = header_value(environment.get(TOKEN))
    repository = environment.get("GITHUB_REPOSITORY", "")
    if token is None:
        return None
    if not _REPOSITORY.fullmatch(repository):
        raise PlatformError("the repository is not known", hint="set GITHUB_REPOSITORY to owner/name")
    interface = Interface(
        environment.get("GITHUB_API_URL") or _PUBLIC,
        {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        token,
    )
    issues = f"/repos/{repository}/issues"
    return Thread(interface, f"{issues}/{number}/comments", lambda one: f"{issues}/comments/{one}", "PATCH")


def length(text: str) -> int:
    """Characters as the platform may count them at most: what lies outside of the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
