"""``pulumi://ORGANIZATION[/PROJECT[/STACK]]``: every stack of it, each under an address of its own."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from msgspec.structs import replace

from policypack.declared import Origin, Stack
from policypack.extras import installing
from policypack.sources.error import SourceError
from policypack.sources.recognise import read_bytes
from policypack.sources.wanted import ANY, Wanted

if TYPE_CHECKING:
    from policypack.sources.pulumi_cloud.service import Listed, Service

SCHEME: Final = "pulumi"
_FORM: Final = "pulumi://ORGANIZATION[/PROJECT[/STACK]] was expected"
_MOST_NAMES: Final = 5
_SMALLEST_STATE: Final = 4096
"""Bytes in which the answer for a stack that was never deployed fits."""


def addresses(address: str) -> Iterator[str | SourceError]:
    """The address of each stack that an address holds, sorted; what cannot be listed comes as an error.

    An organization without a stack that the token may see is an error: a misspelt name looks the same.
    """
    try:
        organization, project, stack = _names(address)
        if stack is not None:
            yield address
            return
        service = _service(address)
    except SourceError as error:
        yield error
        return
    found, failure = _all(service, organization, project, address)
    for listed in sorted(found):
        yield address_of(listed)
    if failure is not None:
        yield failure
    elif not found:
        yield _nothing(service, organization, project, address)


def read_cloud(address: str, wanted: Wanted = ANY) -> Iterator[Stack | SourceError]:
    """Read every stack that an address holds, one after the other.

    Args:
        address: As above.
        wanted: Stacks of other names are not fetched where a name is given and there is one of that name.
    """
    listed = list(addresses(address))
    name = None if wanted.name is None else quote(wanted.name, safe="")
    ours = [one for one in listed if name is not None and str(one).rpartition("/")[2] == name]
    for one in (*ours, *(error for error in listed if isinstance(error, SourceError))) if ours else listed:
        yield one if isinstance(one, SourceError) else _read_one(one)


def address_of(listed: "Listed") -> str:
    """The address of one stack."""
    names = (listed.organization, listed.project, listed.stack)
    return f"{SCHEME}://" + "/".join(quote(name, safe="") for name in names)


def content_of(address: str) -> bytes:
    """What the service exports of one stack.

    Raises:
        SourceError: It cannot be had.
    """
    from policypack.sources.pulumi_cloud.service import Listed, ServiceError

    try:
        return _service(address).export(Listed(*_names_of_one(address)))
    except ServiceError as error:
        raise SourceError(address, "", str(error), error.hint) from None


def read_content(content: bytes, address: str) -> Stack:
    """Read what the service exported of one stack.

    Raises:
        SourceError: It is no state, or of a kind that is not read.
    """
    _, project, stack = _names_of_one(address)
    if _is_never_deployed(content):
        notes = ("the stack was never deployed",)
        return Stack(project, stack, Origin("export", address), (), notes=notes)
    read = read_bytes(content, address)
    return read if read.name else replace(read, project=project, name=stack)


def _read_one(address: str) -> Stack | SourceError:
    try:
        return read_content(content_of(address), address)
    except SourceError as error:
        return error


def _names_of_one(address: str) -> tuple[str, str, str]:
    organization, project, stack = _names(address)
    assert project is not None
    assert stack is not None
    return organization, project, stack


def _is_never_deployed(content: bytes) -> bool:
    """Whether the service says that there is no deployment: the field is left out then, or null."""
    if len(content) > _SMALLEST_STATE:
        return False
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return False
    is_answer = isinstance(document, dict) and document.keys() <= {"version", "features", "deployment"}
    return is_answer and "version" in document and document.get("deployment") is None


def _names(address: str) -> tuple[str, str | None, str | None]:
    parts = urlsplit(address)
    names = [unquote(part) for part in (parts.netloc + parts.path.rstrip("/")).split("/")]
    if parts.query or parts.fragment or "@" in parts.netloc or len(names) > 3 or not all(names):
        raise SourceError(address, "", "this is no address of Pulumi Cloud", _FORM)
    organization, project, stack = (*names, None, None)[:3]
    assert organization is not None
    return organization, project, stack


def _service(address: str) -> "Service":
    try:
        from policypack.sources.pulumi_cloud.service import ServiceError, connected
    except ImportError:
        told = "reading from Pulumi Cloud needs further packages"
        raise SourceError(address, "", told, installing("stores")) from None
    try:
        return connected()
    except ServiceError as error:
        raise SourceError(address, "", str(error), error.hint) from None


def _all(
    service: "Service", organization: str, project: str | None, address: str
) -> tuple[set["Listed"], SourceError | None]:
    """What could be listed, and why that is not all."""
    from policypack.sources.pulumi_cloud.service import ServiceError

    found: set[Listed] = set()
    try:
        for listed in service.stacks(organization, project):
            if _is_of(listed, organization, project):
                found.add(listed)
    except ServiceError as error:
        return found, SourceError(address, "", f"the stacks cannot be listed: {error}", error.hint)
    return found, None


def _is_of(listed: "Listed", organization: str, project: str | None) -> bool:
    """Whether a stack is what was asked for: a service that does not know the filter lists all."""
    same = listed.organization.casefold() == organization.casefold()
    return same and (project is None or listed.project.casefold() == project.casefold())


def _nothing(service: "Service", organization: str, project: str | None, address: str) -> SourceError:
    from policypack.sources.pulumi_cloud.service import ServiceError

    what = organization if project is None else f"{organization}/{project}"
    try:
        seen = service.organizations()
    except ServiceError as error:
        return SourceError(address, "", f"the service lists no stack of {what}; {error}", error.hint)
    held = ", ".join(seen[:_MOST_NAMES]) + (", ..." if len(seen) > _MOST_NAMES else "")
    told = f"the service lists no stack of {what}; the token sees {held or 'no organization'}"
    return SourceError(address, "", told, "check the names and the rights of the token")
