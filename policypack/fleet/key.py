"""What a result depends on. As long as a key is the same, what was kept under it is still true."""

from hashlib import sha256

import pricing
from policypack.assessment import Assessor
from policypack.fleet.program import program
from policypack.printable import without_credentials
from policypack.reports.report import reference_to
from policypack.sources import Entry


def identity(entry: Entry) -> str:
    """Which entry it is, whatever stands in it."""
    wanted = entry.wanted
    names = (wanted.stack or "", wanted.project or "", str(wanted.every))
    return _digest(without_credentials(entry.root), entry.path, *names)


def key(entry: Entry, digest: str, given: str) -> str:
    """What the result of an entry depends on; empty where nothing tells whether it is still the same.

    Args:
        entry: What is read.
        digest: Of its content, where its listing told no version.
        given: What it is assessed with (``fingerprint``).
    """
    version = entry.version or digest
    if not version:
        return ""
    flags = (str(entry.locked), str(entry.may_be_other), str(entry.is_state))
    return _digest(identity(entry), version, entry.shown, *flags, given)


def fingerprint(assessor: Assessor) -> str:
    """All that every stack of a run is assessed with: program, settings, prices and terms.

    The day is part of it where settings or terms look at it: waivers and discounts end, prices get old.
    """
    settings, terms = assessor.settings, assessor.terms
    dated = bool(settings.waivers or settings.max_price_age_days is not None or terms != pricing.Terms())
    day = assessor.today.isoformat() if dated else ""
    return _digest(program(), repr(settings), repr(terms), repr(reference_to(assessor.book)), day)


def digest_of(content: bytes) -> str:
    """Of the content of a state."""
    return sha256(content).hexdigest()


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
