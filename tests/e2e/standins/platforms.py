"""GitHub's and GitLab's interfaces for comments on the loopback: they check every request as documented.

A request that the documentation does not know is answered with an error and kept in ``wrong``, which tests
compare with an empty list. GitHub: REST API 2022-11-28, *Issue comments*. GitLab: API v4, *Notes*.
"""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import sleep
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
PAGE = 100
"""The most that both give of a list at once."""


@dataclass
class Failure:
    """What is answered in place of the next answer.

    Attributes:
        status: The code; 0 closes the connection after the request was carried out.
        headers: Beside the usual ones.
        message: Of the document.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    message: str = "failing"


@dataclass
class Platform:
    """A platform with the comments on one pull request.

    Attributes:
        token: The token that may write.
        comments: What is there, the oldest first.
        requests: Method and path of each request.
        wrong: What a request did that the documentation does not know.
        failures: Used up first, one for each request.
        deleted_meanwhile: Whether comments disappear between the list and the edit.
        reader: A token that may read and not write.
        foreign: Numbers of comments that the token may not edit, since somebody else made them.
        dripping: Whether an answer comes a byte at a time and does not end.
    """

    token: str = "token-0123456789"
    reader: str = "token-reader"
    comments: list[Json] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    deleted_meanwhile: bool = False
    foreign: set[int] = field(default_factory=set)
    dripping: bool = False
    base: str = ""

    prefix: ClassVar[str] = ""
    edit: ClassVar[str] = ""
    longest: ClassVar[int] = 0

    def credentials(self, headers: Mapping[str, str]) -> str:
        raise NotImplementedError

    def add(self, body: str) -> Json:
        raise NotImplementedError

    def list_path(self) -> str:
        raise NotImplementedError

    def comment_path(self) -> str:
        """What the number of a comment is added to."""
        raise NotImplementedError

    def following(self, path: str, page: int) -> Mapping[str, str]:
        raise NotImplementedError

    def answer(
        self, method: str, address: str, headers: Mapping[str, str], content: bytes
    ) -> tuple[int, object, Mapping[str, str]]:
        """Status, document and headers."""
        parts = urlsplit(address)
        path = parts.path.removeprefix(self.prefix)
        if not parts.path.startswith(self.prefix):
            self.wrong.append(f"{address}: outside of {self.prefix}")
            return 404, {"message": "Not Found"}, {}
        token = self.credentials(headers)
        if token not in {self.token, self.reader}:
            return 401, {"message": "Bad credentials"}, {}
        if method == "GET" and path == self.list_path():
            query = parse_qs(parts.query)
            size, page = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
            if size > PAGE:
                self.wrong.append(f"a page of {size}")
            shown = self.comments[(page - 1) * size : page * size]
            more = self.following(parts.path, page + 1) if len(self.comments) > page * size else {}
            return 200, shown, more
        creates = method == "POST" and path == self.list_path()
        edits = method == self.edit and path.startswith(self.comment_path())
        if not creates and not edits:
            self.wrong.append(f"{method} {path}")
            return 404, {"message": "Not Found"}, {}
        if token == self.reader:
            return 403, {"message": "Resource not accessible by integration"}, {}
        if headers.get("Content-Type") != "application/json":
            self.wrong.append(f"Content-Type {headers.get('Content-Type')}")
        document = json.loads(content)
        if set(document) != {"body"}:
            self.wrong.append(f"keys {sorted(document)}")
        if len(document["body"]) > self.longest:
            return 422, {"message": "Validation Failed"}, {}
        if creates:
            return 201, self.add(document["body"]), {}
        if self.deleted_meanwhile:
            self.comments.clear()
        number = int(path.removeprefix(self.comment_path()))
        if number in self.foreign:
            return 403, {"message": "403 Forbidden"}, {}
        for comment in self.comments:
            if comment["id"] == number:
                comment["body"] = document["body"]
                return 200, comment, {}
        return 404, {"message": "Not Found"}, {}


class GitHub(Platform):
    """``acme/shop`` with pull request 7. GitHub Enterprise Server has the same below ``/api/v3``."""

    prefix = "/api/v3"
    edit = "PATCH"
    longest = 65_536

    def credentials(self, headers: Mapping[str, str]) -> str:
        if headers.get("Accept") != "application/vnd.github+json":
            self.wrong.append(f"Accept {headers.get('Accept')}")
        if headers.get("X-GitHub-Api-Version") != "2022-11-28":
            self.wrong.append("no version of the interface")
        if not headers.get("User-Agent"):
            self.wrong.append("no User-Agent")
        return headers.get("Authorization", "").removeprefix("Bearer ")

    def list_path(self) -> str:
        return "/repos/acme/shop/issues/7/comments"

    def comment_path(self) -> str:
        return "/repos/acme/shop/issues/comments/"

    def following(self, path: str, page: int) -> Mapping[str, str]:
        address = f"{self.base.removesuffix(self.prefix)}{path}?per_page={PAGE}&page={page}"
        return {"Link": f'<{address}>; rel="next", <{address}>; rel="last"'}

    def add(self, body: str) -> Json:
        number = len(self.comments) + 1
        comment = {
            "id": number,
            "node_id": f"IC_{number}",
            "url": f"{self.base}{self.comment_path()}{number}",
            "html_url": f"https://github.example/acme/shop/pull/7#issuecomment-{number}",
            "body": body,
            "user": {"login": "github-actions[bot]", "id": 41898282, "type": "Bot", "site_admin": False},
            "created_at": "2026-11-26T04:00:00Z",
            "updated_at": "2026-11-26T04:00:00Z",
            "issue_url": f"{self.base}/repos/acme/shop/issues/7",
            "author_association": "CONTRIBUTOR",
            "performed_via_github_app": None,
        }
        self.comments.append(comment)
        return comment


class GitLab(Platform):
    """Project 42 with merge request 7."""

    prefix = "/gitlab/api/v4"
    edit = "PUT"
    longest = 1_000_000

    def credentials(self, headers: Mapping[str, str]) -> str:
        return headers.get("PRIVATE-TOKEN", "")

    def list_path(self) -> str:
        return "/projects/42/merge_requests/7/notes"

    def comment_path(self) -> str:
        return f"{self.list_path()}/"

    def following(self, path: str, page: int) -> Mapping[str, str]:
        query = f"id=42&noteable_id=7&order_by=created_at&page={page}&per_page={PAGE}&sort=asc"
        address = f"{self.base.removesuffix(self.prefix)}{path}?{query}"
        return {"Link": f'<{address}>; rel="next"', "X-Next-Page": str(page), "X-Page": str(page - 1)}

    def add(self, body: str) -> Json:
        number = len(self.comments) + 300
        note = {
            "id": number,
            "type": None,
            "body": body,
            "attachment": None,
            "author": {"id": 1, "username": "project_42_bot", "name": "cost", "state": "active"},
            "created_at": "2026-11-26T04:00:00.000Z",
            "updated_at": "2026-11-26T04:00:00.000Z",
            "system": False,
            "noteable_id": 7,
            "noteable_type": "MergeRequest",
            "project_id": 42,
            "resolvable": False,
            "confidential": False,
            "internal": False,
            "noteable_iid": 7,
            "commands_changes": {},
        }
        self.comments.append(note)
        return note


@contextmanager
def serving(platform: Platform, certificate: Path | None = None) -> Iterator[str]:
    """Serve a platform on the loopback; gives the address of its interface.

    Args:
        platform: What answers.
        certificate: A PEM file with its key, to be served over TLS.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            # through a proxy the whole address is asked for
            path = self.path if self.path.startswith("/") else "/" + self.path.split("/", 3)[3]
            platform.requests.append(f"{self.command} {urlsplit(path).path}")
            if platform.failures and platform.failures[0].status:
                failure = platform.failures.pop(0)
                self._send(failure.status, {"message": failure.message}, failure.headers)
                return
            status, document, headers = platform.answer(self.command, path, self.headers, content)
            if platform.failures and self.command != "GET":
                platform.failures.pop(0)
                self.close_connection = True
                return
            self._send(status, document, headers)

        do_GET = do_POST = do_PATCH = do_PUT = _answer

        def _send(self, status: int, document: object, headers: Mapping[str, str]) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content) + (600 if platform.dripping else 0)))
            self.end_headers()
            if not platform.dripping:
                self.wfile.write(content)
                return
            with suppress(OSError):  # whoever asked went away
                for number in range(600):
                    self.wfile.write(content[number : number + 1] or b" ")
                    self.wfile.flush()
                    sleep(0.02)
            self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    scheme = "http" if certificate is None else "https"
    platform.base = f"{scheme}://127.0.0.1:{server.server_address[1]}{platform.prefix}"
    try:
        yield platform.base
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
