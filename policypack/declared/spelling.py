"""How a property is spelled where the user wrote it.

Pulumi's schema says ``bandwidthSize``. Python programs and configurations of Terraform say
``bandwidth_size``, and a reader looks for what stands in the file.
"""

import re
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=1024)
def in_snake_case(path: str) -> str:
    """The path of a property with its words joined by underscores."""
    return _WORD.sub("_", path).lower()
