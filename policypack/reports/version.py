"""Which version of the tool made a report."""


def tool_version() -> str:
    """The installed version; ``0`` in a checkout that was never installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("apig-cost")
    except PackageNotFoundError:
        return "0"
