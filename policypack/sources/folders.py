"""Walking a folder: links are followed once, loops end, and what cannot be listed is told."""

import os
from collections.abc import Iterator
from pathlib import Path


def walk(root: Path, unreadable: list[OSError]) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Every folder at and below a root, with the names of the folders and files in it.

    A folder that links lead to is visited once, under its own path where it is below the root too. A
    link to the root or to a folder that holds it is a loop. As with ``os.walk``, names that the caller
    removes from the list of folders are not visited.

    Args:
        root: Where to begin.
        unreadable: Takes an error with the path for each folder that cannot be listed.
    """
    above = Path(os.path.realpath(root))
    seen: set[str] = set()
    pending = [root]
    for start in pending:
        if start != root and above.is_relative_to(os.path.realpath(start)):
            continue
        for folder, folders, files in os.walk(start, onerror=unreadable.append):
            real = os.path.realpath(folder)
            if real in seen:
                folders.clear()
                continue
            seen.add(real)
            here = Path(folder)
            yield here, folders, files
            pending.extend(here / name for name in sorted(folders) if (here / name).is_symlink())
