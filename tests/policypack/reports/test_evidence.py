"""The evidence of a gateway as text."""

from policypack.reports.evidence import evidence_lines


def test_a_tree_shows_both_paths_with_evidence_and_what_is_missing(program, ref):
    gateway = program.gateway(bandwidthSize=5, tags={"callers": "private"})
    program.web(gateway, "10.20.0.1:80", "stock")
    program.web(gateway, program.unknown, "orders")
    assert "".join(f"{line}\n" for line in evidence_lines(program.judged())) == (
        "├─ public outbound bandwidth: declared on, undecided\n"
        '│  ├─ [private, proves] API "stock" forwards to 10.20.0.1:80, inside cidr 10.20.0.0/16 of the '
        'gateway\'s VPC "net". (backend-3, ApigApi stock)\n'
        '│  ├─ [unknown] API "orders" forwards to an address that is not known (known only after the '
        "deployment). (backend-13, ApigApi orders)\n"
        '│  └─ [missing] web.backendAddress of "orders"\n'
        "└─ public entrance: declared off, unneeded (high certainty)\n"
        '   └─ [private, proves, stated] Stated in a tag of gateway "gate": callers = private. '
        "(stated-callers, ApigInstance gate)\n"
    )


def test_a_setting_is_named_as_the_source(program):
    from policypack.settings.model import Statement

    program.gateway()
    lines = evidence_lines(program.judged(statements=(Statement(match="*", callers="public"),)))
    assert any(line.endswith(", settings)") for line in lines)


def test_a_branch_without_anything_says_so(program):
    program.gateway()
    assert "[missing] the APIs of the gateway" in "\n".join(evidence_lines(program.judged()))


def test_unneeded_says_what_could_not_be_looked_at_and_which_statement_would_decide(program):
    program.web(program.gateway(bandwidthSize=5), "10.20.0.1:80", "stock")
    told = "\n".join(evidence_lines(program.judged()))
    assert "[not looked at] APIs made in the console" in told
    assert "[would decide] the gateway's tag backends-elsewhere" in told
    assert "tag callers" not in told
