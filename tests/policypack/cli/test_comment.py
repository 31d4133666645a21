"""``apig-cost comment``, against servers that check the documented requests of both platforms."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from policypack.cli.platforms import interface
from policypack.reports.comment.body import mark_of
from tests.e2e.standins.platforms import Failure, GitHub, GitLab, Platform, serving

MARK = mark_of("default")


@pytest.fixture(params=[GitHub, GitLab], ids=["github", "gitlab"])
def kind(request: pytest.FixtureRequest) -> type[Platform]:
    return request.param


@pytest.fixture
def platform(kind: type[Platform], work: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """A platform, and the environment of a job of its."""
    monkeypatch.setattr(interface, "_BACK_OFF", lambda state: 0.0)
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    made = kind()
    with serving(made) as base:
        if kind is GitHub:
            event(work, monkeypatch)
            monkeypatch.setenv("GITHUB_API_URL", base)
            monkeypatch.setenv("GITHUB_REPOSITORY", "acme/shop")
            monkeypatch.setenv("GITHUB_TOKEN", made.token)
            monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(work / "summary.md"))
        else:
            monkeypatch.setenv("GITLAB_CI", "true")
            monkeypatch.setenv("CI_API_V4_URL", base)
            monkeypatch.setenv("CI_PROJECT_ID", "42")
            monkeypatch.setenv("CI_MERGE_REQUEST_IID", "7")
            monkeypatch.setenv("GITLAB_TOKEN", made.token)
        yield made
    assert made.wrong == []


def event(work: Path, monkeypatch: pytest.MonkeyPatch, fork: bool = False, **other: object) -> None:
    document = {
        "action": "synchronize",
        "number": 7,
        "pull_request": {
            "number": 7,
            "head": {
                "ref": "change",
                "repo": {"full_name": "eve/shop" if fork else "acme/shop", "fork": fork},
            },
            "base": {"ref": "main", "repo": {"full_name": "acme/shop", "fork": False}},
        },
    }
    path = work / "event.json"
    path.write_text(json.dumps(other or document))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(path))


@pytest.fixture
def report(run: Callable, recordings: Path, work: Path) -> Path:
    source = recordings / "orders-internal" / "state.json"
    run("check", source, "--format", "csv", "--report", "report.json")
    return work / "report.json"


def comment(run: Callable, kind: type[Platform], *arguments: object) -> object:
    return run("comment", kind.__name__.lower(), *arguments)


@pytest.mark.slow
def test_one_comment_is_made_and_kept_up_to_date(run, kind, platform, report) -> None:
    platform.add("looks good")
    first = comment(run, kind, report)
    assert first.code == 0
    assert first.out.splitlines()[-1].endswith("request 7 is made.")
    assert first.err == ""
    assert len(platform.comments) == 2
    body = platform.comments[1]["body"]
    assert body.startswith(f"{MARK}\n\n### API gateway cost: ")
    assert "orders-internal/dev" in body

    again = comment(run, kind, report)
    assert again.out.splitlines()[-1].endswith("is left as it is.")

    document = json.loads(report.read_text())
    document["answer"] = "Something else now."
    report.write_text(json.dumps(document))
    third = comment(run, kind, report)
    assert third.out.splitlines() == ["Something else now.", third.out.splitlines()[-1]]
    assert third.out.splitlines()[-1].endswith("is brought up to date.")
    assert len(platform.comments) == 2
    assert "Something else now." in platform.comments[1]["body"]
    assert platform.comments[0]["body"] == "looks good"


@pytest.mark.slow
def test_a_comment_on_a_later_page_is_found(run, kind, platform, report) -> None:
    for number in range(250):
        platform.add(f"comment {number}")
    platform.add(f"{MARK}\nold")
    assert comment(run, kind, report).code == 0
    assert len(platform.comments) == 251
    assert "API gateway cost" in platform.comments[250]["body"]
    assert [request.split()[0] for request in platform.requests] == ["GET"] * 3 + [platform.edit]


@pytest.mark.slow
def test_keys_tell_comments_apart(run, kind, platform, report) -> None:
    comment(run, kind, report)
    comment(run, kind, report, "--key", "prod")
    comment(run, kind, report, "--key", "prod")
    assert [one["body"].splitlines()[0] for one in platform.comments] == [MARK, mark_of("prod")]


@pytest.mark.slow
def test_a_mark_within_a_comment_is_a_quotation(run, kind, platform, report) -> None:
    platform.add(f"> {MARK}\n> ### API gateway cost")
    comment(run, kind, report)
    assert len(platform.comments) == 2
    assert platform.comments[0]["body"].startswith("> ")


@pytest.mark.slow
def test_a_comment_that_somebody_deleted_meanwhile_is_made_again(run, kind, platform, report) -> None:
    platform.add(f"{MARK}\nold")
    platform.deleted_meanwhile = True
    done = comment(run, kind, report)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1].endswith("is made.")
    assert len(platform.comments) == 1


@pytest.mark.slow
def test_of_comments_with_the_mark_the_one_that_may_be_edited_is_kept(run, kind, platform, report) -> None:
    """Somebody else's, made with another token, is left alone, and answered with a new one once."""
    platform.foreign.add(platform.add(f"{MARK}\nof another bot")["id"])
    document = json.loads(report.read_text())
    for answer in ("First.", "Second.", "Third."):
        report.write_text(json.dumps({**document, "answer": answer}))
        assert comment(run, kind, report).code == 0
    assert len(platform.comments) == 2
    assert "of another bot" in platform.comments[0]["body"]
    assert "Third." in platform.comments[1]["body"]


