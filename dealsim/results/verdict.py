"""The verdict: what a run says to an owner, in a few plain sentences, the advice first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dealsim.results.active import REPUTATION
from dealsim.results.campaigns import sentence
from dealsim.results.crowd import SOME
from dealsim.results.intervals import Z95, wilson_error
from dealsim.scenario import Scenario
from dealsim.units import format_count, format_money, format_share

HARDLY = 0.5
"""Customers, visits or vouchers on average below which there are none to speak of."""


def sentences(scenario: Scenario, document: Mapping[str, Any]) -> list[str]:
    """The verdict, a thought an entry: the advice first, where there is any.

    The figure after ± is simulation error only (95 %), never the doubt about the inputs. An average
    and a middle of one quantity never stand beside each other without saying which is which.
    """
    metrics = document["metrics"]
    if document["mode"] == "expected":
        without = _without_crowd(scenario, document)
        return [_expected(scenario, metrics), *([without] if without else [])]
    advice = document["advice"]["text"]
    if not metrics["vouchers_sold"]["max"]:
        return [advice]
    found = [
        advice,
        _odds(document, scenario.currency),
        _campaigns(document, scenario.currency),
        _people(metrics, scenario.currency),
        _places(scenario, metrics),
        _crowd(scenario, metrics),
        _viral(scenario, document),
        _without_crowd(scenario, document),
        _owed(scenario, metrics),
        _packs(scenario),
        _inputs(document["inputs"]),
    ]
    told = [sentence for sentence in found if sentence]
    return told if document["trials"] > 1 else list(map(_of_one, told))


def _of_one(sentence: str) -> str:
    """A sentence about the one future there is, which has no average."""
    for words in (" (on average)", ", on average"):
        sentence = sentence.replace(words, "")
    bare = sentence.removeprefix("On average ")
    return bare[0].upper() + bare[1:]


def _odds(document: Mapping[str, Any], currency: str) -> str:
    """How often it loses, and what it comes to in the middle and on average."""
    profit, loss = document["metrics"]["incremental_profit"], document["risk"]
    trials, chance = document["trials"], loss["probability_of_loss"]
    if trials == 1:
        return f"In the one simulated future this deal {_comes_to(profit['mean'], currency)}."
    error = Z95 * wilson_error(chance, trials)
    futures = f"{trials:,} simulated futures"
    odds = f"loses money in {format_share(chance)} of {futures} (± {format_share(error)})"
    if chance in (0.0, 1.0):
        odds = f"loses money in {'all' if chance else 'none'} of {futures}"
    typical, average = (_comes_to(profit[name], currency) for name in ("p50", "mean"))
    money = f"Typically (the median future) it {typical}"
    if average != typical:
        money += f", and on average it {average}"
    deals = len(document.get("campaigns", {"deals": ()})["deals"])
    subject = "This deal" if deals < 2 else f"This series of {deals} deals"
    return f"{subject} {odds}. {money}."


def _campaigns(document: Mapping[str, Any], currency: str) -> str | None:
    """What each of several deals does by itself."""
    found = document.get("campaigns")
    return None if found is None or document["trials"] == 1 else sentence(found, currency)


def _comes_to(profit: float, currency: str) -> str:
    amount = format_money(abs(profit), currency)
    if not any(digit in amount for digit in "123456789"):
        return "neither earns nor costs you anything"
    return f"{'earns' if profit > 0 else 'costs'} you {amount}"


def _people(metrics: Mapping[str, Any], currency: str) -> str:
    """How many come back, what each leaves in all, and what each costs."""
    count, cost = metrics["new_regulars"]["mean"], metrics["cost_per_new_regular"]["mean"]
    if cost is None or count < HARDLY:
        return "Hardly anyone comes back at full price." if count else "Nobody comes back."
    worth = format_money(metrics["returning_margin"]["mean"] / count, currency)
    people = format_count(count)
    who = f"{people} people come" if people != "1" else "1 person comes"
    price = "costs you nothing: the deal pays for itself without them"
    if cost > 0:
        price = f"costs you {format_money(cost, currency)} to win"
    return f"On average {who} back at full price; each leaves you {worth} in all and {price}."


def _places(scenario: Scenario, metrics: Mapping[str, Any]) -> str | None:
    """Whom of one's own customers the deal leaves without a place."""
    if "own_turned_away" not in metrics:
        return None
    away = metrics["own_turned_away"]["mean"]
    before = metrics["own_turned_away_without_deal"]["mean"]
    lost, currency = metrics["displaced_margin"]["mean"], scenario.currency
    if away - before < HARDLY or lost <= 0:
        return None
    alone = format_count(before) if before >= HARDLY else "none"
    text = (
        f"On average {format_count(away)} visits of your own customers find no place, {alone} "
        f"without the deal; the difference costs you {format_money(lost, currency)}"
    )
    if scenario.business.serve_first == "ordinary_trade":
        return f"{text}."
    return f"{text}, which is the most that serving your own customers first could save."


