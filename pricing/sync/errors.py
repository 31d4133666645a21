"""What can go wrong while prices are fetched. Nothing is written then."""


class SyncError(Exception):
    """Prices could not be fetched or are not as expected. One line; never holds a credential."""
