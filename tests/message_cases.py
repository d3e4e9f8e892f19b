"""The scenarios whose messages `test_messages.py` pins: one mistake each, by name.

The messages themselves stand in `tests/data/messages.txt`, as a terminal shows them.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.message_cases_deals import AUDIENCE, AUDIENCES, DEALS, MIX, PLACES
from tests.message_texts import (
    BASE,
    CROWDED,
    Case,
    added,
    business,
    deal,
    demand,
    overridden,
    overridden_and,
    places,
    platform,
    price,
    returns,
    segments,
)

YAML_CASES: Mapping[str, Case] = {
    "empty file": Case(""),
    "only a comment": Case("# to do\n"),
    "a list": Case("- price: 10\n"),
    "a single value": Case("20\n"),
    "a tab": Case("deal:\n\tprice: 10\n"),
    "two colons": Case("name: Deal: half price\n"),
    "a per cent sign first": Case("deal: {refunds: %2}\n"),
    "an alias sign first": Case("name: *\n"),
    "a folding sign first": Case("name: >10 off\n"),
    "an exclamation mark first": Case("name: !{50} off\n"),
    "a list in a line": Case("name: - one\n"),
    "a comma first": Case("name: , deal\n"),
    "a quoted line": Case('"dealsim: 1"\nname: x\n'),
    "an open bracket": Case("deal: {price: 10\nplatform:\n"),
    "an open list": Case("correlations: [[a, b, 1]\n"),
    "an open quotation": Case("name: 'Pizza\n"),
    "a line without a value": Case("dealsim: 1\ndeal\nname: x\n"),
    "wrong indentation": Case("deal:\n  - price: 10\n face_value: 20\n"),
    "an unknown escape": Case('name: "C:\\deals"\n'),
    "a control character": Case("name: a\x07b\n"),
    "two documents": Case("dealsim: 1\n---\ndealsim: 1\n"),
    "a tag": Case("dealsim: !!int 1\n"),
    "a list as a key": Case("? [a, b]\n: 1\n"),
    "a key twice": Case("deal:\n  price: 10\n  price: 12\n"),
    "an alias of nothing": Case("deal: *base\n"),
    "an alias of itself": Case("deal: &it [*it]\n"),
    "a merge of a number": Case("deal: {<<: 3}\n"),
    "too deep": Case("a: " + "[" * 60 + "]" * 60 + "\n"),
    "no space after a colon": Case("deal:\n  price:15\n  face_value: 40\n"),
    "no space after two colons": Case("deal:\n  price:15\n  face_value:40\n"),
    "no space before a bracket": Case("dealsim: 1\ndeal:{price: 15}\n"),
    "an apostrophe in apostrophes": Case("name: 'Joe's deal'\n"),
    "a quotation in quotation marks": Case('name: "The "best" deal"\n'),
    "a comma in a number twice": price("{low: 1,000, likely: 2,000, high: 3,000}"),
}
"""What is no YAML, or not the YAML of a scenario."""

KEY_CASES: Mapping[str, Case] = {
    "an unknown key": Case(BASE.replace("price: 20", "prise: 20")),
    "an unknown key for want of a space": Case(BASE.replace("price: 20", "price:20")),
    "a section for want of a space": Case(
        "dealsim: 1\nextends: b.yaml\nbusiness:\n  usual_ticket:15\n", files={"b.yaml": BASE}
    ),
    "an unknown key at the top": added("sponsor: us"),
    "a key of another section": added("commission: 50%"),
    "an unknown key in the payout": platform("payout: {on_redeem: {lag: 3 days}}"),
    "a comma in a number of a section": added("run: {trials: 10,000}"),
    "the required six": Case("dealsim: 1\ncurrency: USD\ndeal:\n  cap: 10\n"),
    "a segment without a share": segments("all: {redeem: 80%}"),
    "returns without a chance": returns("visits: 3"),
    "an instalment without a share": platform("payout: [{after: 5 days}]"),
    "a section that is a number": Case(
        "dealsim: 1\ncurrency: USD\nextends: b.yaml\ndeal: 5\n", files={"b.yaml": BASE}
    ),
    "a section that is a list": added("redemption: [1, 2]"),
    "customers as a list": added("customers: [a, b]"),
    "a payout that is a number": platform("payout: 5"),
    "correlations that are no list": added("correlations: strong"),
}
"""Keys unknown, missing, or with the wrong kind of thing below them."""

VALUE_CASES: Mapping[str, Case] = {
    "a share of 50": Case(BASE.replace("50%", "50")),
    "a price of nothing": price(""),
    "a demand that no money can be counted for": demand("1e14"),
    "a price of 0": price("0"),
    "another currency": price("£20"),
    "a comma in a value form": price("{low: 1,000}"),
    "a misspelt word": deal("after_expiry: paid_valu"),
    "a number for a word": deal("after_expiry: 3"),
    "an unknown kind": Case(BASE.replace("none", "resturant")),
    "a trade for a kind": Case(BASE.replace("none", "hairdresser")),
    "a misspelt trade for a kind": Case(BASE.replace("none", "hairdreser")),
    "no limit for none": deal("cap: no limit"),
    "an empty cap": deal("cap: "),
    "none for never": deal("paid_value_expires: none"),
    "rest2": segments("all: {share: rest2}"),
    "per cent in words": Case(BASE.replace("50%", "50 percent")),
    "vouchers in words": demand("300 vouchers"),
    "thousands set off by a space": demand("1 500"),
    "a length without a unit": added("horizon: 36"),
    "a length of an unknown unit": added("horizon: 36 mnths"),
    "a date for a length": added("horizon: 2027-01-01"),
    "a list for a length": added("horizon: [36]"),
    "no length": added("horizon:"),
    "a list for a length or date": deal("promo_expires: [1]"),
    "a list for a length, date or never": deal("paid_value_expires: [1]"),
    "no such day": added("starts: 2011-02-30"),
    "no date": added("starts: soon"),
    "a year of long ago": added("starts: 1066-10-14"),
    "an instalment of 50": platform("payout: [{after: 1 day, share: 50}]"),
    "an instalment of 120%": platform("payout: [{after: 1 day, share: 120%}]"),
    "an instalment of much": platform("payout: [{after: 1 day, share: much}]"),
    "half a trial": added("run: {trials: 0.5}"),
    "no trials": added("run: {trials: 0}"),
    "a negative seed": added("run: {seed: -1}"),
    "a name of two lines": added('name: "Pizza\\ndeal"'),
    "a name that is a list": added("name: [a]"),
    "no name": added("name:"),
    "a long name": added("name: " + "x" * 201),
    "a limit that is a range": added("expect: {npv: {at_least: 1 to 2}}"),
    "a limit that is a word": added("expect: {npv: {at_least: much}}"),
    "a correlation that is a number": added("correlations: [0.5]"),
    "a correlation of numbers": added("correlations: [[1, 2, 0.5]]"),
    "a correlation of 2": added("correlations: [[deal.demand, deal.refunds, 2]]"),
    "an unknown currency": Case(BASE.replace("USD", "USB")),
    "an empty currency": Case(BASE.replace(" USD", "")),
    "a currency in small letters": Case(BASE.replace("USD", "usd")),
    "a currency in words": Case(BASE.replace("USD", "Canadian dollars")),
    "an unknown jurisdiction": added("jurisdiction: CA-XX"),
    "a province alone": added("jurisdiction: on"),
    "a law that changes during the sale": added("jurisdiction: NZ\nstarts: 2026-03-15"),
    "two limits of cash-outs": added("accounting: {cash_out: {below: 5, up_to: 5}}"),
    "a change of limit to nothing": added("accounting: {cash_out: {changes: {day: 2026-04-01}}}"),
    "a change of limit on no day": added("accounting: {cash_out: {changes: {below: 15}}}"),
    "a country of another code": added("jurisdiction: GB"),
    "a state without a row": added("jurisdiction: US-IL"),
    "a state by name": added("jurisdiction: California"),
    "a country of regions": added("jurisdiction: Canada"),
    "a country that was not read": added("jurisdiction: Spain"),
    "a misspelt country": added("jurisdiction: Irland"),
    "a currency by its sign": Case(BASE.replace("USD", "£")),
    "a jurisdiction of nowhere": added("jurisdiction: Atlantis"),
    "a missing data file": demand("{values: sales.csv}"),
    "a data file of someone else": demand("{values: sales.csv}", sales="root:x:0\nsecret\nword\n"),
    "a data file with words": demand("{values: sales.csv}", sales="sold\n12\nmany\n15\n"),
}
"""Values that cannot be read."""

SEMANTIC_CASES: Mapping[str, Case] = {
    "overspend without an amount": segments("all: {share: 100%, overspend: {chance: 10%}}"),
    "spending said twice": segments(
        "all: {share: 100%, bill: {ticket_ratio: 1, cv: 0}, overspend: {chance: 10%, amount: 5}}"
    ),
    "price above face value": price("60"),
    "more than the price kept": platform("card_fee: 60%"),
    "minimum above cap": deal("cap: 10, minimum: 20"),
    "minimum above demand": deal("minimum: 5000"),
    "no instalments": platform("payout: []"),
    "instalments short of 100 %": platform(
        "payout: [{after: 1 day, share: 33.3%}, {after: 2 days, share: 66.6%}]"
    ),
    "capacity without trade": business("capacity_per_week: 90"),
    "trade above capacity": business("capacity_per_week: 90, visits_per_week: 100"),
    "a pack without its rest": deal("uses: 24"),
    "a pack of no uses": deal("uses: 0"),
    "a pack and a crowd": Case(
        deal("uses: 2, use_rest: 40%, between: 1 week").text
        + "service: {failures: {base: 3%}, handling: {wage: 20}}\n"
    ),
    "uses of a single-use voucher": deal("use_rest: 40%"),
    "a pack beside a small ticket": deal("uses: 60, use_rest: 40%, between: 1 week"),
    "places in an empty list": places("[]"),
    "places without a first number": places("[none, {from: 2025-02-01, visits: 90}]"),
    "places without a day": places("[90, 120]"),
    "places with an unknown key": places("[90, {from: 2025-02-01, visits: 120, price: 3}]"),
    "places that are a range": places("[90, {from: 2025-02-01, visits: 110 to 120}]"),
    "places out of order": places(
        "[90, {from: 2025-03-01, visits: 120}, {from: 2025-02-01, visits: 90}]"
    ),
    "places before the start": places("[90, {from: 2024-02-01, visits: 120}]"),
    "places after the horizon": places("[90, {from: 2055-02-01, visits: 120}]"),
    "a cost without places": places("[90, {from: 2025-02-01, visits: 80, cost_per_week: 50}]"),
    "a sale of no days": deal("sale_window: 0 days"),
    "expiry before the sale closes": deal("promo_expires: 2024-12-24"),
    "paid value lapses first": deal("paid_value_expires: 2 months"),
    "a horizon of a century": added("horizon: 100 years"),
    "a horizon within the sale": Case(
        BASE.replace("300}", "300, sale_window: 9 days}") + "horizon: 1 week\n"
    ),
    "a horizon before expiry": added("horizon: 3 months"),
    "no segments": added("customers: {}"),
    "a segment with a dot": segments("new.comers: {share: 100%}"),
    "a segment without a name": segments('"": {share: 100%}'),
    "shares short of 100 %": segments("new: {share: 50%}", "old: {share: 40%}"),
    "two rests": segments("new: {share: rest}", "old: {share: rest}"),
    "nothing left for the rest": segments("a: {share: 70%}", "b: {share: 50%}", "c: {share: rest}"),
    "forfeit where the law forbids": added(
        "jurisdiction: CA-ON\ncustomers:\n  all: {share: 100%, use: 90%}"
    ),
    "returns in two forms": returns("chance: 10%, visits: 3, stay: 6 months"),
    "returns without how often": returns("chance: 10%"),
    "the rate form without stay": returns("chance: 10%, visits_per_month: 1"),
    "spend beside worth": returns("chance: 10%, worth: 100, spend: 20"),
    "a chance that cannot be": returns("chance: 90%, visits_per_month: 0.2, stay: 3 months"),
    "visits below 1": returns("chance: 10%, visits: 0.5"),
    "correlated with nothing": added("correlations: [[deal.demnd, deal.refunds, 0.5]]"),
    "correlated with a constant": added("correlations: [[deal.demand, deal.price, 0.5]]"),
    "correlated with itself": added("correlations: [[deal.demand, deal.demand, 0.5]]"),
    "correlated twice": Case(
        BASE.replace("price: 20", "price: 18 to 22")
        + "correlations:\n  - [deal.demand, deal.price, 0.5]\n  - [deal.price, deal.demand, 0.4]\n"
    ),
    "a correlation too strong": Case(
        BASE.replace("price: 20", "price: 18 to 22").replace("40%", "35% to 45%")
        + "correlations:\n  - [deal.demand, deal.price, 0.9]\n"
        "  - [deal.price, business.variable_cost, 0.9]\n"
        "  - [deal.demand, business.variable_cost, 0.5]\n"
    ),
    "correlations that cannot be": Case(
        BASE.replace("price: 20", "price: 18 to 22").replace("40%", "35% to 45%")
        + "correlations:\n  - [deal.demand, deal.price, 0.9]\n"
        "  - [deal.price, business.variable_cost, 0.9]\n"
        "  - [deal.demand, business.variable_cost, -0.5]\n"
    ),
    "an unknown metric": added("expect: {incremental_profits: {at_least: 0}}"),
    "an unlikely metric": added("expect: {happiness: {at_least: 0}}"),
    "an expectation without a limit": added("expect: {npv: {}}"),
    "limits crossed": added("expect: {npv: {at_least: 5, at_most: 3}}"),
    "a probability of 95": added('expect: {"P(loss)": {at_most: 95}}'),
    "a probability of a metric": added('expect: {"P(npv)": {at_most: 95%}}'),
    "a probability of nothing": added('expect: {"P(": {at_most: 95%}}'),
    "net-revenue-expensed": added("accounting: {revenue: net, commission: expense_at_sale}"),
    "accounting": added("accounting: {framework: IFRS15}"),
    "cash-outs of a price that is not small": added(
        "accounting: {cash_out: {below: 20, share: 40%}}"
    ),
    "unclaimed property after the lapse": Case(
        BASE.replace("200 to 300", "200 to 300, paid_value_expires: 4 years")
        + "accounting: {escheat: {after: 5 years, share: 100%}}\n"
    ),
    "alternative without a form of returns": added(
        "alternatives: {adverts: {spend: 1500, new_customers: 10, returns: {chance: 40%}}}"
    ),
    "alternative that gives nothing away": added(
        "alternatives: {week: {spend: 50, new_customers: 10, ordinary_visits: 30}}"
    ),
    "alternative with a mistake": added(
        "alternatives: {week: {spend: -50, new_customer: 10, discount: 150%}}"
    ),
    "alternatives": added("alternatives: {adverts: {spend: 1500, new_customers: 10 to 40}}"),
    "no currency": Case(BASE.replace("currency: USD\n", "")),
    "prices with a tax of no rate": added("jurisdiction: UK"),
    "a tax included of no rate": added("accounting: {sales_tax: {included: yes}}"),
    "a tax included or not": added("accounting: {sales_tax: {rate: 20%, included: maybe}}"),
    "a tax at issue that is not in the price": added(
        "accounting: {sales_tax: {rate: 20%, point: issue, included: no}}"
    ),
    "a fee above the price with its tax": overridden(
        "platform.commission=90%", "accounting.sales_tax.on_fee=20%"
    ),
    "a point for thousands": demand("1.500"),
    "points for thousands in a range": demand("1.500 to 2.500"),
    "points for thousands in a form": demand("{low: 1.500, likely: 1.800, high: 2.500}"),
    "half a per cent of commission": Case(BASE.replace("50%", "0.5%")),
    "a cost of a third of a per cent": Case(BASE.replace("40%", "0.32%")),
    "a cost of 1": Case(BASE.replace("40%", "1")),
    "a commission of nearly all": Case(BASE.replace("50%", "97%")),
    "redeemed by hardly anybody": segments("all: {share: 100%, redeem: 0.8%}"),
    "a voucher hardly used": segments("all: {share: 100%, use: 0.9%}"),
    "a ticket of a tenth": Case(BASE.replace("usual_ticket: 50", "usual_ticket: 4")),
    "a ticket of a hundred times": Case(BASE.replace("usual_ticket: 50", "usual_ticket: 5000")),
    "a ticket far above": Case(BASE.replace("usual_ticket: 50", "usual_ticket: 900000")),
    "a ticket far below": Case(BASE.replace("usual_ticket: 50", "usual_ticket: 0.05")),
    "a price of next to nothing": price("1"),
    "a price of no digit lost": price("0.01"),
    "a visit that costs more than it brings": business("cost_per_visit: 45"),
    "a year of another century": added("starts: 1927-03-01"),
    "a year far ahead": added("starts: 2127-03-01"),
    "a promotion without an end": Case(
        BASE.replace("300}", "300, promo_expires: 20 years}") + "horizon: 25 years\n"
    ),
    "service without trade": added("service: {handling: {wage: 20}}"),
    "service without a wage": overridden_and(
        "service: {listen: 60%}", "business.visits_per_week=40"
    ),
    "service without places": overridden_and(
        "service: {handling: {wage: 20}}", "business.visits_per_week=40"
    ),
    "late answers keep more": overridden_and(
        "service: {handling: {wage: 20}, answer: {fast: 50%, slow: 80%}}", *CROWDED
    ),
    "word of mouth without end": overridden_and(
        "service: {handling: {wage: 20}, posts: {positive: 50%}, reach: 20, convert: 50%}",
        *CROWDED,
    ),
    "a rating without service": added("rating: {reviews: 40, displayed: 4}"),
    "a rating over five": overridden_and(
        "service: {handling: {wage: 20}}\nrating: {reviews: 40, displayed: 5.5}", *CROWDED
    ),
    "a rating between the halves": overridden_and(
        "service: {handling: {wage: 20}}\nrating: {reviews: 40, displayed: 3.7}", *CROWDED
    ),
    "an average shown otherwise": overridden_and(
        "service: {handling: {wage: 20}}\nrating: {reviews: 40, displayed: 4, average: 3.5}",
        *CROWDED,
    ),
    "a name cut by a comment": added("name: Deal #1"),
}
"""Values that do not go together, and doubts."""

FILE_CASES: Mapping[str, Case] = {
    "no format version": Case(BASE.replace("dealsim: 1\n", "")),
    "a newer format": Case(BASE.replace("dealsim: 1", "dealsim: 2")),
    "no version at all": Case(BASE.replace("dealsim: 1", "dealsim: one")),
    "extends a missing file": added("extends: base.yaml"),
    "extends itself": added("extends: scenario.yaml"),
    "extends in a circle": Case(
        "dealsim: 1\nextends: b.yaml\n",
        files={
            "b.yaml": "dealsim: 1\nextends: c.yaml\n",
            "c.yaml": "dealsim: 1\nextends: b.yaml\n",
        },
    ),
    "extends a list": added("extends: [a.yaml]"),
    "extends a name with a NUL": added(r'extends: "a\0b"'),
    "extends a folder": added("extends: ."),
    "extends a file of someone else": Case(
        "dealsim: 1\nextends: config.yaml\n",
        files={"config.yaml": "database: {password: secret}\nname: web\n"},
    ),
    "a mistake in the file extended": Case(
        "dealsim: 1\nextends: b.yaml\n", files={"b.yaml": BASE.replace("price: 20", "price: free")}
    ),
    "a mistake of YAML in the file extended": Case(
        "dealsim: 1\nextends: b.yaml\n", files={"b.yaml": "deal: {"}
    ),
}
"""The format version and the files a scenario extends."""

SET_CASES: Mapping[str, Case] = {
    "--set of an unknown path": overridden("deal.prise=10"),
    "--set below a value": overridden("deal.price.low=10"),
    "--set of a later section": overridden("service.listen=3"),
    "--set of the format": overridden("dealsim=1"),
    "--set of an unknown segment": overridden("customers.custmers.redeem=80%"),
    "--set of another segment": overridden("customers.vip.redeem=80%"),
    "--set of a price the shell has eaten": overridden("deal.price=0"),
    "--set of nothing": overridden("deal.price="),
    "--set of a wrong share": overridden("platform.commission=50"),
    "--set of broken YAML": overridden("deal.price={low: 1"),
    "--set of a section": overridden("deal=5"),
    "--set of a bare length": overridden("horizon=12"),
    "--set without the section": overridden("price=10"),
    "--set without the section, of a segment": overridden("newcomers.redeem=80%"),
    "--set of a key of many sections": overridden("share=80%"),
}
"""Values of the command line."""

NO_DEMAND = BASE.replace(", demand: 200 to 300", "")

DEAL_CASES: Mapping[str, Case] = {
    **{name: added(text) for name, text in DEALS.items()},
    "crowds that want the same places": Case(
        BASE.replace("business: {usual_ticket: 50, variable_cost: 40%}", PLACES)
        + "campaigns: [{}, {starts: 2025-02-01}]\n"
    ),
    "--set of a deal that there is not": overridden("campaigns.3.deal.price=5"),
    **{name: Case(NO_DEMAND + text) for name, text in AUDIENCES.items()},
    "demand beside an audience": added(MIX + AUDIENCE),
    "no discount for demand to answer to": Case(
        NO_DEMAND.replace("price: 20", "price: 40") + MIX + AUDIENCE + "  discount_elasticity: 1\n"
    ),
}
"""Several deals in one file, and the audience they share."""

CASES: Mapping[str, Case] = {
    **YAML_CASES,
    **KEY_CASES,
    **VALUE_CASES,
    **SEMANTIC_CASES,
    **FILE_CASES,
    **SET_CASES,
    **DEAL_CASES,
}
