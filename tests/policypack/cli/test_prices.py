"""``apig-cost prices``: the list, the check, and the sync that writes all or nothing."""

import csv
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

import pricing
from policypack.cli.commands.prices import command
from tests.pricing.sync.conftest import catalogue, plan, product
from tests.pricing.sync.test_full_catalogue import CHINA, ELSEWHERE, apig, eip, questions


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


class TestList:
    def test_json_holds_every_row_with_its_source(self) -> None:
        ran = run("list", "--format", "json")
        assert ran.exit_code == 0, ran.output
        found = json.loads(ran.stdout)
        assert found["book"] == pricing.load().identifier
        assert len(found["rows"]) == len(pricing.load().rows)
        assert all(row["source"] and row["confidence"] and row["asOf"] for row in found["rows"])

    def test_filters(self) -> None:
        ran = run("list", "--site", "intl", "--region", "la-south-2", "--meter", "apig.gateway", "-f", "json")
        rows = [row["row"] for row in json.loads(ran.stdout)["rows"]]
        assert rows == [
            "gateway-intl-professional",
            "gateway-la-south-2-basic",
            "gateway-la-south-2-platinum-x2",
            "gateway-la-south-2-professional",
        ]

    def test_csv(self) -> None:
        ran = run("list", "--meter", "eip.bandwidth", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(ran.stdout)))
        prices = {row["row"]: row["price"] for row in rows}
        assert prices["bandwidth-cn"] == "0.565 CNY fixed (for 6 Mbit/s only)"
        assert prices["bandwidth-eu-monthly"] == "85.5 USD fixed (for 10 Mbit/s only)"
        assert {row["row"]: row["unit"] for row in rows}[
            "bandwidth-sa-brazil-1-yearly"
        ] == "Mbit/s-month, 12 at once"

    def test_table(self) -> None:
        ran = run("list", "--meter", "eip.traffic")
        assert "traffic-la-north-2-shared" in ran.stdout
        assert f"3 of {len(pricing.load().rows)} rows of book sha256:" in ran.stdout

    def test_a_wrong_meter(self) -> None:
        ran = run("list", "--meter", "eip.rent")
        assert ran.exit_code == 2
        assert "apig.gateway" in ran.stderr

    def test_a_file_that_is_not_there(self) -> None:
        ran = run("list", "--prices", "none.toml")
        assert ran.exit_code == 2
        assert "none.toml: the price book cannot be read" in ran.stderr


class TestCheck:
    def test_the_bundled_book(self) -> None:
        ran = run("check")
        assert ran.exit_code == 0, ran.output
        assert "every proof holds" in ran.stdout
        assert "rows are older than 365 days; the oldest is" in ran.stdout
        lines = {" ".join(line.split()) for line in ran.stdout.splitlines()}
        assert (
            "meter spec elsewhere ap-southeast-1 cn-east-4 cn-south-1 la-north-2 la-south-2 sa-brazil-1"
            in lines
        )
        assert "apig.gateway PROFESSIONAL e e e e e T e" in lines
        assert "apig.gateway PLATINUM_X8 - - - - - - -" in lines
        assert "apig.outbound-bandwidth publicip - - - - - T T" in lines

    def test_the_age_is_a_choice(self) -> None:
        assert "older than" not in run("check", "--max-age", "100000").stdout

    def test_a_book_that_contradicts_itself(self, tmp_path: Path) -> None:
        path = tmp_path / "book.toml"
        path.write_text(
            'schema = "apig-cost/book/1"\nas_of = 2026-11-01\n[[row]]\nid = "a"\nmeter = "apig.gateway"\n'
            'spec = "BASIC"\nsite = "intl"\nregion = "*"\nmode = "pay-per-use"\ncurrency = "USD"\n'
            'unit = "gateway-hour"\nrate = "2"\nconfidence = "example"\nsource = "x"\nas_of = 2026-11-01\n'
            'example = { hours = 1, amount = "3" }\n'
        )
        ran = run("check", "--prices", str(path))
        assert ran.exit_code == 2
        assert f"{path}: Row a: the worked example gives 2 USD, but 3 is stated." in ran.stderr


APIG: dict[str, Any] = catalogue(
    "apig",
    {
        "apig_apig.instance": [product("BASIC", plan("0.76"))],
        "apig_apig.publicip": [product("publicip", plan("0.02"))],
    },
)
EIP: dict[str, Any] = catalogue(
    "eip",
    {
        "vpc_ip": [product("5_bgp", plan("0.005"))],
        "vpc_bandwidth": [product("19_bgp", plan("0.0281")), product("77_new", plan("1"))],
    },
)


