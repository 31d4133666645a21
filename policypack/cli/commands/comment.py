"""``apig-cost comment``: one comment on a pull request, kept up to date."""

from typing import Any

import click


@click.group("comment")
def command() -> None:
    """Keep one comment on a pull request up to date, from a report in JSON.

    REPORT.json comes from --report, or --format json, of check, preview, audit or diff. Nothing is sent
    but that comment, and only to the platform that the environment names.
    """


def _options(function: Any) -> Any:
    for option in (
        click.argument("report", metavar="REPORT.json"),
        click.option(
            "--key",
            default="default",
            show_default=True,
            metavar="NAME",
            help="Tells several comments on one pull request apart.",
        ),
        click.option(
            "--number", type=click.IntRange(min=1), help="The pull request, where the environment names none."
        ),
    ):
        function = option(function)
    return function


@command.command("github")
@_options
def github(report: str, key: str, number: int | None) -> None:
    """Comment on a pull request of GitHub.

    Takes GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_EVENT_PATH and GITHUB_API_URL, as a job has them. A run
    of a fork, which has no token that may comment, gets the job summary instead.
    """
    from policypack.cli.support.commenting import comment_on_github

    comment_on_github(report, key, number)


@command.command("gitlab")
@_options
def gitlab(report: str, key: str, number: int | None) -> None:
    """Comment on a merge request of GitLab.

    Takes GITLAB_TOKEN (an access token with the scope api), CI_API_V4_URL, CI_PROJECT_ID and
    CI_MERGE_REQUEST_IID, as a job has them.
    """
    from policypack.cli.support.commenting import comment_on_gitlab

    comment_on_gitlab(report, key, number)