@pytest.mark.slow
def test_an_answer_that_does_not_end(run, kind, platform, report, monkeypatch) -> None:
    monkeypatch.setattr(interface, "_LONGEST_ANSWER", 0.2)
    platform.dripping = True
    done = comment(run, kind, report)
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert "the answer did not end within 0 s" in line


@pytest.mark.slow
def test_a_self_hosted_gitlab_with_an_authority_of_its_own(run, report, work, monkeypatch) -> None:
    certificate = work / "authority.pem"
    certificate.write_bytes(self_signed())
    gitlab = GitLab()
    with serving(gitlab, certificate) as base:
        monkeypatch.setenv("CI_API_V4_URL", base)
        monkeypatch.setenv("CI_PROJECT_ID", "42")
        monkeypatch.setenv("CI_MERGE_REQUEST_IID", "7")
        monkeypatch.setenv("GITLAB_TOKEN", gitlab.token)
        monkeypatch.setattr(interface, "_BACK_OFF", lambda state: 0.0)
        refused = run("comment", "gitlab", report)
        assert (refused.code, len(refused.err.splitlines()), gitlab.requests) == (2, 1, [])
        assert "name the certificates of its authority in SSL_CERT_FILE" in refused.err
        monkeypatch.setenv("CI_SERVER_TLS_CA_FILE", str(certificate))
        assert run("comment", "gitlab", report).code == 0
    assert (len(gitlab.comments), gitlab.wrong) == (1, [])