@pytest.fixture
def calculator(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, dict[tuple[str, str], object]]]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    served: dict[tuple[str, str], object] = {
        ("apig", "af-south-1"): APIG,
        ("eip", "af-south-1"): EIP,
        ("apig", "me-east-1"): APIG,
        ("eip", "me-east-1"): {"product": 1},
        ("apig", "tr-west-1"): catalogue("apig", {}),
        ("eip", "tr-west-1"): EIP,
        ("apig", "ap-nowhere-1"): catalogue("apig", {}),
        ("eip", "ap-nowhere-1"): catalogue("eip", {}),
        ("apig", "ap-new-9"): APIG,
        ("eip", "ap-new-9"): EIP,
    }

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            found = served.get((query["urlPath"][0], query["region"][0]))
            data = b"<html>" if found is None else json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", served
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that answers a byte at a time, headers and all, until it is closed."""
    end = threading.Event()

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            while not end.wait(0.05):
                try:
                    self.request.sendall(b"H")
                except OSError:
                    return

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    end.set()
    server.shutdown()
    server.server_close()
    thread.join()


class TestSync:
    def test_writes_a_locked_book(self, calculator: tuple[str, Any], tmp_path: Path) -> None:
        path = tmp_path / "prices.lock.toml"
        url, _ = calculator
        ran = run("sync", "--site", "intl", "--region", "af-south-1", "--endpoint", url, "-o", str(path))
        assert ran.exit_code == 0, ran.output
        assert "4 prices of af-south-1 fetched; book sha256:" in ran.stdout
        assert "Skipped in af-south-1: vpc_bandwidth 77_new: no meter counts it." in ran.stderr
        assert "4 rows added, 0 changed, 0 gone." in ran.stdout
        assert path.read_text().startswith("# Written by `apig-cost prices`.")
        listed = json.loads(run("list", "--prices", str(path), "-f", "json").stdout)
        assert len(listed["rows"]) == 4
        assert {row["confidence"] for row in listed["rows"]} == {"official"}
        assert run("check", "--prices", str(path)).exit_code == 0

    def test_each_region_stands_alone(self, calculator: tuple[str, Any], tmp_path: Path) -> None:
        path = tmp_path / "prices.lock.toml"
        url, served = calculator
        arguments = ("sync", "--site", "intl", "--endpoint", url, "-o", str(path))
        served["apig", "me-east-1"] = {}
        ran = run(*arguments, "--region", "me-east-1")
        assert ran.exit_code == 2
        assert "Error: me-east-1: product: expected an object, found NoneType." in ran.stderr
        assert "Error: Nothing was written." in ran.stderr
        assert list(tmp_path.iterdir()) == []
        served["apig", "me-east-1"] = APIG
        ran = run(*arguments, "--region", "me-east-1", "--region", "tr-west-1", "--region", "af-south-1")
        assert ran.exit_code == 2
        assert "Error: me-east-1: product: expected an object, found int." in ran.stderr
        assert "Note on tr-west-1: tr-west-1 sells nothing in apig_apig.instance" in ran.stderr
        assert "8 prices of me-east-1, tr-west-1, af-south-1 fetched" in ran.stdout
        assert "What failed keeps its old rows; the rest was written." in ran.stderr

    def test_a_failed_region_keeps_its_old_rows(self, calculator: tuple[str, Any], tmp_path: Path) -> None:
        path = tmp_path / "prices.lock.toml"
        url, served = calculator
        arguments = ("sync", "--site", "intl", "--endpoint", url, "-o", str(path), "--region")
        assert run(*arguments, "af-south-1").exit_code == 0
        del served["apig", "af-south-1"]
        served["eip", "af-south-1"] = catalogue(
            "eip",
            {"vpc_ip": [product("5_bgp", plan("0.006"))], "vpc_bandwidth": [product("19_share", plan("1"))]},
        )
        ran = run(*arguments, "af-south-1")
        assert ran.exit_code == 2
        assert "1 row added, 1 changed, 1 gone." in ran.stdout
        assert "retention-5_bgp-ondemand: 0.005 -> 0.006 USD (+20.0 %)" in ran.stdout
        assert "Gone: intl-af-south-1-eip-bandwidth-5_bgp-ondemand" in ran.stdout
        rows = {row.meter: row for row in pricing.load_file(path).rows}
        assert "apig.gateway" in rows

    def test_a_person_sees_which_region_is_asked(
        self, calculator: tuple[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[str] = []

        @contextmanager
        def progress(text: str) -> Iterator[Callable[[str], None]]:
            told.append(text)
            yield told.append

        monkeypatch.setattr("policypack.cli.support.price_sync.progress", progress)
        regions = ("af-south-1", "me-east-1", "tr-west-1")
        options = [part for region in regions for part in ("--region", region)]
        run("sync", "--site", "intl", "--endpoint", calculator[0], "-o", str(tmp_path / "p.toml"), *options)
        assert told == [
            "Fetching prices of af-south-1 (1 of 3) ...",
            "Fetching prices of me-east-1 (2 of 3) ...",
            "Fetching prices of tr-west-1 (3 of 3, 1 failed) ...",
        ]

    def test_a_book_that_is_being_filled_in_is_not_written_over(
        self, calculator: tuple[str, Any], tmp_path: Path
    ) -> None:
        path = tmp_path / "prices.own.toml"
        text = (
            'schema = "apig-cost/book/1"\nas_of = 2026-11-01\n[[row]]\nmeter = "apig.gateway"\n'
            'spec = "BASIC"\nregion = "af-south-1"\ncurrency = "USD"\nrate = ""\n'
        )
        path.write_text(text, encoding="utf-8")
        ran = run(
            "sync", "--site", "intl", "--region", "af-south-1", "--endpoint", calculator[0], "-o", str(path)
        )
        assert ran.exit_code == 2
        assert "rows wait for a rate here and would be lost; name another book with --output" in ran.stderr
        assert path.read_text(encoding="utf-8") == text

    def test_a_region_with_nothing_is_a_note_and_no_error(
        self, calculator: tuple[str, Any], tmp_path: Path
    ) -> None:
        path = tmp_path / "prices.lock.toml"
        url, served = calculator
        served["eip", "tr-west-1"] = catalogue("eip", {})
        ran = run("sync", "--site", "intl", "--region", "tr-west-1", "--endpoint", url, "-o", str(path))
        assert ran.exit_code == 0
        assert ran.stdout == "No prices of tr-west-1 were found. Nothing was written.\n"
        assert not path.exists()

    def test_a_region_that_nobody_lists(self, calculator: tuple[str, Any], tmp_path: Path) -> None:
        path = tmp_path / "prices.lock.toml"
        url, _ = calculator
        arguments = ("sync", "--site", "intl", "--endpoint", url, "-o", str(path), "--region")
        ran = run(*arguments, "ap-nowhere-1")
        assert ran.exit_code == 2
        assert (
            "Error: ap-nowhere-1: no table lists this region, and site intl sells nothing there."
            in ran.stderr
        )
        assert not path.exists()
        assert run(*arguments, "ap-new-9").exit_code == 0
        region = pricing.load_file(path).regions.get("ap-new-9")
        assert region is not None
        assert region.sites == ("intl",)

    def test_patterns_and_all_regions_come_from_the_table(
        self, calculator: tuple[str, Any], tmp_path: Path
    ) -> None:
        url, served = calculator
        served.clear()
        arguments = ("sync", "--endpoint", url, "-o", str(tmp_path / "p.toml"), "--site")
        ran = run(*arguments, "intl", "--region", "af-*")
        assert ran.exit_code == 2
        assert "af-north-1: " in ran.stderr
        assert "af-south-1: " in ran.stderr
        assert "me-east-1" not in ran.stderr
        ran = run(*arguments, "cn", "--all-regions")
        assert "cn-north-4: " in ran.stderr
        assert "af-south-1" not in ran.stderr
        ran = run(*arguments, "intl", "--region", "mars-*")
        assert ran.exit_code == 2
        assert "--region mars-*: site intl sells no such region; it sells af-north-1, " in ran.stderr
        ran = run(*arguments, "intl")
        assert ran.exit_code == 2
        assert "Name regions with --region, or take --all-regions." in ran.stderr

    def test_a_server_that_drips_ends_at_the_deadline(self, tmp_path: Path, dripping: str) -> None:
        path = tmp_path / "prices.lock.toml"
        begun = time.monotonic()
        ran = run(
            "sync",
            "--site",
            "intl",
            "--region",
            "af-*",
            "--endpoint",
            dripping,
            "-o",
            str(path),
            "--deadline",
            "0.5",
        )
        assert ran.exit_code == 2
        for region in ("af-north-1", "af-south-1"):
            assert f"Error: {region}: there was no answer within 0.5 s (--deadline)." in ran.stderr
        assert not path.exists()
        assert time.monotonic() - begun < 20

    def test_nothing_is_tried_after_the_deadline(self, tmp_path: Path) -> None:
        """What cannot be interrupted must not go on behind the back of who waits no more."""
        path = tmp_path / "prices.lock.toml"
        ran = run(
            "sync", "--site", "intl", "--region", "af-*", "--endpoint", "http://127.0.0.1:9",
            "-o", str(path), "--deadline", "0.2",
        )  # fmt: skip
        assert "Error: af-south-1: there was no answer within 0.2 s (--deadline)." in ran.stderr
        for thread in threading.enumerate():
            if thread.name == "fetching prices":
                thread.join(5)
                assert not thread.is_alive()

    @pytest.mark.slow
    def test_whole_catalogues_of_many_regions_into_one_book(
        self, calculator: tuple[str, Any], tmp_path: Path
    ) -> None:
        """The captured shape with odd products in it, for the regions whose prices were missing most."""
        path = tmp_path / "prices.lock.toml"
        url, served = calculator
        for region in (*CHINA, *ELSEWHERE):
            served["apig", region], served["eip", region] = apig(), eip()
        for site, regions in (("cn", CHINA), ("intl", ELSEWHERE)):
            options = [part for region in regions for part in ("--region", region)]
            ran = run("sync", "--site", site, "--endpoint", url, "-o", str(path), *options)
            assert ran.exit_code == 0, ran.stderr
            for region in regions:
                for odd in ("apig.trial.100", "44_new", "condition"):
                    assert any(
                        line.startswith(f"Skipped in {region}: ") and odd in line
                        for line in ran.stderr.splitlines()
                    ), (region, odd)
        book = pricing.load_file(path)
        for site, regions in (("cn", CHINA), ("intl", ELSEWHERE)):
            for region in regions:
                for asked in questions(site, region):
                    found = pricing.answer(book, asked, Decimal(730))
                    assert isinstance(found, pricing.Priced), asked
                    assert found.monthly.is_exact
                    assert found.price is not None
                    assert not found.price.reference

    def test_the_european_site_names_the_command_that_works(self, tmp_path: Path) -> None:
        ran = run("sync", "--site", "eu", "--region", "eu-west-101", "-o", str(tmp_path / "p.toml"))
        assert ran.exit_code == 2
        assert "`apig-cost prices sync --from bss --site eu --region eu-west-101`" in ran.stderr

    def test_an_old_book_that_was_changed_by_hand(self, calculator: tuple[str, Any], tmp_path: Path) -> None:
        path = tmp_path / "prices.lock.toml"
        url, _ = calculator
        arguments = ("sync", "--site", "intl", "--endpoint", url, "-o", str(path), "--region", "af-south-1")
        assert run(*arguments).exit_code == 0
        path.write_text(path.read_text().replace("0.76", "0.75"))
        ran = run(*arguments)
        assert ran.exit_code == 2
        assert "does not fit its hash" in ran.stderr

    def test_a_folder_that_is_not_there(self, calculator: tuple[str, Any], tmp_path: Path) -> None:
        url, _ = calculator
        path = tmp_path / "missing" / "prices.lock.toml"
        ran = run("sync", "--site", "intl", "--region", "af-south-1", "--endpoint", url, "-o", str(path))
        assert ran.exit_code == 2
        assert ran.stderr == (
            f"Error: {path}: cannot be written (there is no such folder); name a file that you may write\n"
        )
        assert ran.stdout == ""  # nothing was asked for

    def test_discounts_need_the_price_api(self) -> None:
        ran = run("sync", "--site", "intl", "--region", "af-south-1", "--discounted")
        assert ran.exit_code == 2
        assert "--from bss" in ran.stderr

    def test_the_price_api_needs_credentials(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        for name in ("AK", "SK", "IDP_ID", "CREDENTIALS_FILE"):
            monkeypatch.delenv(f"HUAWEICLOUD_SDK_{name}", raising=False)
        path = tmp_path / "prices.lock.toml"
        ran = run("sync", "--site", "cn", "--region", "cn-north-4", "--from", "bss", "-o", str(path))
        assert ran.exit_code == 2
        assert "HUAWEICLOUD_SDK_AK" in ran.stderr
        assert not path.exists()


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_list_of_prices_shows_no_password_and_no_formula(run, work, form: str) -> None:
    (work / "own.toml").write_text(
        'schema = "apig-cost/book/1"\nas_of = 2026-11-01\n[[row]]\nmeter = "apig.gateway"\nspec = "=cmd()"\n'
        'site = "intl"\nregion = "ap-southeast-3"\ncurrency = "USD"\nrate = "1.5"\n'
        'source = "https://user:hidden@prices.example/list"\n',
        encoding="utf-8",
    )
    found = run("prices", "list", "--prices", "own.toml", "--format", form)
    assert (found.code, "hidden" in found.out) == (0, False)
    assert (",=cmd()" in found.out) is False
