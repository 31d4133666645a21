"""Finds public outbound bandwidth of a gateway whose backends are all reached privately.

What it finds
    A gateway with `bandwidthSize` above 0, while every API, authorizer and plugin that is declared
    for it sends its requests over the private network: to addresses of the VPC, to channels of
    servers or containers, to functions of the same region, or nowhere (mocks).

Why it costs
    Public outbound bandwidth is billed by the hour for each Mbit/s from the moment it is switched on,
    used or not. It carries requests to backends on the public network and nothing else: backends in
    the gateway's VPC, FunctionGraph of the same region and answers to callers do not pass through it.

Example
    ```python
    gateway = apig.Instance("orders", edition="PROFESSIONAL", bandwidth_size=5, ...)
    apig.Api("stock", instance_id=gateway.id, web={"backend_address": "10.20.1.40:8080", ...}, ...)
    ```

Instead
    Leave `bandwidth_size` out, or set it to 0. The gateway keeps running; only the public way out is
    closed, and it can be opened again at any time.

Before you follow this advice
    APIs also arise outside the program: in the console, by importing OpenAPI files or CCE workloads,
    and by function triggers. If such APIs have public backends, say so with the tag
    `backends-elsewhere: public` on the gateway or a statement in the settings. Names that only
    private DNS resolves count as private with medium confidence; check that the gateway resolves them.

References
    - https://support.huaweicloud.com/intl/en-us/price-apig/apig_08_0003.html (a backend in the same
      VPC is reached by its private address, no bandwidth has to be purchased)
    - https://support.huaweicloud.com/intl/en-us/functiongraph_faq/functiongraph_03_0851.html
    - https://support.huaweicloud.com/intl/zh-cn/price-apig/apig_08_0019.html (closing the public way
      out stops its billing)
"""

from collections.abc import Iterator
from typing import Final

from policypack.findings.about import about
from policypack.findings.finding import Finding
from policypack.findings.phrasing import a_month, facts, leaves, mbits, missing, named, sentence, sentences
from policypack.findings.subject import Subject
from policypack.network.verdict import GatewayJudgement
from pricing.quantity import Meter

LEVEL: Final = "advisory"


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for each gateway that pays, or may pay, for a way out that nothing needs."""
    for judged in subject.network.gateways:
        outbound = judged.outbound
        if judged.gateway.resource.leaving or outbound.declared == "off" or outbound.verdict == "needed":
            continue
        if outbound.verdict == "undecided":
            yield _undecided(judged)
        elif outbound.declared == "on":
            yield _unneeded(subject, judged)
        else:
            yield _size_unknown(subject, judged)


def _unneeded(subject: Subject, judged: GatewayJudgement) -> Finding:
    gateway = judged.gateway.resource
    saving = subject.saving(gateway.urn, Meter.OUTBOUND_BANDWIDTH)
    pays = f"{named(gateway)} pays for {mbits(judged.gateway.outbound)} of public outbound bandwidth"
    likely = "" if judged.outbound.certainty == "high" else ", as far as the declaration shows"
    return about(gateway).violation(
        sentences(
            sentence(
                f"{pays}, and all its backends are reached privately{likely}", "nothing uses that bandwidth"
            ),
            leaves(judged.outbound),
            a_month(saving, "Switching it off"),
        ),
        _off(subject),
        evidence=facts(judged.outbound.evidence),
        confidence=judged.outbound.certainty,
        saving=saving,
    )


def _undecided(judged: GatewayJudgement) -> Finding:
    gateway = judged.gateway.resource
    size = (
        f"{mbits(judged.gateway.outbound)} of public outbound bandwidth"
        if judged.outbound.declared == "on"
        else "public outbound bandwidth of a size that is not known yet"
    )
    return about(gateway).undecided(
        sentences(
            f"{named(gateway)} declares {size}, and whether a backend needs it cannot be told.",
            f"Not known: {missing(judged.outbound)}.",
        ),
        "Declare what is missing, or state it with the tag backends-elsewhere: private or public.",
        evidence=facts(judged.outbound.evidence),
    )


def _size_unknown(subject: Subject, judged: GatewayJudgement) -> Finding:
    gateway = judged.gateway.resource
    sets = f"{named(gateway)} sets {subject.spelled('bandwidthSize')} to a value that is not known yet"
    return about(gateway).undecided(
        sentence(
            f"{sets}, and all its backends are reached privately",
            "any size above 0 is paid for and used by nothing",
        ),
        _off(subject),
        evidence=facts(judged.outbound.evidence),
    )


def _off(subject: Subject) -> str:
    return f"Remove {subject.spelled('bandwidthSize')} or set it to 0."