def self_signed() -> bytes:
    """A certificate of the loopback, which is its own authority, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gitlab.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM) + secret


@pytest.mark.slow
@pytest.mark.parametrize(
    "failures",
    [
        [Failure(502), Failure(503), Failure(500)],
        [Failure(429, {"Retry-After": "0"})],
        [Failure(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, "API rate limit exceeded")],
        [Failure(403, {"Retry-After": "0"}, "You have exceeded a secondary rate limit")],
        [Failure(0)],
    ],
    ids=["failing", "too many", "used up", "secondary", "lost answer"],
)
def test_a_platform_that_is_busy_is_asked_again(run, kind, platform, report, failures) -> None:
    platform.failures = list(failures)
    done = comment(run, kind, report)
    assert (done.code, done.err) == (0, "")
    assert len(platform.comments) == 1  # also where the answer to the first attempt was lost


@pytest.mark.slow
def test_a_platform_that_stays_away(run, kind, platform, report, monkeypatch) -> None:
    platform.failures = [Failure(502)] * interface.ATTEMPTS
    done = comment(run, kind, report)
    assert (done.code, len(platform.requests)) == (2, interface.ATTEMPTS)
    [line] = done.err.splitlines()
    assert "502 Bad Gateway (failing) (tried 5 times)" in line
    platform.failures = [Failure(429, {"Retry-After": "3600"})]
    [line] = comment(run, kind, report).err.splitlines()
    assert "it asks to wait 3600 s" in line
    for name in ("GITHUB_API_URL", "CI_API_V4_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/api")
    [line] = comment(run, kind, report).err.splitlines()
    assert "(tried 5 times); check the address, the network and the proxy (HTTPS_PROXY)" in line


@pytest.mark.slow
@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("wrong", "401 Unauthorized (Bad credentials); check "),
        ("token-reader", "403 Forbidden (Resource not accessible by integration); "),
        ("", "there is no token; set "),
        ("secret\nX-Evil: 1", "the token has characters that no header can hold"),
        ("sécret", "the token has characters that no header can hold"),
    ],
)
def test_a_token_without_rights_is_one_line(
    run, kind, platform, report, work, monkeypatch, token, told
) -> None:
    monkeypatch.setenv(f"{kind.__name__.upper()}_TOKEN", token)
    done = comment(run, kind, report)
    assert (done.code, done.out, platform.comments) == (2, "", [])
    [line] = done.err.splitlines()
    assert told in line
    assert "secret" not in line
    assert (work / "summary.md").exists() is (kind is GitHub)  # the answer is not lost


@pytest.mark.slow
def test_no_answer_shows_the_token(run, kind, platform, report) -> None:
    platform.failures = [Failure(400, {}, f"bad request of {platform.token}")]
    done = comment(run, kind, report)
    assert done.code == 2
    assert "bad request of ***" in done.err
    assert platform.token not in done.out + done.err


@pytest.mark.slow
def test_a_redirect_is_not_followed_with_a_token(run, kind, platform, report) -> None:
    platform.failures = [Failure(301, {"Location": "http://127.0.0.1:1/"})]
    done = comment(run, kind, report)
    assert (done.code, len(platform.requests)) == (2, 1)
    assert "has moved" in done.err


@pytest.mark.slow
def test_a_next_page_elsewhere_is_not_asked_for(run, kind, platform, report, monkeypatch) -> None:
    other = {"Link": '<http://evil.example/steal>; rel="next"'}
    monkeypatch.setattr(kind, "following", lambda *_: other)
    for number in range(101):
        platform.add(str(number))
    done = comment(run, kind, report)
    assert done.code == 2
    assert "on another host" in done.err


@pytest.mark.slow
def test_a_proxy_of_the_environment_is_used(run, kind, platform, report, monkeypatch) -> None:
    """The name of the host leads nowhere: only the proxy can have answered."""
    address = platform.base
    where = address.split("/", 3)
    name = "GITHUB_API_URL" if kind is GitHub else "CI_API_V4_URL"
    monkeypatch.setenv(name, f"http://platform.invalid/{where[3]}")
    monkeypatch.setenv("HTTP_PROXY", "/".join(where[:3]))
    assert comment(run, kind, report).code == 0
    assert len(platform.comments) == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", [GitHub], ids=["github"])
@pytest.mark.parametrize("token", [None, "token-reader"])
def test_a_fork_gets_the_job_summary(run, kind, platform, report, work, monkeypatch, token) -> None:
    event(work, monkeypatch, fork=True)
    monkeypatch.delenv("GITHUB_TOKEN") if token is None else monkeypatch.setenv("GITHUB_TOKEN", token)
    done = comment(run, kind, report)
    assert (done.code, done.out, platform.comments) == (0, "", [])
    assert "the job summary has the report" in done.err
    assert "### API gateway cost: " in (work / "summary.md").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [GitHub], ids=["github"])
def test_an_event_without_a_pull_request(run, kind, platform, report, work, monkeypatch) -> None:
    event(work, monkeypatch, ref="refs/heads/main")
    done = comment(run, kind, report)
    assert (done.code, platform.requests) == (0, [])
    assert "this event has no pull request" in done.err
    assert comment(run, kind, report, "--number", 7).code == 0
    assert len(platform.comments) == 1
    event(work, monkeypatch, issue={"number": 7, "pull_request": {}}, comment={"body": "/cost"})
    assert comment(run, kind, report).out.endswith("is left as it is.\n")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [GitLab], ids=["gitlab"])
def test_a_merge_request_of_a_fork(run, kind, platform, report, monkeypatch) -> None:
    """It belongs to the project that it is a request to, and its pipeline has no token of that."""
    monkeypatch.setenv("CI_PROJECT_ID", "99")
    monkeypatch.setenv("CI_MERGE_REQUEST_PROJECT_ID", "42")
    monkeypatch.setenv("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "99")
    assert comment(run, kind, report).code == 0
    assert len(platform.comments) == 1
    monkeypatch.delenv("GITLAB_TOKEN")
    done = comment(run, kind, report)
    assert done.code == 0
    assert "a pipeline of a fork has no token" in done.err
    assert done.out


@pytest.mark.slow
def test_a_comment_is_never_longer_than_the_platform_takes(run, kind, platform, report) -> None:
    document = json.loads(report.read_text())
    [stack] = document["stacks"]
    document["stacks"] = [{**stack, "stack": f"s{number}"} for number in range(3000)]
    report.write_text(json.dumps(document))
    assert comment(run, kind, report).code == 0
    body = platform.comments[0]["body"]
    assert len(body) <= platform.longest
    assert len(body) > platform.longest * 0.9
    assert "more stacks are not shown here" in body


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "this is not JSON"),
        (b"[]", "a report of apig-cost/report/1 or apig-cost/diff/1 was expected"),
        (b'{"schema": "apig-cost/report/2"}', "found 'apig-cost/report/2'"),
        (b'{"schema": "apig-cost/report/1"}', "this report is damaged (verdict: "),
        pytest.param(b"[" * 100_000, "this is not JSON", id="deep"),
        (None, "(No such file or directory); write it with --report FILE of check, preview or diff"),
    ],
)
def test_what_is_no_report(run, work, content, told) -> None:
    path = work / "report.json"
    if content is not None:
        path.write_bytes(content)
    done = run("comment", "github", path)
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert told in line


def test_outside_of_a_pipeline(run, report) -> None:
    for name in ("github", "gitlab"):
        done = run("comment", name, report)
        assert done.code == 2
        assert "request is named; give its --number" in done.err
    done = run("comment", "github", report, "--key", "<script>")
    assert done.code == 2
    assert "--key" in done.err


def test_a_missing_library_names_the_interpreter_and_the_command(run, report, monkeypatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "httpx", None)
    done = run("comment", "github", report)
    assert done.code == 2
    [line] = done.err.splitlines()
    assert f"{sys.executable} -m pip install 'apig-cost[comment]'" in line
