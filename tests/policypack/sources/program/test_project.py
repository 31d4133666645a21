"""Project files: which program, interpreter and configuration."""

import sys
from pathlib import Path

import pytest
import yaml

from policypack.declared import SECRET, Known
from policypack.declared.value import ABSENT
from policypack.declared.wire import UNKNOWN_STRING
from policypack.sources import SourceError
from policypack.sources.program.project import environment_of, read_project, stacks_of


@pytest.fixture
def write(tmp_path):
    def write_project(text="name: shop\nruntime: python\n", main="__main__.py", **stacks):
        (tmp_path / "Pulumi.yaml").write_text(text)
        (tmp_path / main).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / main).write_text("")
        for stack, content in stacks.items():
            (tmp_path / f"Pulumi.{stack}.yaml").write_text(content)
        return tmp_path

    return write_project


def refused(directory, stack=None):
    with pytest.raises(SourceError) as raised:
        read_project(directory, stack)
    assert "\n" not in str(raised.value)
    return raised.value


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("", "name", "name of the project"),
        ("name: shop", "runtime", "language of the program"),
        ("name: shop\nruntime:", "runtime", "language of the program"),
        ("name: shop\nruntime: {options: {}}", "runtime", "its name"),
        ("name: shop\nruntime: [python]", "runtime", "its name"),
        ("name: shop\nruntime: nodejs", "runtime", "only Python programs are run here, this is nodejs"),
        ("name: shop\nruntime: {name: yaml}", "runtime", "this is yaml"),
        ("name: shop\nruntime: {name: python, options: 5}", "runtime.options", "an object"),
        ("name: shop\nruntime: python\nmain: 5", "main", "a path"),
        ("name: shop\nruntime: python\nmain: app", "main", "no __main__.py in "),
        ("name: shop\nruntime: python\nmain: app", "main", "/app"),
        ("name: shop\nruntime: python\nstackConfigDir: 5", "stackConfigDir", "a path"),
        ("name: shop\nruntime: python\nconfig: [5]", "config", "a mapping"),
        ("name: 5\nruntime: python", "name", "name of the project"),
        ("- a", "", "a mapping"),
        ("5: a", "", "a mapping"),
        ("name: [", "line 1, column 8", "no valid YAML"),
        ("name: \x00", "", "no valid YAML"),
        ("name: !!python/object/apply:os.getcwd []", "line 1, column 7", "no valid YAML"),
        ("a: &a [x]\nb: [*a, *a]", "line 2", "aliases"),
        ("a: " + "[" * 3000, "", "no valid YAML"),
        ("x: " + "a" * 1024 * 1024, "", "more than 1 MiB"),
    ],
)
def test_wrong_project_files(write, text, place, problem):
    error = refused(write(text))
    assert problem in error.problem
    assert error.place == place
    assert error.path.endswith("Pulumi.yaml")


def test_other_languages_are_told_what_to_do(write):
    assert "pulumi preview --json --show-sames" in refused(write("name: a\nruntime: go")).hint


def test_no_project(tmp_path):
    assert "no Pulumi.yaml" in refused(tmp_path).problem


