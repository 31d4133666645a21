"""A service on the loopback that holds stacks as Pulumi Cloud does; the real CLI logs in to it."""

import gzip
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Names = tuple[str, str, str]
"""Organization, project, stack."""


@dataclass
class Failure:
    """What is answered in place of the next answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


class PulumiService:
    """What the service holds, and what it was asked.

    Attributes:
        stacks: The answer to ``export`` for each stack: a document, or bytes that are sent as they are.
        denied: Stacks that the token sees and may not read.
        failures: Used up first, one for each request.
        page: Stacks of a page.
        loops: Whether the last page leads to the first.
        ignores_filter: Whether all stacks are listed, whatever is asked for.
    """

    token = "pul-0123456789abcdef"
    user = "alice"

    def __init__(self, stacks: Mapping[Names, object]) -> None:
        self.stacks = dict(stacks)
        self.denied: set[Names] = set()
        self.failures: list[Failure] = []
        self.page = 2
        self.loops = False
        self.ignores_filter = False
        self.requests: list[str] = []
        self.accepted: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet: the other side need not wait for the second

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                outer.requests.append(self.path)
                outer.accepted.append(self.headers.get("Accept", ""))
                if outer.failures:
                    failure = outer.failures.pop(0)
                    return self.send(
                        failure.status, {"code": failure.status, "message": "busy"}, failure.headers
                    )
                if self.headers.get("Authorization") != f"token {outer.token}":
                    return self.send(401, {"code": 401, "message": "Unauthorized: No credentials provided"})
                return self.send(*outer.answer(self.path))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send(404, {"code": 404, "message": "Not Found"})

            def send(self, status: int, content: object, headers: Mapping[str, str] | None = None) -> None:
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                if "gzip" in self.headers.get("Accept-Encoding", "") and not data.startswith(b"\x1f\x8b"):
                    data = gzip.compress(data)
                    self.send_header("Content-Encoding", "gzip")
                elif data.startswith(b"\x1f\x8b"):
                    self.send_header("Content-Encoding", "gzip")
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def variables(self) -> dict[str, str]:
        """What leads the CLI and us to it."""
        return {"PULUMI_BACKEND_URL": self.url, "PULUMI_ACCESS_TOKEN": self.token}

    def answer(self, path: str) -> tuple[int, object]:
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        match [unquote(part) for part in parts.path.strip("/").split("/")]:
            case ["api", "user"]:
                organizations = sorted({self.user, *(names[0] for names in self.stacks)})
                listed = [{"githubLogin": one, "name": one, "avatarUrl": ""} for one in organizations]
                user = {"id": "1", "githubLogin": self.user, "name": "Alice", "email": "alice@example.com"}
                return 200, {**user, "organizations": listed, "identities": [], "siteAdmin": False}
            case ["api", "user", "organizations", "default"]:
                return 200, {"GitHubLogin": self.user, "Messages": []}
            case ["api", "user", "stacks"]:
                return 200, self._page(query)
            case ["api", "capabilities"]:
                return 200, {"capabilities": []}
            case ["api", "cli", "version"]:
                return 200, {"latestVersion": "v3.0.0", "oldestWithoutWarning": "v3.0.0"}
            case ["api", "stacks", organization, project, stack, *rest]:
                return self._stack((organization, project, stack), rest)
        return 404, {"code": 404, "message": "Not Found"}

    def _page(self, query: Mapping[str, str]) -> dict[str, Any]:
        organization, project = query.get("organization"), query.get("project")
        listed = [
            {
                "id": "-".join(names),
                "orgName": names[0],
                "projectName": names[1],
                "stackName": names[2],
                "lastUpdate": 1_790_000_000,
                "resourceCount": 1,
                "links": {"self": f"{self.url}/{'/'.join(names)}"},
            }
            for names in self.stacks
            if self.ignores_filter or (organization in {None, names[0]} and project in {None, names[1]})
        ]
        start = int(query.get("continuationToken", "0"))
        page: dict[str, Any] = {"stacks": listed[start : start + self.page]}
        if start + self.page < len(listed):
            page["continuationToken"] = str(start + self.page)
        elif self.loops:
            page["continuationToken"] = "0"
        return page

    def _stack(self, names: Names, rest: list[str]) -> tuple[int, object]:
        if names not in self.stacks:
            return 404, {"code": 404, "message": f"Not Found: Stack '{names[0]}/{names[2]}' not found"}
        if names in self.denied:
            return 403, {"code": 403, "message": "you do not have permission to read this stack"}
        if rest == ["export"]:
            return 200, self.stacks[names]
        if rest:
            return 404, {"code": 404, "message": "Not Found"}
        organization, project, stack = names
        shown = {"id": "-".join(names), "orgName": organization, "projectName": project, "stackName": stack}
        return 200, {**shown, "activeUpdate": "", "tags": {}, "version": 1}