def _crowd(scenario: Scenario, metrics: Mapping[str, Any]) -> str | None:
    """What bad service and what is said of it come to."""
    if "reputation_margin" not in metrics:
        return None
    crowd = metrics["reputation_margin"]["mean"]
    spoilt, before = (metrics[name]["mean"] for name in ("failures", "failures_without_deal"))
    return (
        f"On average the crowd spoils {format_count(spoilt)} visits, {format_count(before)} "
        f"without the deal; that and what is said of you {_comes_to(crowd, scenario.currency)}."
    )


def _viral(scenario: Scenario, document: Mapping[str, Any]) -> str | None:
    """How often everybody reads a bad post, and what it then costs: rare, so hardly in any mean."""
    found = document.get("viral_post")
    if found is None or found["futures"] < SOME:
        return None
    return (
        f"In {format_share(found['probability'])} of futures a bad post is read by everybody "
        "because of the deal, and then costs you "
        f"{format_money(found['mean_loss'], scenario.currency)} on average."
    )


def _without_crowd(scenario: Scenario, document: Mapping[str, Any]) -> str | None:
    """What the same futures come to without the sections on a crowd."""
    found = document.get("without_crowd")
    if found is None:
        return None
    left_out = [name for name in REPUTATION if getattr(scenario, name) is not None]
    sections = " and ".join([", ".join(left_out[:-1]), left_out[-1]] if left_out[1:] else left_out)
    earns = _comes_to(found["incremental_profit"]["mean"], scenario.currency)
    if document["mode"] == "expected" or document["trials"] == 1:
        return f"Without {sections} in the file it {earns}."
    loses = format_share(found["probability_of_loss"])
    return (
        f"Without {sections} in the file, the same futures show a deal that {earns} on average and "
        f"loses money in {loses} of them."
    )


def _packs(scenario: Scenario) -> str | None:
    """How vouchers with several uses are counted."""
    uses = scenario.deal.uses
    if uses == 1:
        return None
    return (
        f"Each voucher is a pack of {uses} uses: what is used, late or unused is counted in uses, "
        f"each worth 1/{uses} of the price."
    )


def _owed(scenario: Scenario, metrics: Mapping[str, Any]) -> str | None:
    """What is owed when the deal expires, and what of it is likely to be
    asked for; means, as in the books."""
    if not scenario.is_paid_before:
        held = metrics["still_held"]["mean"]
        if held < HARDLY:
            return None
        return f"{format_count(held)} vouchers can still be presented at the end, on average."
    owed, when = metrics["liability_at_expiry"]["mean"], "When the deal has expired,"
    if owed is None:
        owed, when = metrics["liability_at_horizon"]["mean"], "At the end, before the deal expires,"
    claimed, currency = metrics["likely_claims"]["mean"], scenario.currency
    written = format_money(owed, currency)
    if not any(digit in written for digit in "123456789"):
        return None
    origin = scenario.provenance.get("deal.after_expiry")
    survives = scenario.deal.after_expiry != "nothing"
    law = " by law" if survives and origin is not None and origin.origin == "jurisdiction" else ""
    asked = format_money(claimed, currency)
    likely = "next to none of it is" if claimed < 1.0 else f"about {asked} of it is"
    net = ", without the tax in it" if scenario.taxed_at_issue else ""
    return (
        f"{when} {written} is still owed{law} on unused vouchers (on average{net}); "
        f"{likely} likely to be asked for."
    )


def _inputs(inputs: Mapping[str, Any]) -> str:
    """What the doubt comes from, and how many numbers are not the owner's."""
    count, total, named = inputs["defaults"], inputs["total"], inputs["influential"]
    own = f"All {total} inputs are your own."
    if count:
        own = f"{count} of {total} inputs are defaults, not yours."
    if not named:
        return own
    told = [
        f"{one['label']}, {one['range']}" + (" (a default)" if one["default"] else " (your own)")
        for one in named
    ]
    return f"What the result hangs on most: {'; '.join(told)}. {own}"


def _expected(scenario: Scenario, metrics: Mapping[str, Any]) -> str:
    profit = metrics["incremental_profit"]["mean"]
    campaign = metrics["campaign_profit"]["mean"]
    money = format_money(abs(profit), scenario.currency, cents=True)
    word = "earns" if profit >= 0 else "loses"
    return (
        f"With every input at its mean this deal {word} {money} "
        f"(the campaign alone {format_money(campaign, scenario.currency, cents=True)}). "
        "This is one expected path, not the average of all futures where a cap, a minimum or a "
        "capacity binds, and it says nothing of risk."
    )
