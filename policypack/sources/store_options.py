"""What fsspec's file systems call the parameters and variables that Pulumi accepts for a store.

A state that the CLI finds with the address and the environment at hand is found here with the same.
"""

import json
import os
from collections.abc import Callable, Mapping
from typing import Final

from policypack.sources.error import Malformed

Query = Mapping[str, list[str]]
Options = dict[str, object]


def options_of(protocol: str, query: Query) -> Options:
    """The options that a file system is opened with.

    Args:
        protocol: As fsspec names it.
        query: Parameters of the address.

    Raises:
        Malformed: A variable does not hold what it should.
        ImportError: The package of this kind of store is missing.
    """
    return _OPTIONS[protocol](query) if protocol in _OPTIONS else {}


def _s3_options(query: Query) -> Options:
    """What s3fs calls the parameters that Pulumi accepts in the address of an S3-compatible store."""
    given = {key.lower(): values[-1] for key, values in query.items()}
    insecure = _is_true(given, "disablessl") or _is_true(given, "disable_https")
    options: Options = {}
    endpoint = given.get("endpoint")
    if endpoint:
        options["endpoint_url"] = (
            endpoint if "://" in endpoint else f"http{'' if insecure else 's'}://{endpoint}"
        )
    if given.get("profile"):
        options["profile"] = given["profile"]
    if given.get("region"):
        options["client_kwargs"] = {"region_name": given["region"]}
    if _is_true(given, "s3forcepathstyle") or _is_true(given, "use_path_style"):
        options["config_kwargs"] = {"s3": {"addressing_style": "path"}}
    return options


def _azure_options(query: Query) -> Options:
    """What adlfs calls the parameters and variables that Pulumi accepts (``gocloud.dev/blob/azureblob``).

    The variables for connection strings, signatures and service principals have the same names there.
    Without any of these the login of the machine counts, as with Pulumi.
    """
    given = {key.lower(): values[-1] for key, values in query.items()}
    account = given.get("storage_account") or os.environ.get("AZURE_STORAGE_ACCOUNT")
    key = os.environ.get("AZURE_STORAGE_KEY")
    domain = given.get("domain") or os.environ.get("AZURE_STORAGE_DOMAIN")
    if account and key and (given.get("protocol") or _is_true(given, "localemu")):
        protocol, emulated = given.get("protocol", "https"), _is_true(given, "localemu")
        host = domain or "blob.core.windows.net"
        endpoint = f"{protocol}://{host}/{account}" if emulated else f"{protocol}://{account}.{host}"
        told = f"AccountName={account};AccountKey={key};BlobEndpoint={endpoint};"
        return {"connection_string": told}
    options: Options = {}
    if account:
        options["account_name"] = account
    if key:
        options["account_key"] = key
    if account and domain:
        options["account_host"] = f"{account}.{domain}"
    if not key and not any(os.environ.get(name) for name in _AZURE_SECRETS):
        options["anon"] = False
    return options


_AZURE_SECRETS: Final = (
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_CONNECTION_STRING",
    "AZURE_STORAGE_SAS_TOKEN",
)


def _google_options(query: Query) -> Options:
    """Credentials in a variable of Pulumi's own (``authhelpers``); gcsfs finds the usual ones itself."""
    del query  # Pulumi takes none that gcsfs has
    content = os.environ.get("GOOGLE_CREDENTIALS")
    if content:
        try:
            return {"token": json.loads(content)}
        except ValueError:
            told = "the content of a file of credentials (JSON) was expected"
            raise Malformed(
                "GOOGLE_CREDENTIALS", told, "GOOGLE_APPLICATION_CREDENTIALS names a file"
            ) from None
    token = os.environ.get("GOOGLE_OAUTH_ACCESS_TOKEN")
    if token:
        from google.oauth2.credentials import Credentials

        return {"token": Credentials(token)}  # type: ignore[no-untyped-call]
    return {}


_OPTIONS: Final[Mapping[str, Callable[[Query], Options]]] = {
    "s3": _s3_options,
    "abfs": _azure_options,
    "gs": _google_options,
}


def _is_true(given: Mapping[str, str], key: str) -> bool:
    return given.get(key, "").lower() in {"1", "t", "true"}
