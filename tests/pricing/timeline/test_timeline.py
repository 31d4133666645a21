"""Timelines: every worked example of the vendor's pages, to the last digit."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pricing
from pricing.document import DocumentError
from pricing.quantity import Meter
from pricing.timeline import Bill, TimelineError, bill, read_timeline
from pricing.timeline.clock import (
    VENDOR_TIME,
    clock_hours,
    count_clock_hours,
    end_of_term,
    remaining_months,
    seconds_between,
    upgrade_fee,
)

Rate = Callable[..., Bill]


def event(at: str, resource: str, do: str, **keys: object) -> str:
    written = "".join(
        f"{key} = {value if isinstance(value, int) else repr(value)}\n" for key, value in keys.items()
    )
    moment = at.replace(" ", "T") + "+08:00"
    return f'[[event]]\nat = {moment}\nresource = "{resource}"\ndo = "{do}"\n{written}\n'


@pytest.fixture
def rate(tmp_path: Path) -> Rate:
    def build(head: str, *events: str) -> Bill:
        path = tmp_path / "timeline.toml"
        path.write_text(head + "\n" + "".join(events), encoding="utf-8")
        return bill(read_timeline(path), pricing.load())

    return build


CN = 'site = "cn"\nregion = "cn-north-4"\n'
INTL = 'site = "intl"\nregion = "ap-southeast-3"\n'
EU = 'site = "eu"\nregion = "eu-west-101"\n'
EU_RATES = 'currency = "USD"\n[rates]\n"eip.retention" = "0.005"\n"eip.bandwidth" = "0.0178"\n'
CN_RATES = (
    'currency = "CNY"\n[rates]\n"apig.gateway" = { PROFESSIONAL = "12.88", ENTERPRISE = "19.36" }\n'
    '"apig.outbound-bandwidth" = "0.063"\n'
)


class TestGateways:
    @pytest.mark.parametrize(("head", "total", "currency"), [(CN, "643.99", "CNY"), (INTL, "176.50", "USD")])
    def test_a1_a2_one_rounding_of_the_whole_period(
        self, rate: Rate, head: str, total: str, currency: str
    ) -> None:
        found = rate(
            head,
            event("2023-03-08 15:50:04", "gw", "create", kind="gateway", edition="PROFESSIONAL"),
            event("2023-03-10 17:50:00", "gw", "delete"),
        )
        assert (str(found.total), found.currency) == (total, currency)
        assert sum(record.seconds for record in found.records) == 179996
        assert len(found.records) == 51
        assert [row.id for row in found.rows] == [
            "gateway-cn-professional" if currency == "CNY" else "gateway-intl-professional"
        ]

    def test_a5_a6_one_record_for_each_configuration_within_an_hour(self, rate: Rate) -> None:
        found = rate(
            "until = 2023-03-10T10:00:00+08:00\n" + CN_RATES,
            event("2023-03-10 09:00:00", "gw", "create", kind="gateway", edition="PROFESSIONAL", bandwidth=1),
            event("2023-03-10 09:30:00", "gw", "change-edition", edition="ENTERPRISE"),
        )
        gateway = [record for record in found.records if record.meter == Meter.GATEWAY]
        assert [(record.seconds, str(record.rate)) for record in gateway] == [
            (1800, "12.88"),
            (1800, "19.36"),
        ]
        second = [record for record in found.records if record.meter == Meter.OUTBOUND_BANDWIDTH]
        assert [record.seconds for record in second] == [3600]

    def test_a6_components_are_added_before_they_are_rounded(self, rate: Rate) -> None:
        found = rate(
            CN_RATES,
            event("2023-03-10 09:30:00", "gw", "create", kind="gateway", edition="ENTERPRISE", bandwidth=1),
            event("2023-03-10 10:00:00", "gw", "delete"),
        )
        assert [str(record.amount) for record in found.records] == ["9.68", "0.0315"]
        assert str(found.total) == "9.71"

    def test_a7_pay_per_use_ends_where_the_term_begins(self, rate: Rate) -> None:
        found = rate(
            CN_RATES,
            event("2023-04-18 15:29:16", "gw", "create", kind="gateway", edition="PROFESSIONAL"),
            event("2023-04-18 16:30:30", "gw", "convert", mode="yearly-monthly", months=1, price="9000"),
        )
        on_demand, prepaid = found.records[:-1], found.records[-1]
        assert [(record.start.time().isoformat(), record.end.time().isoformat()) for record in on_demand] == [
            ("15:29:16", "16:00:00"),
            ("16:00:00", "16:30:30"),
        ]
        assert (prepaid.start, prepaid.end.isoformat()) == (on_demand[-1].end, "2023-05-18T23:59:59+08:00")
        assert prepaid.amount == 9000

    def test_the_bandwidth_of_a_yearly_monthly_gateway_stays_pay_per_use(self, rate: Rate) -> None:
        found = rate(
            "until = 2023-04-18T12:00:00+08:00\n" + CN_RATES,
            event("2023-04-18 10:00:00", "gw", "create", kind="gateway", edition="PROFESSIONAL", bandwidth=5),
            event("2023-04-18 10:00:00", "gw", "convert", mode="yearly-monthly", months=1, price="9000"),
            event("2023-04-18 11:00:00", "gw", "resize", bandwidth=0),
        )
        meters = [(record.meter, record.seconds) for record in found.records if record.meter != Meter.GATEWAY]
        assert meters == [(Meter.OUTBOUND_BANDWIDTH, 3600)]
        assert found.total == Decimal("9000.32")

    def test_a_second_costs_a_cent_at_least(self, rate: Rate) -> None:
        found = rate(
            CN_RATES,
            event("2023-04-18 10:00:00", "gw", "create", kind="gateway", edition="PROFESSIONAL"),
            event("2023-04-18 10:00:01", "gw", "delete"),
        )
        assert str(found.total) == "0.01"

    def test_what_was_deleted_in_the_same_second_costs_nothing(self, rate: Rate) -> None:
        found = rate(
            CN_RATES,
            event("2023-04-18 10:00:00", "gw", "create", kind="gateway", edition="PROFESSIONAL"),
            event("2023-04-18 10:00:00", "gw", "delete"),
        )
        assert found.records == ()
        assert found.total == 0

    def test_outbound_bandwidth_above_what_is_priced(self, rate: Rate) -> None:
        with pytest.raises(
            TimelineError, match=r"gw create .*: the price of apig\.outbound-bandwidth is not known for 6"
        ):
            rate(
                CN,
                event(
                    "2023-04-18 10:00:00", "gw", "create", kind="gateway", edition="PROFESSIONAL", bandwidth=6
                ),
                event("2023-04-18 11:00:00", "gw", "delete"),
            )


class TestEips:
    @pytest.mark.parametrize("head", [EU_RATES, EU])
    def test_e1(self, rate: Rate, head: str) -> None:
        found = rate(
            head,
            event("2023-04-18 08:45:00", "web", "create", kind="eip", bandwidth=6),
            event("2023-04-18 09:45:00", "web", "bind"),
            event("2023-04-19 06:45:00", "web", "unbind"),
            event("2023-04-19 08:55:00", "web", "delete"),
        )
        assert str(found.total) == "2.5968"
        by_meter = {
            meter: sum((record.amount for record in found.records if record.meter == meter), Decimal(0))
            for meter in (Meter.EIP_BANDWIDTH, Meter.EIP_RETENTION)
        }
        assert by_meter[Meter.EIP_BANDWIDTH] == Decimal("2.581")
        assert round(by_meter[Meter.EIP_RETENTION], 7) == Decimal("0.0158333")

    HOUR = event("2023-04-18 08:45:00", "web", "create", kind="eip", bandwidth=5)
    BOUND = event("2023-04-18 09:45:00", "web", "bind")
    LARGER = event("2023-04-20 10:45:00", "web", "resize", bandwidth=10)
    YEARLY = event("2023-04-30 12:45:00", "web", "convert", mode="yearly-monthly", months=1, price="85.50")

    @pytest.mark.parametrize(
        ("until", "events", "total"),
        [
            ("2023-04-18T09:45:00", (HOUR,), "0.094"),  # E4: 0.005 + 0.089
            ("2023-04-20T10:45:00", (HOUR, BOUND), "4.455"),  # E5: + 4.361
            ("2023-04-30T12:45:00", (HOUR, BOUND, LARGER), "47.531"),  # E6 and E7: + 43.076
            ("2023-04-30T12:45:00", (HOUR, BOUND, LARGER, YEARLY), "133.031"),  # E8: + 85.50
            ("2023-05-30T23:59:59", (HOUR, BOUND, LARGER, YEARLY), "133.031"),
        ],
    )
    def test_e4_to_e8(self, rate: Rate, until: str, events: tuple[str, ...], total: str) -> None:
        found = rate(f"until = {until}+08:00\n{EU_RATES}", *events)
        assert found.total == Decimal(total)

    def test_e8_takes_the_monthly_price_of_the_book(self, rate: Rate) -> None:
        converted = event("2023-04-30 12:45:00", "web", "convert", mode="yearly-monthly", months=1)
        found = rate(EU, self.HOUR, self.BOUND, self.LARGER, converted)
        assert found.total == Decimal("133.031")
        assert found.records[-1].end.isoformat() == "2023-05-30T23:59:59+08:00"
        assert found.records[-1].quantity == 1, "one term"

    @pytest.mark.parametrize(("months", "right"), [(120, True), (121, False)])
    def test_a_term_has_at_most_ten_years(self, rate: Rate, months: int, right: bool) -> None:
        term = event(
            "2023-04-30 12:45:00", "web", "convert", mode="yearly-monthly", months=months, price="85.50"
        )
        with nullcontext() if right else pytest.raises(DocumentError, match="at most 120 months"):
            assert rate(EU_RATES, self.HOUR, self.BOUND, term).total > 0

    def test_e9_ten_minutes(self, rate: Rate) -> None:
        found = rate(
            EU_RATES,
            event("2023-04-18 08:45:30", "web", "create", kind="eip", bandwidth=5),
            event("2023-04-18 08:55:30", "web", "delete"),
        )
        assert {record.seconds for record in found.records} == {600}

    def test_e10_retention_of_ten_seconds(self, rate: Rate) -> None:
        found = rate(
            "until = 2023-04-18T09:00:00+08:00\n" + EU_RATES,
            event("2023-04-18 08:01:00", "web", "create", kind="eip", bandwidth=5),
            event("2023-04-18 08:01:10", "web", "bind"),
        )
        assert [record.seconds for record in found.records if record.meter == Meter.EIP_RETENTION] == [10]

    def test_tiers_are_records_of_their_own(self, rate: Rate) -> None:
        """Six Mbit/s of the China site: 0.565 CNY an hour."""
        stated = (
            'currency = "CNY"\n[rates]\n"eip.retention" = "0.02"\n'
            '"eip.bandwidth" = [{ upTo = 5, rate = "0.063" }, { rate = "0.25" }]\n'
        )
        events = (
            event("2023-04-18 08:00:00", "web", "create", kind="eip", bandwidth=6),
            event("2023-04-18 08:00:00", "web", "bind"),
            event("2023-04-18 09:00:00", "web", "delete"),
        )
        found = rate(stated, *events)
        assert [(str(r.quantity), str(r.rate)) for r in found.records] == [("5", "0.063"), ("1", "0.25")]
        assert found.total == Decimal("0.565")
        assert rate(CN, *events).total == Decimal("0.565")

    def test_a_size_that_no_source_prices_is_an_error(self, rate: Rate) -> None:
        with pytest.raises(TimelineError, match="is not known for 5 Mbit/s"):
            rate(
                CN,
                event("2023-04-18 08:00:00", "web", "create", kind="eip", bandwidth=5),
                event("2023-04-18 09:00:00", "web", "delete"),
            )

    def test_the_state_table(self, rate: Rate) -> None:
        """docs/reference/prices.md, "What an EIP pays in which state"."""
        meters = {}
        for mode in ("bandwidth", "traffic", "shared"):
            found = rate(
                "until = 2023-04-18T10:00:00+08:00\n" + EU_RATES,
                event("2023-04-18 08:00:00", "web", "create", kind="eip", bandwidth=5, mode=mode),
                event("2023-04-18 09:00:00", "web", "bind"),
            )
            meters[mode] = [(record.start.hour, str(record.meter)) for record in found.records]
        assert meters == {
            "bandwidth": [(8, "eip.bandwidth"), (8, "eip.retention"), (9, "eip.bandwidth")],
            "traffic": [(8, "eip.retention")],
            "shared": [(8, "eip.retention")],
        }

    def test_traffic_that_is_not_stated_is_said_not_to_be_in_the_total(self, rate: Rate) -> None:
        events = (
            event("2023-04-18 08:00:00", "web", "create", kind="eip", mode="traffic"),
            event("2023-04-18 08:00:00", "web", "bind"),
        )
        head = 'site = "intl"\nregion = "la-north-2"\ncurrency = "USD"\n[rates]\n"eip.retention" = "0.005"\n'
        deleted = event("2023-04-18 09:00:00", "web", "delete")
        found = rate(head, *events, deleted)
        assert found.total == 0
        assert found.notes == ("The traffic of web is not stated (trafficGB), so it is not in the total.",)
        # S2: 300 GB at 0.081
        found = rate(head, *events, deleted + "trafficGB = 300\n")
        assert found.total == Decimal("24.30")
        assert found.notes == ()

    @pytest.mark.parametrize(
        ("stated", "ended", "since"),
        [
            ("unbind", "unbind", None),
            ("unbind", "delete", None),
            ("resize", "delete", "09:00:00"),  # it goes on being bound
            ("resize", None, "09:00:00"),
            ("bind", None, "08:00:00"),
        ],
    )
    def test_traffic_after_the_last_statement_is_said_not_to_be_in_the_total(
        self, rate: Rate, stated: str, ended: str | None, since: str | None
    ) -> None:
        """The bill of a month in which only the first hour's traffic is stated looked whole."""
        head = 'site = "intl"\nregion = "la-north-2"\ncurrency = "USD"\nuntil = 2023-04-18T12:00:00+08:00\n'
        volume = {"trafficGB": 300}
        at_bind = volume if stated == "bind" else {}
        events = [
            event("2023-04-18 08:00:00", "web", "create", kind="eip", mode="traffic", bandwidth=5),
            event("2023-04-18 08:00:00", "web", "bind", **at_bind),
        ]
        if stated != "bind":
            more = {"bandwidth": 6} if stated == "resize" else {}
            events.append(event("2023-04-18 09:00:00", "web", stated, **more, **volume))
        if ended == "delete":
            events.append(event("2023-04-18 11:00:00", "web", "delete"))
        found = rate(head + '[rates]\n"eip.retention" = "0"\n', *events)
        assert found.total == Decimal("24.30")
        assert [since in note for note in found.notes if "is not stated" in note and since] == [True] * bool(
            since
        )
        assert since or not found.notes

    def test_what_still_exists_at_the_last_event_is_said_to_be_billed_no_further(self, rate: Rate) -> None:
        created = event("2023-04-18 08:00:00", "web", "create", kind="eip", bandwidth=6)
        found = rate(EU_RATES, created)
        assert (found.records, found.total) == ((), 0)
        assert found.notes == (
            "web still exists and is billed to the last event only; state until, the end of what is billed.",
        )
        assert rate(f"until = 2023-04-18T09:00:00+08:00\n{EU_RATES}", created).notes == ()
        assert rate(EU_RATES, created, event("2023-04-18 09:00:00", "web", "delete")).notes == ()

    def test_a_shared_bandwidth_is_billed_until_it_is_deleted(self, rate: Rate) -> None:
        """S6: ten Mbit/s for 744 hours, and the retention of an EIP."""
        found = rate(
            'site = "intl"\nregion = "sa-brazil-1"\n',
            event("2026-10-01 00:00:00", "edge", "create", kind="shared-bandwidth", bandwidth=10),
            event("2026-10-01 00:00:00", "web", "create", kind="eip", mode="shared"),
            event("2026-11-01 00:00:00", "web", "delete"),
            event("2026-11-01 00:00:00", "edge", "delete"),
        )
        assert found.total == Decimal("212.784")
        assert len(found.records) == 2 * 744

    def test_pay_per_use_again_once_the_term_is_over(self, rate: Rate) -> None:
        """2024-01-01 for a month, changed on 2024-01-15: effective 2024-02-01 23:59:59."""
        found = rate(
            "until = 2024-02-02T01:00:00+08:00\n" + EU_RATES,
            event("2024-01-01 00:00:00", "web", "create", kind="eip", bandwidth=10),
            event("2024-01-01 00:00:00", "web", "bind"),
            event("2024-01-01 00:00:00", "web", "convert", mode="yearly-monthly", months=1, price="85.50"),
            event("2024-01-15 00:00:00", "web", "convert", mode="pay-per-use"),
        )
        again = [record for record in found.records if record.amount != Decimal("85.50")]
        assert again[0].start.isoformat() == "2024-02-01T23:59:59+08:00"
        assert sum(record.seconds for record in again) == 3601

    def test_deleting_does_not_change_what_was_paid(self, rate: Rate) -> None:
        found = rate(
            "until = 2025-01-01T00:00:00+08:00\n" + EU_RATES,
            event("2024-01-01 00:00:00", "web", "create", kind="eip", bandwidth=10),
            event("2024-01-01 00:00:00", "web", "convert", mode="yearly-monthly", months=1, price="85.50"),
            event("2024-01-02 00:00:00", "web", "delete"),
        )
        assert found.total == Decimal("85.50")

    def test_the_upgrade_of_a_yearly_monthly_eip(self, rate: Rate) -> None:
        """C1: from 230 to 400 a month with half a month left: 85."""
        events = (
            event("2023-05-30 10:00:00", "web", "create", kind="eip", bandwidth=5),
            event("2023-05-30 10:00:00", "web", "convert", mode="yearly-monthly", months=1, price="230"),
        )
        found = rate(
            EU_RATES, *events, event("2023-06-15 10:00:00", "web", "resize", bandwidth=10, price="400")
        )
        assert found.total == Decimal("315.00")
        assert (found.records[-1].rate, found.records[-1].quantity) == (170, Decimal("0.5"))
        for price, message in ((None, "state price"), ("200", "no source states")):
            keys = {} if price is None else {"price": price}
            with pytest.raises(TimelineError, match=message):
                rate(EU_RATES, *events, event("2023-06-15 10:00:00", "web", "resize", bandwidth=10, **keys))