def test_no_program(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: a\nruntime: python")
    assert "no __main__.py" in refused(tmp_path).problem


@pytest.mark.parametrize(
    ("main", "file", "directory"),
    [("", "__main__.py", "."), ("src", "src/__main__.py", "src"), ("src/app.py", "src/app.py", "src")],
)
def test_main(write, main, file, directory):
    root = write(f"name: a\nruntime: python\nmain: {main}\n" if main else "name: a\nruntime: python\n", file)
    project = read_project(root, None)
    assert project.directory.resolve() == (root / directory).resolve()
    assert project.program.resolve() == (root / (file if main.endswith(".py") else directory)).resolve()


@pytest.mark.parametrize(
    ("options", "made", "expected"),
    [
        ("python", None, None),
        ("{name: python, options: {virtualenv: venv}}", "venv", "venv"),
        ("{name: python, options: {virtualenv: ../shared}}", "../shared", "../shared"),
        ("{name: python, options: {toolchain: uv}}", ".venv", ".venv"),
        ("{name: python, options: {toolchain: poetry}}", ".venv", ".venv"),
        ("{name: python, options: {toolchain: uv, virtualenv: venv}}", "venv", "venv"),
    ],
)
def test_interpreter(write, options, made, expected):
    root = write(f"name: a\nruntime: {options}\n")
    if made:
        (root / made / "bin").mkdir(parents=True)
        (root / made / "bin/python").symlink_to(sys.executable)
    project = read_project(root, "dev")
    if expected is None:
        assert project.interpreter.path == Path(sys.executable)
        assert project.interpreter.environment is None
    else:
        assert project.interpreter.path == root / expected / "bin/python"
        assert environment_of(project)["VIRTUAL_ENV"] == str(root / expected)
        assert environment_of(project)["PATH"].startswith(str(root / expected / "bin"))
    assert not any("virtual environment" in note for note in project.notes)


@pytest.mark.parametrize("options", ["{virtualenv: venv}", "{toolchain: uv}", "{toolchain: poetry}"])
def test_a_missing_virtual_environment_is_noted_first(write, options):
    project = read_project(write(f"name: a\nruntime: {{name: python, options: {options}}}\n"), None)
    assert project.interpreter.path == Path(sys.executable)
    assert "virtual environment" in project.notes[0]
    assert "interpreter of apig-cost" in project.notes[0]
    assert len(project.notes) == 2


@pytest.fixture
def activate(tmp_path_factory, monkeypatch):
    def make(variable="VIRTUAL_ENV", made=True):
        folder = tmp_path_factory.mktemp("activated")
        if made:
            (folder / "bin").mkdir()
            (folder / "bin/python").symlink_to(sys.executable)
        monkeypatch.setenv(variable, str(folder))
        return folder

    return make


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_an_activated_environment_runs_a_program_that_names_none(write, activate, variable):
    folder = activate(variable)
    project = read_project(write(), "dev")
    assert project.interpreter.path == folder / "bin/python"
    assert environment_of(project)["PATH"].startswith(str(folder / "bin"))


def test_an_activated_environment_stands_in_for_one_that_is_missing(write, activate):
    folder = activate()
    project = read_project(write("name: a\nruntime: {name: python, options: {virtualenv: venv}}\n"), "dev")
    assert project.interpreter.path == folder / "bin/python"
    assert f"the activated environment {folder}" in project.notes[0]


def test_the_environment_that_a_project_names_comes_before_an_activated_one(write, activate):
    activate()
    root = write("name: a\nruntime: {name: python, options: {virtualenv: venv}}\n")
    (root / "venv/bin").mkdir(parents=True)
    (root / "venv/bin/python").symlink_to(sys.executable)
    assert read_project(root, "dev").interpreter.path == root / "venv/bin/python"


@pytest.mark.parametrize("case", ["gone", "ours", "conda's base"])
def test_what_is_no_activated_environment_of_a_user(write, activate, monkeypatch, case):
    if case == "gone":
        activate(made=False)
    elif case == "ours":
        monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    else:
        activate("CONDA_PREFIX")
        monkeypatch.setenv("CONDA_DEFAULT_ENV", "base")
    assert read_project(write(), "dev").interpreter.path == Path(sys.executable)


@pytest.mark.parametrize(
    ("present", "wanted", "expected"),
    [
        (["prod"], None, "prod"),
        ([], None, "dev"),
        (["dev", "prod"], "prod", "prod"),
        (["dev", "test"], "acme/shop/test", "test"),
        ([], "acme/shop/test", "test"),
    ],
)
def test_stack(write, present, wanted, expected):
    root = write(**dict.fromkeys(present, "config: {}"))
    project = read_project(root, wanted)
    assert project.stack == expected
    assert any("without configuration" in note for note in project.notes) is (expected not in present)


@pytest.mark.parametrize("names", [("prod", "test"), ("dev", "prod")])
def test_several_stacks(write, names):
    error = refused(write(**dict.fromkeys(names, "")))
    assert ", ".join(names) in error.problem
    assert "--stack" in error.hint
    assert "--all-stacks" in error.hint


@pytest.mark.parametrize(
    ("wanted", "hint"), [("prdo", "did you mean prod?"), ("acme/x", "there is dev, prod")]
)
def test_an_unknown_stack_beside_known_ones(write, wanted, hint):
    error = refused(write(dev="", prod=""), wanted)
    assert (error.hint, "there is no stack" in error.problem) == (hint, True)


def test_what_is_no_file_of_a_stack(write):
    root = write(dev="")
    (root / "Pulumi.old.yml").touch()  # Pulumi looks for the ending of the project file
    (root / "Pulumi.folder.yaml").mkdir()
    (root / "Pulumi.a b.yaml").touch()
    assert stacks_of(root) == ["dev"]


def test_a_file_of_a_stack_that_leads_nowhere_is_not_left_out(write):
    root = write(dev="")
    (root / "Pulumi.prod.yaml").symlink_to(root / "gone")
    assert stacks_of(root) == ["dev", "prod"]
    assert "cannot be read" in refused(root, "prod").problem


def test_the_ending_of_the_project_file_is_that_of_its_stacks(tmp_path):
    (tmp_path / "Pulumi.yml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.prod.yml").write_text("config: {a: 5}")
    (tmp_path / "__main__.py").touch()
    assert read_project(tmp_path, None).config == {"shop:a": "5"}


def test_stacks_that_cannot_be_listed_are_an_error(write, monkeypatch):
    root = write("name: shop\nruntime: python\nstackConfigDir: stacks\n")
    (root / "stacks").mkdir()

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert "cannot be listed (Permission denied)" in refused(root).problem


@pytest.mark.parametrize("stack", ["", "a b", "a\n", "x" * 101])
def test_a_name_that_no_stack_has(write, stack):
    assert "name of a stack" in refused(write(), stack).problem


def test_configuration(write):
    root = write(
        """
        name: shop
        runtime: python
        config:
          plain: from-project
          shop:size: {type: integer, default: 5}
          shop:kept: {value: kept}
          shop:required: {type: string}
          huaweicloud:region: cn-north-4
        """,
        dev="""
        config:
          shop:size: 9
          flag: true
          empty:
          date: 2024-01-01
          time: 12:30:45
          octal: 0x1F
          fraction: 1.5
          exponent: 1e3
          digits: "0a1b"
          quoted: "5"
          agreed: yes
          list: [1, a, {b: 2}]
          shop:config:old: form
          whole: {secure: v1:x}
          part: {a: 1, b: [{secure: v1:x}]}
        """,
    )
    project = read_project(root, None)
    assert dict(project.config) == {
        "shop:plain": "from-project",
        "shop:size": "9",
        "shop:kept": "kept",
        "huaweicloud:region": "cn-north-4",
        "shop:flag": "true",
        "shop:empty": "",
        "shop:date": "2024-01-01",
        "shop:time": "12:30:45",
        "shop:octal": "31",
        "shop:fraction": "1.5",
        "shop:exponent": "1e3",
        "shop:digits": "0a1b",
        "shop:quoted": "5",
        "shop:agreed": "true",
        "shop:list": '[1,"a",{"b":2}]',
        "shop:old": "form",
        "shop:whole": UNKNOWN_STRING,
        "shop:part": '{"a":1,"b":["' + UNKNOWN_STRING + '"]}',
    }
    assert project.secret_keys == ("shop:part", "shop:whole")
    assert project.setting("huaweicloud:region") == Known("cn-north-4")
    assert project.setting("shop:whole") == SECRET
    assert project.setting("shop:none") == ABSENT


def test_an_encrypted_value_is_replaced_by_an_open_one(write):
    project = read_project(
        write("name: a\nruntime: python\nconfig: {a:b: {value: {secure: x}}}\n", dev="config: {a:b: open}"),
        None,
    )
    assert project.secret_keys == ()


def test_an_environment_of_pulumi_cloud_is_a_gap(write):
    (gap,) = read_project(write(dev="environment: [acme/dev]\n"), None).gaps
    assert "ESC" in gap


def test_the_folder_of_the_configuration(write):
    root = write("name: a\nruntime: python\nstackConfigDir: stacks\n")
    (root / "stacks").mkdir()
    (root / "stacks/Pulumi.prod.yaml").write_text("config: {a:b: c}")
    project = read_project(root, None)
    assert (project.stack, dict(project.config)) == ("prod", {"a:b": "c"})


def test_a_damaged_configuration(write):
    error = refused(write(dev="config:\n  a: [\n"))
    assert error.path.endswith("Pulumi.dev.yaml")
    assert error.place.startswith("line 3")


def test_the_loader_does_not_change_that_of_others():
    assert yaml.safe_load("a: 2024-01-01")["a"].year == 2024
