"""Notes of GitLab, of the service or self-hosted.

``GET`` and ``POST /projects/{id}/merge_requests/{iid}/notes``, ``PUT`` of ``.../notes/{note_id}``
(docs/reference/platforms.md, "GitLab"). The token of a job may not write notes, so one of
the project is needed.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from policypack.cli.platforms.interface import Interface, PlatformError
from policypack.cli.platforms.thread import Thread, header_value, whole_number

LIMIT: Final = 1_000_000
"""Characters of a note."""
TOKEN: Final = "GITLAB_TOKEN"  # noqa: S105 - the variable that holds it
HINTS: Final = {
    401: f"check {TOKEN}",
    403: f"{TOKEN} may not comment: it needs the scope api and a role in the project",
    404: f"there is no such merge request, or {TOKEN} may not see it",
}


class Target(Struct, frozen=True):
    """What the environment says of the run.

    Attributes:
        number: The merge request's number in its project; ``None`` where the pipeline has none.
        project: The project that it is a request to.
        is_fork: Whether it comes from a fork, whose pipelines have no variables of the project.
    """

    number: int | None
    project: str
    is_fork: bool


def target(environment: Mapping[str, str], number: int | None) -> Target:
    """The merge request that a run is about."""
    project = environment.get("CI_MERGE_REQUEST_PROJECT_ID") or environment.get("CI_PROJECT_ID", "")
    source = environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID") or project
    found = whole_number(environment.get("CI_MERGE_REQUEST_IID", ""))
    return Target(number or found, project, is_fork=source != project)


def thread(environment: Mapping[str, str], wanted: Target, number: int) -> Thread | None:
    """The notes of a merge request; ``None`` where there is no token.

    Raises:
        PlatformError: The environment does not say where that is.
    """
    token = header_value(environment.get(TOKEN))
    if token is None:
        return None
    base = environment.get("CI_API_V4_URL")
    if not base or not wanted.project:
        raise PlatformError("the project is not known", hint="set CI_API_V4_URL and CI_PROJECT_ID")
    authority = environment.get("CI_SERVER_TLS_CA_FILE")
    interface = Interface(
        base,
        {"PRIVATE-TOKEN": token, "Accept": "application/json"},
        token,
        authority if authority and Path(authority).is_file() else None,
    )
    notes = f"/projects/{quote(wanted.project, safe='')}/merge_requests/{number}/notes"
    query = {"per_page": "100", "order_by": "created_at", "sort": "asc"}
    return Thread(interface, notes, lambda one: f"{notes}/{one}", "PUT", query)