class TestClock:
    def test_t1_a_full_hour_splits(self) -> None:
        start, end = at("2023-04-18 09:59:30"), at("2023-04-18 10:45:46")
        assert [seconds_between(*part) for part in clock_hours(start, end)] == [30, 2746]

    def test_t2_five_clock_hours(self) -> None:
        start, end = at("2023-04-18 08:30:00"), at("2023-04-18 12:30:00")
        assert [seconds_between(*part) for part in clock_hours(start, end)] == [1800, 3600, 3600, 3600, 1800]

    @pytest.mark.parametrize(
        ("start", "months", "end"),
        [
            ("2023-03-20 10:30:00", 1, "2023-04-20"),
            ("2023-03-18 10:30:00", 2, "2023-05-18"),
            ("2023-04-30 12:45:00", 1, "2023-05-30"),
            ("2024-01-01 00:00:00", 1, "2024-02-01"),
            ("2023-11-15 00:00:00", 12, "2024-11-15"),
            ("2023-12-15 00:00:00", 1, "2024-01-15"),
            ("2024-01-31 00:00:00", 1, "2024-02-29"),
        ],
    )
    def test_a_term_ends_on_the_same_day_number(self, start: str, months: int, end: str) -> None:
        assert end_of_term(at(start), months).isoformat() == f"{end}T23:59:59+08:00"

    def test_c1_half_a_month_remains(self) -> None:
        remaining = remaining_months(date(2023, 6, 15), date(2023, 6, 30))
        assert remaining == Decimal("0.5")
        assert upgrade_fee(Decimal(400), Decimal(230), remaining) == 85

    def test_c2_remaining_parts_of_two_months(self) -> None:
        remaining = remaining_months(date(2023, 4, 18), date(2023, 5, 8))
        assert round(remaining, 4) == Decimal("0.6581")
        assert round(remaining, 5) == Decimal("0.65806")

    def test_c4_is_a_published_error_and_does_not_follow(self) -> None:
        fee = upgrade_fee(Decimal(35000), Decimal(20000), Decimal(16) / Decimal(31))
        assert round(fee, 2) == Decimal("7741.94")
        assert round(fee, 2) != Decimal("5161.29")
        assert round(Decimal(10000) * 16 / 31, 2) == Decimal("5161.29")

    def test_whole_months_in_between(self) -> None:
        assert remaining_months(date(2023, 11, 30), date(2024, 2, 29)) == 3
        assert remaining_months(date(2023, 6, 30), date(2023, 6, 30)) == 0


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VENDOR_TIME)


