"""``apig-cost policies``: what is checked, and why."""

import click

from policypack.cli.support.completion import policy_names


@click.command("policies")
@click.argument("name", required=False, shell_complete=policy_names)
def command(name: str | None) -> None:
    """List all policies, or explain the one called NAME."""
    from policypack.cli.support.errors import InputError
    from policypack.cli.support.plugins import prove_plugins
    from policypack.findings.catalogue import policies

    if name == "":
        raise InputError("NAME: the name of a policy was expected, found an empty text")
    prove_plugins()
    everything = policies()
    if name is None:
        widest = max(len(policy.name) for policy in everything)
        for policy in everything:
            click.echo(f"{policy.name:<{widest}}  {policy.level:<9}  {policy.summary}")
        return
    for policy in everything:
        if policy.name == name:
            click.echo(f"{policy.name} ({policy.level})\n\n{policy.documentation.strip()}")
            return
    from difflib import get_close_matches

    names = [policy.name for policy in everything]
    near = get_close_matches(name, names, n=1, cutoff=0.4)
    advice = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
    raise InputError(f"{name}: there is no such policy; {advice}")
