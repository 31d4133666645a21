"""The comment on a pull request, made from a JSON report."""