@settings(max_examples=60)
@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_records_cover_an_interval_without_gap_or_overlap(first: int, length: int) -> None:
    start = at("2023-04-18 08:30:00") + timedelta(seconds=first)
    end = start + timedelta(seconds=length)
    parts = list(clock_hours(start, end))
    assert sum(seconds_between(*part) for part in parts) == length
    edges = [edge for part in parts for edge in part]
    assert edges == sorted(edges)
    assert all(part[0] == earlier[1] for earlier, part in pairwise(parts))
    assert all(part[0].minute == 0 and part[0].second == 0 for part in parts[1:])


CREATE = event("2023-04-18 08:00:00", "web", "create", kind="eip", bandwidth=6)
GATEWAY = event("2023-04-18 08:00:00", "gw", "create", kind="gateway", edition="BASIC")
PREPAID = event("2023-04-18 09:00:00", "web", "convert", mode="yearly-monthly", months=1, price="45")


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (
            (CREATE, event("2023-04-18 07:00:00", "web", "bind")),
            "web bind at 2023-04-18 07:00:00): it is before the event above",
        ),
        (
            (CREATE, event("2023-04-18 09:00:00", "web", "unbind")),
            "web unbind at 2023-04-18 09:00:00): web is not bound",
        ),
        (
            (
                CREATE,
                event("2023-04-18 09:00:00", "web", "bind"),
                event("2023-04-18 10:00:00", "web", "bind"),
            ),
            "web bind at 2023-04-18 10:00:00): web is already bound",
        ),
        (
            (
                CREATE,
                event("2023-04-18 09:00:00", "web", "delete"),
                event("2023-04-18 10:00:00", "web", "bind"),
            ),
            "web bind at 2023-04-18 10:00:00): web was deleted before",
        ),
        ((CREATE, CREATE), "web exists already"),
        ((event("2023-04-18 09:00:00", "web", "bind"),), "web was never created"),
        ((GATEWAY, event("2023-04-18 09:00:00", "gw", "bind")), "only an EIP can be bound"),
        (
            (CREATE, event("2023-04-18 09:00:00", "web", "change-edition", edition="BASIC")),
            "only a gateway has an edition",
        ),
        ((GATEWAY, event("2023-04-18 09:00:00", "gw", "change-edition")), "edition is missing"),
        ((GATEWAY, event("2023-04-18 09:00:00", "gw", "delete", kind="eip")), "gw was created as gateway"),
        ((CREATE, event("2023-04-18 09:00:00", "web", "resize")), "bandwidth is missing, the new size"),
        (
            (CREATE, event("2023-04-18 09:00:00", "web", "resize", bandwidth=0)),
            "bandwidth is 0; expected more than 0",
        ),
        ((event("2023-04-18 08:00:00", "web", "create", kind="eip"),), "bandwidth is missing, the size"),
        (
            (event("2023-04-18 08:00:00", "web", "create", bandwidth=5),),
            "kind is missing; expected one of eip",
        ),
        ((event("2023-04-18 08:00:00", "gw", "create", kind="gateway"),), "edition is missing"),
        (
            (event("2023-04-18 08:00:00", "web", "create", kind="eip", bandwidth=5, edition="BASIC"),),
            "only a gateway has an edition",
        ),
        (
            (event("2023-04-18 08:00:00", "gw", "create", kind="gateway", edition="BASIC", mode="traffic"),),
            "only an EIP has a mode",
        ),
        ((event("2023-04-18 08:00:00", "web", "explode"),), "do is 'explode'; expected one of create"),
        (
            (event("2023-04-18 08:00:00", "web", "create", kind="eip", bandwidth=5, size=4),),
            "size is not a known key",
        ),
        ((), "event is missing; expected at least one [[event]]"),
        ((CREATE.replace("+08:00", ""),), "expected a time with its offset"),
        ((CREATE.replace("00+08:00", "00.5+08:00"),), "expected a whole second"),
        ((CREATE, PREPAID, PREPAID.replace("09:00", "10:00", 1)), "web is yearly/monthly already"),
        (
            (CREATE, event("2023-04-18 09:00:00", "web", "convert", mode="pay-per-use")),
            "web is pay-per-use already",
        ),
        (
            (CREATE, event("2023-04-18 09:00:00", "web", "convert", mode="yearly-monthly")),
            "months is missing",
        ),
        (
            (CREATE, event("2023-04-18 09:00:00", "web", "convert", mode="yearly-monthly", months=1)),
            "the price of eip.bandwidth 5_bgp (yearly-monthly) is not known; state price at the event",
        ),
        (
            (CREATE.replace("bandwidth = 6", "mode = 'traffic'"), PREPAID),
            "only an EIP paid by bandwidth can be yearly/monthly",
        ),
        (
            (CREATE, event("2023-04-18 09:00:00", "web", "delete") + "trafficGB = 5\n"),
            "trafficGB is only for",
        ),
        ((CREATE + "trafficGB = 5\n",), "has sent nothing yet"),
        (
            (
                CREATE.replace("bandwidth = 6", "mode = 'traffic'"),
                event("2023-04-18 09:00:00", "web", "delete") + "trafficGB = 5\n",
            ),
            "which nothing has been bound to yet",
        ),
        ((CREATE, PREPAID, event("2023-06-18 09:00:00", "web", "bind")), "no event says what follows"),
        (
            (GATEWAY, event("2023-04-18 09:00:00", "gw", "delete")),
            "the price of apig.gateway BASIC (pay-per-use) is not known",
        ),
    ],
)
def test_what_cannot_have_happened_is_one_error_that_names_the_event(
    rate: Rate, events: tuple[str, ...], message: str
) -> None:
    with pytest.raises((TimelineError, DocumentError)) as error:
        rate(EU_RATES, *events)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ('[rates]\n"eip.retention" = "0.005"\n', "currency is missing"),
        ('currency = "USD"\n[rates]\n"eip.rent" = "0.005"\n', "eip.rent is not one of"),
        ('currency = "USD"\n[rates]\n"eip.retention" = 0.005\n', "is a float"),
        (
            'currency = "USD"\n[rates]\n"eip.bandwidth" = [{ upTo = 5, rate = "1" }]\n',
            "eip.bandwidth: nothing covers what is above 5",
        ),
        ("until = 2023-04-18T07:00:00+08:00\n", "until is 2023-04-18 07:00:00, before the last event"),
        ("sites = 1\n", "sites is not a known key. Did you mean site?"),
        ('site = "cn"\n', 'state "eip.retention" under [rates], or site and region'),
        (
            'site = "cn"\nregion = "cn-north-4"\ncurrency = "USD"\n',
            "The rates are in USD, but the prices of site cn",
        ),
    ],
)
def test_one_error_for_the_file(rate: Rate, head: str, message: str) -> None:
    with pytest.raises((TimelineError, DocumentError)) as error:
        rate(head, CREATE, event("2023-04-18 09:00:00", "web", "delete"))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("until", "message"),
    [
        (
            "9999-12-31T23:00:00Z",
            "until is 9999-12-31 23:00:00+00:00; expected a time of the years 2000 to 2199",
        ),
        ("9999-12-31T23:00:00-23:59", "expected a time of the years 2000 to 2199"),
        ("0001-01-01T00:00:00+14:00", "expected a time of the years 2000 to 2199"),
        (
            "2199-12-31T00:00:00Z",
            "billing records, one for each clock hour and meter, and 200000 are the most",
        ),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused_with_the_reason(rate: Rate, until: str, message: str) -> None:
    head = f"until = {until}\n" + EU_RATES
    with pytest.raises((TimelineError, DocumentError), match=re.escape(message)):
        rate(head, event("2023-04-18 08:45:00", "web", "create", kind="eip", bandwidth=6))


def test_the_first_year_is_refused_too(rate: Rate) -> None:
    """Together they would be 175 million records."""
    first = event("0001-01-02 00:00:00", "web", "create", kind="eip", bandwidth=6)
    with pytest.raises(DocumentError, match="at is 0001-01-02 00:00:00"):
        rate("until = 9999-12-31T00:00:00Z\n" + EU_RATES, first)


@pytest.mark.parametrize("months", [121, 95_000, 10**12, 10**30])
def test_a_term_that_never_ends_is_refused(rate: Rate, months: int) -> None:
    events = [
        event("2023-04-18 08:45:00", "web", "create", kind="eip", bandwidth=6),
        event("2023-04-18 09:45:00", "web", "convert", mode="yearly-monthly", months=months, price="1"),
    ]
    with pytest.raises(DocumentError, match="expected a term of at most 120 months"):
        rate(EU_RATES, *events)


def test_many_resources_are_counted_together(rate: Rate) -> None:
    events = [
        event("2023-04-18 08:45:00", f"web-{number}", "create", kind="eip", bandwidth=6)
        for number in range(30)
    ]
    with pytest.raises(TimelineError, match="there would be 527100 billing records"):
        rate("until = 2024-04-18T08:45:00+08:00\n" + EU_RATES, *events)


@given(st.integers(0, 10_000), st.integers(0, 100_000))
def test_the_count_of_clock_hours_is_theirs(first: int, length: int) -> None:
    start = at("2023-04-18 08:00:00") + timedelta(seconds=first)
    end = start + timedelta(seconds=length)
    assert count_clock_hours(start, end) == len(list(clock_hours(start, end)))


class TestSubtotals:
    def test_of_one_month_each_meter_of_each_resource(self, rate: Rate) -> None:
        found = rate(
            "until = 2023-04-18T11:00:00+08:00\n" + EU_RATES,
            event("2023-04-18 08:00:00", "b", "create", kind="eip", bandwidth=6),
            event("2023-04-18 09:00:00", "b", "bind"),
            event("2023-04-18 10:00:00", "a", "create", kind="eip", bandwidth=10),
        )
        assert [(one.month, one.resource, one.meter, str(one.amount)) for one in found.subtotals] == [
            (date(2023, 4, 1), "a", Meter.EIP_BANDWIDTH, "0.1780"),
            (date(2023, 4, 1), "a", Meter.EIP_RETENTION, "0.0050"),
            (date(2023, 4, 1), "b", Meter.EIP_BANDWIDTH, "0.3204"),
            (date(2023, 4, 1), "b", Meter.EIP_RETENTION, "0.0050"),
        ]
        assert found.months == ((date(2023, 4, 1), found.total),)

    def test_a_month_ends_on_the_clock_of_the_vendor(self, rate: Rate) -> None:
        found = rate(
            "until = 2023-05-01T02:00:00+08:00\n" + EU_RATES,
            event("2023-04-30 22:00:00", "a", "create", kind="eip", bandwidth=10).replace(
                "2023-04-30T22:00:00+08:00", "2023-04-30T14:00:00Z"
            ),
        )
        assert [(month, str(amount)) for month, amount in found.months] == [
            (date(2023, 4, 1), "0.3660"),
            (date(2023, 5, 1), "0.3660"),
        ]

    def test_what_is_paid_at_once_stands_where_it_is_paid(self, rate: Rate) -> None:
        found = rate(
            "until = 2023-05-10T00:00:00+08:00\n" + EU_RATES,
            event("2023-04-20 08:00:00", "a", "create", kind="eip", bandwidth=10),
            event("2023-04-20 08:00:00", "a", "convert", mode="yearly-monthly", months=1, price="85.5"),
        )
        assert found.months == ((date(2023, 4, 1), Decimal("85.50")),)

    @pytest.mark.parametrize(
        ("until", "noted"), [("2023-05-01T00:00:00", False), ("2023-05-01T00:00:01", True)]
    )
    def test_the_steps_of_traffic_at_the_turn_of_a_month(self, rate: Rate, until: str, noted: bool) -> None:
        steps = '"eip.traffic" = [{ upTo = 10, rate = "1" }, { rate = "0.5" }]\n'
        found = rate(
            f"until = {until}+08:00\n" + EU_RATES + steps,
            event("2023-04-01 00:00:00", "a", "create", kind="eip", mode="traffic"),
            event("2023-04-01 00:00:00", "a", "bind"),
            event("2023-04-30 23:00:00", "a", "unbind", trafficGB=30),
        )
        (traffic,) = [one for one in found.subtotals if one.meter == Meter.EIP_TRAFFIC]
        assert traffic.amount == 20
        assert traffic.month == (date(2023, 5, 1) if noted else date(2023, 4, 1))
        told = [note for note in found.notes if "are counted once from 2023-04 to 2023-05" in note]
        assert bool(told) is noted

    def test_two_months_and_twice_one_month_differ_by_the_steps(self, rate: Rate) -> None:
        steps = '"eip.traffic" = [{ upTo = 10, rate = "1" }, { rate = "0.5" }]\n'

        def of(first: str, until: str, volume: int) -> Decimal:
            return rate(
                f"until = {until}T00:00:00+08:00\n" + EU_RATES + steps,
                event(f"{first} 00:00:00", "a", "create", kind="eip", mode="traffic"),
                event(f"{first} 00:00:00", "a", "bind", trafficGB=volume),
            ).total

        assert of("2023-04-01", "2023-06-01", 40) == 25
        assert of("2023-04-01", "2023-05-01", 20) + of("2023-05-01", "2023-06-01", 20) == 30


@pytest.mark.parametrize(("months", "price"), [(1, "85.50"), (11, "940.50"), (12, None)])
def test_a_price_of_a_month_prices_no_year(rate: Rate, months: int, price: str | None) -> None:
    """It is usually that of ten months: docs/reference/prices.md, "Yearly/monthly terms"."""
    events = (
        event("2023-04-18 10:00:00", "a", "create", kind="eip", bandwidth=10),
        event("2023-04-18 10:00:00", "a", "convert", mode="yearly-monthly", months=months),
    )
    if price is None:
        with pytest.raises(
            TimelineError, match=r"price of eip\.bandwidth 5_bgp .* is not known; state price"
        ):
            rate(EU, *events)
    else:
        assert str(rate(EU, *events).total) == price
