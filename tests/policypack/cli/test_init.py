"""``apig-cost init``: what it finds, what it writes, and that it leaves alone what exists."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from policypack.cli.initial import installation
from policypack.cli.initial.surroundings import repository, systems

ROOT = Path(__file__).parents[3]
WORKFLOW = ".github/workflows/api-gateway-cost.yml"
EIP = """
import pulumi

pulumi.CustomResource(
    "huaweicloud:Vpc/eip:Eip",
    "address",
    {
        "region": "sa-brazil-1",
        "publicip": {"type": "5_bgp"},
        "bandwidth": {"shareType": "PER", "name": "a", "size": 5, "chargeMode": "bandwidth"},
    },
)
"""
GATEWAY = """
import pulumi

pulumi.CustomResource(
    "huaweicloud:DedicatedApig/instance:Instance",
    "gateway",
    {"edition": "PROFESSIONAL", "region": "sa-brazil-1"},
)
"""


@pytest.fixture
def project(work: Path) -> Callable[..., Path]:
    """Writes a project below the current folder, which is a repository."""
    (work / ".git").mkdir()

    def write(
        folder: str = ".",
        *stacks: str,
        program: str = "",
        runtime: str = "python",
        requirements: bool = True,
        name: str = "shop",
    ) -> Path:
        place = work / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / "Pulumi.yaml").write_text(f"name: {name}\nruntime: {runtime}\n")
        (place / "__main__.py").write_text(program)
        for stack in stacks:
            (place / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
        if requirements:
            (place / "requirements.txt").write_text("pulumi\n")
        return place

    return write


def steps(work: Path, file: str = WORKFLOW) -> dict[str, str]:
    document = yaml.safe_load((work / file).read_text(encoding="utf-8"))
    return {step["name"]: step["run"] for step in document["jobs"]["cost"]["steps"] if "run" in step}


@pytest.mark.slow
def test_a_limit_from_the_present_estimate(run, project, work) -> None:
    project(".", "prod", program=EIP)
    done = run("init", "--ci", "github")
    assert done.code == 0
    assert done.out.splitlines() == ["Wrote apig-cost.toml", f"Wrote {WORKFLOW}"]
    settings = tomllib.loads((work / "apig-cost.toml").read_text())["apig-monthly-budget"]
    assert settings["required"] is True
    [limit] = settings["limits"]
    # 106.22 and 10 percent more, with two digits
    assert (limit["name"], limit["amount"], limit["currency"]) == ("shop/prod", 120, "USD")
    assert limit["scope"] == {"project": "shop", "stack": "prod"}
    assert "106.22 USD a month, plus 10 percent" in (work / "apig-cost.toml").read_text()
    assert run("preview", ".", "--stack", "prod").code == 0
    (work / "__main__.py").write_text(EIP.replace('"size": 5', '"size": 50'))
    assert run("preview", ".").code == 1


@pytest.mark.slow
def test_where_nothing_can_be_decided_the_limit_stays_a_comment(run, project, work) -> None:
    project(".", "prod", program=GATEWAY)
    done = run("init", "--ci", "none")
    assert done.code == 0
    assert "shop/prod: a limit cannot be decided yet" in done.err
    text = (work / "apig-cost.toml").read_text()
    assert "limits" not in tomllib.loads(text)["apig-monthly-budget"]
    assert "`apig-cost prices sync --site intl --region sa-brazil-1`" in text
    assert "`apig-cost prices init`" in text
    assert run("preview", ".").code == 3
    # what the comment says to do
    uncommented = [
        line.removeprefix("# ")
        if line.startswith(("# [[", "# name", "# amount", "# currency", "# scope"))
        else line
        for line in text.splitlines()
    ]
    (work / "apig-cost.toml").write_text("\n".join(uncommented))
    assert run("settings", "check").code == 0


@pytest.mark.slow
def test_what_is_not_known_is_spelled_as_the_program_does(run, project, work) -> None:
    unknown = GATEWAY.replace('"edition"', '"bandwidthSize": pulumi.get_stack() and size, "edition"')
    head = "import pulumi\nsize = pulumi.StackReference('acme/other/prod').get_output('size')\n"
    project(".", "prod", program=head + unknown)
    assert run("init", "--ci", "none").code == 0
    text = (work / "apig-cost.toml").read_text()
    assert "# - gateway: apig.outbound-bandwidth depends on bandwidth_size, which is not known." in text


@pytest.mark.slow
def test_a_program_that_cannot_be_run(run, project, work) -> None:
    project(".", "prod", program="import sys; sys.exit('bad')")
    done = run("init", "--ci", "github")
    assert done.code == 2
    assert "the program failed: it ended itself with code bad" in done.err
    assert "--without-estimate" in done.err.splitlines()[-1]
    assert not (work / "apig-cost.toml").exists()
    assert not (work / ".github").exists()


@pytest.mark.slow
def test_state_without_a_program(run, work, recordings) -> None:
    stacks = work / ".pulumi" / "stacks" / "orders-internal"
    stacks.mkdir(parents=True)
    (stacks / "dev.json").write_bytes((recordings / "orders-internal" / "state.json").read_bytes())
    done = run("init", "--ci", "github")
    assert done.code == 0
    assert "orders-internal/dev" in (work / "apig-cost.toml").read_text()
    assert steps(work)["Check"].startswith("apig-cost check . --format github")


def test_nothing_is_overwritten(run, project, work) -> None:
    project(".", "prod")
    for name in ("apig-cost.toml", WORKFLOW):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text("")
    done = run("init", "--without-estimate")
    assert (done.code, done.out) == (0, "")
    assert "apig-cost.toml is there and stays as it is" in done.err
    assert f"{WORKFLOW} is there and stays as it is" in done.err
    assert (work / "apig-cost.toml").read_text() == (work / WORKFLOW).read_text() == ""


def test_settings_of_the_repository_are_used(run, project, work) -> None:
    folder = project("apps/shop", "prod")
    (work / "apig-cost.toml").write_text("")
    done = run("init", "apps/shop", "--ci", "none")
    assert "apig-cost.toml is there and stays as it is" in done.err
    assert not (folder / "apig-cost.toml").exists()


@pytest.mark.parametrize(
    ("system", "usual", "beside", "advice"),
    [
        ("gitlab", ".gitlab-ci.yml", ".gitlab/api-gateway-cost.yml", "include: [{local: .gitlab/"),
        ("jenkins", "Jenkinsfile", "Jenkinsfile.apig-cost", "script path Jenkinsfile.apig-cost"),
    ],
)
def test_a_pipeline_beside_one_that_is_there(run, project, work, system, usual, beside, advice) -> None:
    project(".", "prod")
    (work / usual).write_text("theirs")
    done = run("init", "--without-estimate")  # the system is found by its file
    assert done.code == 0
    assert (work / usual).read_text() == "theirs"
    assert "apig-cost preview . --stack prod" in (work / beside).read_text()
    assert advice in done.err


def test_the_placeholder_is_said(run, project, work) -> None:
    project(".", "prod")
    done = run("init", "--without-estimate", "--ci", "github")
    address = installation.repository_address()
    assert f"pip install 'apig-cost[comment] @ git+{address}@v" in steps(work)["Install"]
    assert ("placeholder (OWNER)" in done.err) is ("/OWNER/" in address)
    other = run("init", "--without-estimate", "--ci", "jenkins", "--install", "apig-cost==1")
    assert "apig-cost==1" in (work / "Jenkinsfile").read_text()
    assert "placeholder" not in other.err


@pytest.mark.parametrize(
    ("direct", "wanted"),
    [
        (
            '{"url": "https://user:secret@git.example/o/apig-cost", "vcs_info": {"vcs": "git", '
            '"requested_revision": "v1", "commit_id": "abc"}}',
            "apig-cost @ git+https://git.example/o/apig-cost@v1",
        ),
        (
            '{"url": "https://git.example/o/apig-cost", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
            "apig-cost @ git+https://git.example/o/apig-cost@abc",
        ),
        (
            '{"url": "https://files.example/apig_cost-1-py3-none-any.whl", "archive_info": {}}',
            "apig-cost @ https://files.example/apig_cost-1-py3-none-any.whl",
        ),
        ('{"url": "file:///home/me/apig-cost", "dir_info": {"editable": true}}', None),
        ('{"url": "file:///home/me/apig_cost-1-py3-none-any.whl", "archive_info": {}}', None),
        ("[]", None),
        ("no JSON", None),
        (None, None),
    ],
)
def test_what_a_pipeline_installs(monkeypatch, direct, wanted) -> None:
    class Installed:
        metadata = installation.distribution("apig-cost").metadata

        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return direct

    monkeypatch.setattr(installation, "distribution", lambda name: Installed())
    placeholder = f"apig-cost @ git+{installation.repository_address()}@v"
    found = installation.requirement()
    assert found == wanted if wanted else found.startswith(placeholder)


def test_the_environment_that_each_program_names(run, project, work) -> None:
    project("a", "prod", name="a", runtime="{name: python, options: {virtualenv: venv}}")
    project("b", "prod", name="b", runtime="{name: python, options: {toolchain: uv}}")
    project("c", "prod", name="c", runtime="{name: python, options: {toolchain: poetry}}")
    project("d e", "prod", name="d")
    (work / "a" / "venv").mkdir()
    (work / "a" / "venv" / "pyvenv.cfg").write_text("version = 3.12.4\n")
    assert run("init", "--ci", "github", "--without-estimate", "--install", "apig-cost").code == 0
    assert steps(work)["Install"].splitlines() == [
        "pip install apig-cost uv poetry -r 'd e/requirements.txt'",
        "python -m venv a/venv",
        "a/venv/bin/pip install -r a/requirements.txt",
        "(cd b && uv sync)",
        "(cd c && POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-root)",
    ]
    assert steps(work)["Check"].startswith("apig-cost check a b c 'd e' --stack prod --format github")
    assert 'python-version: "3.12"' in (work / WORKFLOW).read_text()


def test_all_stacks_or_one(run, project, work) -> None:
    project(".", "dev", "prod")
    assert run("init", "--ci", "github", "--without-estimate").code == 0
    assert "preview . --all-stacks" in steps(work)["Check"]
    (work / WORKFLOW).unlink()
    assert run("init", "--ci", "github", "--stack", "prod").code == 0
    assert "preview . --stack prod" in steps(work)["Check"]
    text = (work / "apig-cost.toml").read_text()
    assert "shop/dev" in text
    assert "shop/prod" in text


def test_programs_in_other_languages(run, project, work) -> None:
    project("infra", "dev", "prod", runtime="nodejs", name="shop")
    done = run("init", "infra", "--ci", "github")
    assert done.code == 0
    assert steps(work)["Check"].splitlines() == [
        "# needs Pulumi and its credentials: add them as in the job that previews already",
        "pulumi preview --cwd infra --stack dev --json --show-sames > preview-shop-dev.json",
        "pulumi preview --cwd infra --stack prod --json --show-sames > preview-shop-prod.json",
        "apig-cost check preview-shop-dev.json preview-shop-prod.json --all-stacks"
        " --config infra/apig-cost.toml --format github --report apig-cost.json",
    ]
    assert "nodejs is not run here" in (work / "infra" / "apig-cost.toml").read_text()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "no CI system"),
        ([".github/x", ".gitlab-ci.yml"], "several CI systems (github, gitlab)"),
    ],
)
def test_a_repository_without_one_ci_system(run, project, work, files, told) -> None:
    project(".", "prod")
    for file in files:
        (work / file).parent.mkdir(exist_ok=True)
        (work / file).write_text("")
    done = run("init", "--without-estimate")
    assert (done.code, done.out) == (0, "Wrote apig-cost.toml\n")
    [line] = [line for line in done.err.splitlines() if "No pipeline" in line]
    assert told in line
    assert "--ci github|gitlab|jenkins" in line


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("git@github.acme.example:acme/shop.git", ("github",)),
        ("https://user:token@gitlab.acme.example/shop.git", ("gitlab",)),
        ("https://git.example/github/shop.git", ()),
        ("/srv/github.git", ()),
    ],
)
def test_the_ci_system_of_a_remote(tmp_path, address, found) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {address}\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert repository(below) == tmp_path.resolve()
    assert systems(tmp_path) == found


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["empty"], "no Pulumi project here"),
        (["nowhere"], "no such folder"),
        ([""], "found an empty text"),
        ([".", "--stack", "test"], "has a stack 'test'; there is prod"),
        ([".", "--install", "a'b"], "--install"),
        ([".", "--install", "a\nb"], "--install"),
        (["--ci", "travis"], "travis"),
        (["strange"], "a pipeline cannot name this"),
        (["damaged"], "Pulumi.yaml"),
    ],
)
def test_bad_input_is_one_line(run, project, work, arguments, told) -> None:
    project(".", "prod")
    (work / "empty").mkdir()
    if arguments[0] == "strange":
        project("strange/$(touch x)", "prod")
    if arguments[0] == "damaged":
        project("damaged", "prod")
        (work / "damaged" / "Pulumi.yaml").write_text("[")
    done = run("init", *arguments, "--without-estimate", *([] if "--ci" in arguments else ["--ci", "github"]))
    assert (done.code, done.out) == (2, "")
    [line] = [line for line in done.err.splitlines() if not line.startswith("Found")]
    assert told in line
    assert not (work / "apig-cost.toml").exists()


@pytest.mark.slow
def test_a_folder_that_is_read_only(project, work) -> None:
    project(".", "prod")
    work.chmod(0o555)
    # nothing is read-only to root, unless it gives that up
    bounded = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
    done = subprocess.run(
        [*(bounded if os.geteuid() == 0 else []), sys.executable, "-m", "policypack.cli", "init"],
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    work.chmod(0o755)
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if line.startswith("Error")]
    assert line == (
        "Error: apig-cost.toml: cannot be written (Permission denied); "
        "make the folder writable, or begin in a copy of it that is"
    )


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="a terminal is needed")
def test_it_asks_where_a_person_answers(project, work) -> None:
    project(".", "dev", "prod")
    ours, theirs = os.openpty()
    os.write(ours, b"gitlab\nprod\n")
    done = subprocess.run(
        [sys.executable, "-m", "policypack.cli", "init", "--without-estimate"],
        cwd=work,
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=60,
    )
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0, shown
    assert "Pipeline for" in shown
    assert "apig-cost preview . --stack prod" in (work / ".gitlab-ci.yml").read_text()
