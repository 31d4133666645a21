"""What a team says of a gateway that no declaration can show: in a tag or in the settings.

It counts as evidence and is shown as stated, not seen.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from msgspec.structs import replace

from policypack.declared import Absent, Invalid, Known, Secret, Unknown
from policypack.declared.read import shown
from policypack.huaweicloud import Gateway
from policypack.huaweicloud.gateways import tag_of
from policypack.network import evidence as say
from policypack.network.rows import Row
from policypack.network.verdict import Evidence
from policypack.settings.model import Settings
from policypack.settings.pattern import means

Question = Literal["callers", "backends-elsewhere"]

_ROWS: Final[Mapping[Question, Row]] = {
    "callers": Row.STATED_CALLERS,
    "backends-elsewhere": Row.STATED_BACKENDS,
}
_WORDS: Final = ("private", "public")


def stated(gateway: Gateway, settings: Settings, question: Question) -> Iterator[Evidence]:
    """The team's statements about one question, as evidence."""
    resource = gateway.resource
    for statement in settings.statements:
        if means(statement.match, resource.name) or means(statement.match, resource.urn):
            setting = statement.callers if question == "callers" else statement.backends_elsewhere
            if setting is not None:
                fact = f"Stated in the settings for {statement.match!r}: {question} are {setting}."
                yield _evidence(question, setting, fact, None)
    match tag_of(gateway.resource, question):
        case Known(word) if word.strip().lower() in _WORDS:
            word = word.strip().lower()
            fact = f'Stated in a tag of gateway "{resource.name}": {question} = {word}.'
            yield _evidence(question, word, fact, resource.urn)
        case Known(word):
            fact = f'Tag {question} of gateway "{resource.name}" says {shown(word)}, not private or public.'
            yield say.unknown(
                _ROWS[question], fact, resource.urn, f'tag {question} of "{resource.name}", private or public'
            )
        case Absent():
            return
        case Unknown() | Secret() | Invalid():
            fact = f'The tags of gateway "{resource.name}" are not known and may state {question}.'
            yield say.unknown(_ROWS[question], fact, resource.urn, f'tag {question} of "{resource.name}"')


def _evidence(question: Question, word: str, fact: str, urn: str | None) -> Evidence:
    make = say.public if word == "public" else say.private
    return replace(make(_ROWS[question], fact, urn), stated=True)
