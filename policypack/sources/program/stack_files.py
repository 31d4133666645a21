"""The files ``Pulumi.<stack>.yaml``: which stacks there are, and which of them is meant."""

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from policypack.sources.error import SourceError

_DEFAULT_STACK: Final = "dev"
_PREFIX: Final = "Pulumi."
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_CHOOSE: Final = "choose one with --stack, or all with --all-stacks"


def configured_stacks(configs: Path, ending: str) -> list[str]:
    """Names of the stacks that a folder holds configuration for, sorted.

    Args:
        configs: The folder of the files.
        ending: ``.yaml`` or ``.yml``: Pulumi looks for that of the project file only
            (``DetectProjectStackPath`` in ``sdk/go/common/workspace`` of pulumi/pulumi).

    Raises:
        SourceError: The folder cannot be listed.
    """
    form = re.compile(f"{re.escape(_PREFIX)}({_NAME.pattern}){re.escape(ending)}")
    try:
        files = [file.name for file in configs.iterdir() if not file.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        problem = f"the stacks of the program cannot be listed ({error.strerror})"
        raise SourceError(str(configs), "", problem) from None
    return sorted(match[1] for file in files if (match := form.fullmatch(file)))


def chosen_stack(present: list[str], wanted: str | None, path: str, ending: str, notes: list[str]) -> str:
    """The stack that a program is run as.

    Args:
        present: Stacks that there is configuration for.
        wanted: What the user named: a stack, also with its organization.
        path: Where the program is, for errors.
        ending: Of the stacks' files.
        notes: Takes what a user should know.

    Raises:
        SourceError: Several could be meant, or none of those that there are.
    """
    if wanted is not None:
        name = wanted.rpartition("/")[2]
        if not _NAME.fullmatch(name):
            raise SourceError(
                path, "", "the name of a stack was expected", "letters, digits, '-', '_' and '.'"
            )
        if name in present:
            return name
        if present:
            near = get_close_matches(name, present, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(present)}"
            raise SourceError(path, "", f"there is no stack {name} ({_PREFIX}{name}{ending})", hint)
        notes.append(
            f"There is no {_PREFIX}{name}{ending}, so the program ran without configuration of a stack."
        )
        return name
    if len(present) == 1:
        return present[0]
    if not present:
        notes.append(
            f"There is no {_PREFIX}<stack>{ending}, so the program ran as stack dev without configuration."
        )
        return _DEFAULT_STACK
    raise SourceError(path, "", f"this program has several stacks ({', '.join(present)})", _CHOOSE)
