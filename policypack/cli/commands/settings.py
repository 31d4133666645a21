"""``apig-cost settings``: check a settings file, print the schema that editors use."""

import click


@click.group("settings")
def command() -> None:
    """Check settings, or print their JSON schema."""


@command.command("check")
@click.argument("file", required=False)
def check(file: str | None) -> None:
    """Check FILE, by default apig-cost.toml of the current directory or above it.

    A FILE that ends in .json is read as the configuration of the policy pack. Environment variables
    that start with APIG_COST_ are checked too.
    """
    from policypack.cli.support.books import load_books
    from policypack.cli.support.configuration import load_settings, settings_file
    from policypack.cli.support.errors import InputError
    from policypack.cli.support.run import check_limits, load_terms

    search = settings_file(file)
    path = search.path
    if path is None:
        raise InputError(f"settings: {search.told}; name the file to check")
    settings = load_settings(path)
    check_limits(settings, load_books(settings.price_book), path)
    load_terms(settings.terms)
    click.echo(f"{path}: all settings are right")


@command.command("schema")
@click.option(
    "--for",
    "form",
    type=click.Choice(["pack", "toml"]),
    default="toml",
    show_default=True,
    help="The policy pack's JSON or the command line's TOML.",
)
def schema(form: str) -> None:
    """Print the JSON schema of the settings, for editors and other programs."""
    import json

    from policypack.findings.catalogue import policies
    from policypack.settings.schema import pack_schema, toml_schema

    names = [policy.name for policy in policies()]
    document = pack_schema(names) if form == "pack" else toml_schema(names)
    click.echo(json.dumps(document, indent=2))
