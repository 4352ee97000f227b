"""`tokentally prices` and `aliases`: setting, withdrawing, importing, and the audit of it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from backend.tests.engines.plain import change
from jobs.tests.conftest import Run, Said
from jobs.tests.usage_rows import march, rows

HEAD = ["model", "source", "from", "tier from", "input", "cached", "write", "write 1h"]
FROM = ("--effective-from", "2024-01-01")
BASE = ("--input", "1.75", "--output", "14")


def table(said: Said) -> list[list[str]]:
    """The cells of a plain list, without its head; blank cells are left out."""
    return [re.split(r"\s{2,}", line) for line in said.out.splitlines()[1:]]


def test_an_own_price_is_listed_as_it_was_set(tokentally: Run) -> None:
    special = ("--cached-input", "0.175", "--cache-write", "2", "--cache-write-1h", "4")
    reasoning = ("--reasoning-output", "0.000000001")

    said = tokentally("prices", "set", "Vendor/M", *FROM, *BASE, *special, *reasoning)

    applied = "`tokentally reprice --model vendor/m` applies it"
    assert said == Said(0, f"vendor/m has an own price; {applied}\n", "")
    listed = tokentally("prices", "list", "vendor/M")
    assert table(listed) == [
        ["vendor/m", "manual", "2024-01-01", "1.75", "0.175", "2", "4", "14", "0.000000001"]
    ]
    assert re.split(r"\s{2,}", listed.out.splitlines()[0])[:8] == HEAD
    assert table(tokentally("prices", "list", "other")) == []


def test_a_tier_stands_beside_its_base(tokentally: Run) -> None:
    tier = ("--tier-from", "200000", "--input", "3.5", "--output", "28")

    alone = tokentally("prices", "set", "m", *FROM, *tier)
    tokentally("prices", "set", "m", *FROM, *BASE)
    tokentally("prices", "set", "m", *FROM, *tier)

    refused = "tokentally: a tier needs a price for all inputs, of the same day, first\n"
    assert alone == Said(2, "", refused)
    assert table(tokentally("prices", "list")) == [
        ["m", "manual", "2024-01-01", "1.75", "14"],
        ["m", "manual", "2024-01-01", "200000", "3.5", "28"],
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--input", "-1", "--output", "1"), "input -1 is negative"),
        (("--input", "nan", "--output", "1"), "input NaN is no number"),
        (("--input", "inf", "--output", "1"), "input Infinity is no number"),
        (("--input", "1,5", "--output", "1"), "input '1,5' is no number"),
        (
            ("--input", "1", "--output", "1000001"),
            "output 1000001 is more than 1000000 USD per million tokens",
        ),
    ],
)
def test_a_price_that_can_not_be_meant_is_refused_with_the_reason(
    tokentally: Run, given: tuple[str, ...], told: str
) -> None:
    assert tokentally("prices", "set", "m", *FROM, *given) == Said(2, "", f"tokentally: {told}\n")
    assert table(tokentally("prices", "list")) == []


@pytest.mark.parametrize("day", ["2024-02-30", "yesterday", "1999-01-01"])
def test_a_day_that_can_not_be_meant_is_refused(tokentally: Run, day: str) -> None:
    said = tokentally("prices", "set", "m", "--effective-from", day, *BASE)

    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("tokentally: --effective-from ")


def test_a_mistake_is_withdrawn_and_stays_in_the_book(tokentally: Run) -> None:
    tokentally("prices", "set", "m", *FROM, *BASE, "--why", "the contract")

    said = tokentally("prices", "remove", "m", *FROM, "--why", "typo")

    assert said == Said(0, "m has no manual price from 2024-01-01 on\n", "")
    assert table(tokentally("prices", "list")) == [
        ["m", "manual", "2024-01-01", "1.75", "14"],
        ["m", "manual", "2024-01-01", "1.75", "14", "withdrawn"],
    ]
    rates = "m: input 1.75, output 14 USD per million tokens from 2024-01-01"
    told = table(tokentally("prices", "log"))
    assert [row[2:] for row in told] == [
        ["set", rates, "the contract"],
        ["remove", rates, "typo"],
    ]
    assert tokentally("prices", "remove", "m", *FROM).status == 1


def test_a_price_is_withdrawn_with_its_tiers(tokentally: Run) -> None:
    tokentally("prices", "set", "m", *FROM, *BASE)
    tokentally("prices", "set", "m", *FROM, *BASE, "--tier-from", "200000")

    tokentally("prices", "remove", "m", *FROM)
    alone = tokentally("prices", "set", "m", *FROM, *BASE, "--tier-from", "300000")
    tokentally("prices", "set", "m", *FROM, *BASE)

    assert alone.status == 2
    assert table(tokentally("prices", "list")) == [
        ["m", "manual", "2024-01-01", "1.75", "14"],
        ["m", "manual", "2024-01-01", "1.75", "14", "withdrawn"],
        ["m", "manual", "2024-01-01", "1.75", "14"],
        ["m", "manual", "2024-01-01", "200000", "1.75", "14"],
        ["m", "manual", "2024-01-01", "200000", "1.75", "14", "withdrawn"],
    ]


def write(folder: Path, document: dict[str, Any]) -> str:
    path = folder / "prices.json"
    path.write_text(json.dumps(document))
    return str(path)


def models(**prompt: str) -> dict[str, Any]:
    return {
        "data": [
            {"id": name, "pricing": {"prompt": usd, "completion": "0.00002"}}
            for name, usd in prompt.items()
        ]
    }


def test_an_import_shows_what_it_adds_and_wants_a_yes(tokentally: Run, tmp_path: Path) -> None:
    file = write(tmp_path, models(a="0.000001", b="-1"))

    asked = tokentally("prices", "import", file, *FROM)
    done = tokentally("prices", "import", file, *FROM, "--yes")
    again = tokentally("prices", "import", file, *FROM)
    changed = tokentally(
        *("prices", "import", write(tmp_path, models(a="0.000002"))),
        *("--effective-from", "2024-02-01", "--yes"),
    )

    assert (asked.status, asked.err) == (
        2,
        "b: input -1000000 is negative\ntokentally: 1 price would be added; add --yes\n",
    )
    assert (done.status, done.err) == (0, "b: input -1000000 is negative\n")
    assert [re.split(r"\s{2,}", line) for line in done.out.splitlines()[1:]] == [
        ["a", "openrouter", "2024-01-01", "1", "20", "new"],
        [f"import {file}: added 1 price"],
        ["left out 1 model, for the reasons above"],
    ]
    assert again.out.splitlines()[0] == f"import {file}: added 0 prices"
    assert re.split(r"\s{2,}", changed.out.splitlines()[1])[-2:] == ["1 -> 2", "20"]
    assert table(tokentally("prices", "list")) == [
        ["a", "openrouter", "2024-01-01", "1", "20"],
        ["a", "openrouter", "2024-02-01", "2", "20"],
    ]


def test_what_is_no_price_file_is_told_in_one_line(tokentally: Run, tmp_path: Path) -> None:
    for place in (str(tmp_path / "none.json"), write(tmp_path, {}), "http://127.0.0.1:9/x"):
        said = tokentally("prices", "import", place, "--yes")

        assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)


def test_sync_takes_what_the_package_and_the_address_say(tokentally: Run, tmp_path: Path) -> None:
    tokentally("prices", "set", "m", *FROM, *BASE)

    said = tokentally("prices", "sync", "--yes", price_book="genai-prices")
    address = tokentally(
        "prices", "sync", "--yes", price_book="genai-prices", price_sync_url="http://127.0.0.1:9/"
    )
    wrong = tokentally("prices", "sync", price_sync_url=str(tmp_path))

    assert said == Said(0, "sync genai-prices: added 0 prices\n", "")
    assert (address.status, address.out) == (2, "sync genai-prices: added 0 prices\n")
    assert wrong.err == "tokentally: TOKENTALLY_PRICE_SYNC_URL: must be an http or https address\n"


def test_sync_adds_what_a_newer_package_says_of_models_that_were_looked_up(
    tokentally: Run, database_path: Path, tmp_path: Path
) -> None:
    log = tmp_path / "e.jsonl"
    log.write_text(json.dumps(march(model="openai/gpt-4.1")))
    tokentally("import", "jsonl", log, price_book="genai-prices")
    before = rows(database_path, "SELECT count(*) FROM price")
    change(database_path, "UPDATE price SET input_rate = 7")  # as an older package had it

    asked = tokentally("prices", "sync", price_book="genai-prices")
    said = tokentally("prices", "sync", "--yes", price_book="genai-prices")

    assert (before, asked.status) == ([(1,)], 2)
    assert said.out.splitlines()[-1] == "sync genai-prices: added 1 price"
    assert "0.000000007 -> 2" in said.out
    assert tokentally("prices", "sync", price_book="genai-prices").status == 0


def test_an_alias_is_listed_and_taken_back(tokentally: Run) -> None:
    said = tokentally("aliases", "set", "Ours", "openai/gpt-4.1", "--why", "our gateway")
    tokentally("aliases", "set", "ours", "ours")

    assert said == Said(
        0,
        "ours is priced as openai/gpt-4.1 from 2015-01-01; "
        "`tokentally reprice --model ours` applies it to stored events\n",
        "",
    )
    assert table(tokentally("aliases", "list")) == [
        ["ours", "openai/gpt-4.1", "2015-01-01", "price"],
        ["ours", "ours", "2015-01-01", "price"],
    ]
    assert len(table(tokentally("prices", "log"))) == 2


def test_an_alias_for_usage_is_another_kind(tokentally: Run) -> None:
    tokentally("aliases", "set", "ours", "openai/gpt-4.1")
    words = ("--kind", "usage", "--effective-from", "2026-03-01")
    said = tokentally("aliases", "set", " Old ", "New", *words)
    wrong = tokentally("aliases", "set", "old", "new", "--kind", "display")

    assert said == Said(0, "old counts as new from 2026-03-01\n", "")
    assert wrong.status == 2
    assert table(tokentally("aliases", "list")) == [
        ["ours", "openai/gpt-4.1", "2015-01-01", "price"],
        ["old", "new", "2026-03-01", "usage"],
    ]
    assert len(table(tokentally("prices", "log"))) == 2
