"""The workflows that fetch prices once a week: their steps run here, against servers on the loopback."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.policypack.cli.test_prices import APIG, EIP

ROOT = Path(__file__).parents[2]
USERS, OWN = ROOT / "examples" / "ci" / "prices-github.yml", ROOT / ".github" / "workflows" / "prices.yml"
TOKEN = "token-of-the-job"
PULLS = "/repos/team/shop/pulls"


@dataclass
class Host:
    """A calculator, and GitHub's interface for pull requests, which checks what it is asked."""

    address: str = ""
    opened: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def pulls(self, method: str, path: str, headers: Any, body: dict[str, Any]) -> tuple[int, object]:
        if headers["Authorization"] != f"Bearer {TOKEN}" or headers["X-GitHub-Api-Version"] != "2022-11-28":
            self.wrong.append(f"{method} {path}: {dict(headers)}")
        if method == "GET" and path == f"{PULLS}?state=open&head=team:prices-of-the-week":
            return 200, self.opened
        if method == "POST" and path == PULLS and set(body) == {"title", "head", "base", "body"}:
            self.opened.append({"number": 7, **body})
            return 201, self.opened[-1]
        if method == "PATCH" and path == f"{PULLS}/7" and set(body) == {"body"}:
            self.opened[0] |= body
            return 200, self.opened[0]
        self.wrong.append(f"{method} {path}: {sorted(body)}")
        return 404, {}


@pytest.fixture
def host() -> Iterator[Host]:
    found = Host()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            if self.path.startswith("/repos/"):
                self.answer(*found.pulls("GET", self.path, self.headers, {}))
            elif "region=la-south-2" in self.path or "region=af-south-1" in self.path:
                self.answer(200, APIG if "urlPath=apig" in self.path else EIP)
            else:
                self.answer(503, {})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.answer(*found.pulls(self.command, self.path, self.headers, body))

        do_PATCH = do_POST

        def answer(self, status: int, document: object) -> None:
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone of a repository of a team."""
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "init.defaultBranch=main")
    subprocess.run([*git, "init", "--quiet", "--bare", tmp_path / "origin"], check=True)
    subprocess.run([*git, "clone", "--quiet", tmp_path / "origin", tmp_path / "shop"], check=True)
    where = tmp_path / "shop"
    (where / "prices").mkdir()
    (where / "prices" / "README.md").write_text("books\n")
    subprocess.run([*git, "add", "."], check=True, cwd=where)
    subprocess.run([*git, "commit", "--quiet", "-m", "first"], check=True, cwd=where)
    subprocess.run([*git, "push", "--quiet", "origin", "HEAD:main"], check=True, cwd=where)
    (where / ".venv").symlink_to(Path(sys.executable).parent.parent)
    return where


def run(workflow: Path, host: Host, where: Path) -> list[int]:
    """Run the steps after the installation as GitHub does; the exit code of each."""
    codes = []
    (job,) = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    for step in job["steps"]:
        if "run" not in step or step["name"] == "Install":
            continue
        script = step["run"].replace("prices sync", f"prices sync --endpoint {host.address} --deadline 20")
        script = script.replace("--all-regions", "--region af-south-1")
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(where.parent),
            "GITHUB_API_URL": host.address,
            "GITHUB_REPOSITORY": "team/shop",
            "GITHUB_REF_NAME": "main",
            **({"GITHUB_TOKEN": TOKEN} if "env" in step else {}),
        }
        done = subprocess.run(
            ["bash", "-e", "-c", script], check=False, cwd=where, env=environment, timeout=100
        )
        codes.append(done.returncode)
    return codes


def branch_files(where: Path) -> set[str]:
    done = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "prices-of-the-week"],
        cwd=where.parent / "origin",
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.slow
def test_new_prices_are_one_change_that_is_kept_up_to_date(host: Host, checkout: Path) -> None:
    assert run(USERS, host, checkout) == [0, 0, 0]
    assert host.wrong == []
    assert (host.opened[0]["head"], host.opened[0]["base"]) == ("prices-of-the-week", "main")
    assert "4 rows added, 0 changed, 0 gone." in host.opened[0]["body"]
    assert branch_files(checkout) == {"prices.lock.toml", "prices/README.md"}
    assert run(USERS, host, checkout) == [0, 0, 0]  # the same prices again: nothing is opened
    (checkout / "prices.lock.toml").unlink()
    assert run(USERS, host, checkout) == [0, 0, 0]
    assert len(host.opened) == 1


@pytest.mark.slow
def test_what_cannot_be_fetched_fails_the_job_after_the_rest_was_proposed(host: Host, checkout: Path) -> None:
    text = USERS.read_text(encoding="utf-8").replace("la-south-2", "la-south-2 --region la-north-2")
    workflow = checkout.parent / "workflow.yml"
    workflow.write_text(text, encoding="utf-8")
    assert run(workflow, host, checkout) == [0, 0, 2]
    assert "What failed keeps its old rows" in host.opened[0]["body"]


@pytest.mark.slow
def test_the_project_has_a_book_for_each_site(host: Host, checkout: Path) -> None:
    assert run(OWN, host, checkout) == [0, 0, 0]
    assert branch_files(checkout) == {"prices/README.md", "prices/cn.lock.toml", "prices/intl.lock.toml"}
    assert host.wrong == []


def test_both_open_a_change_in_the_same_way() -> None:
    own, users = (
        next(
            step["run"]
            for step in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]["prices"]["steps"]
            if step.get("name") == "Open a change"
        )
        for path in (OWN, USERS)
    )
    assert own == users.replace("prices.lock.toml", "prices")
