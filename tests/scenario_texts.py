"""Scenario texts that several tests read."""

from __future__ import annotations

SHORT = """\
dealsim: 1
name: Short
currency: USD
deal: {price: 20, face_value: 40, demand: 200 to 500}
platform: {commission: 50%}
business: {usual_ticket: 50, variable_cost: 40%}
"""
"""The required six and nothing else; the kind is services."""

WHOLE = """\
dealsim: 1
name: Blend Creations, $10 for $20 of jewelry
currency: CAD
jurisdiction: CA-ON
kind: retail
starts: 2011-03-01
horizon: 36 months
discount_rate: 8%

deal:
  price: 10
  face_value: 20
  demand: 300 to 900
  cap: 1000
  minimum: 0
  sale_window: 3 days
  promo_expires: 6 months
  after_expiry: paid_value
  paid_value_expires: never
  refunds: 2%

platform:
  name: Groupon
  commission: 50%
  card_fee: 2.5%
  fixed_fee: 0
  payout:
    - {after: 5 business days,  share: 1/3}
    - {after: 30 business days, share: 1/3}
    - {after: 60 business days, share: 1/3}

business:
  usual_ticket: 60
  variable_cost: 45%
  cost_per_visit: 0
  visits_per_week: 40 to 60
  capacity_per_week: 90
  serve_first: first_come
  turned_away: honoured

redemption:
  half_life: 12 weeks
  rush: {share: 30%, last: 2 weeks}
  late: {share: 0% to 15%, half_life: 9 months, bill: worth}

customers:
  bargain_hunters:
    share: 55%
    redeem: 70% to 90%
    use: 100%
    overspend: {chance: 15%, amount: 8, cv: 0.8}
    returns: {chance: 2%, visits_per_month: 0.2, stay: 6 months, spend: 30, cv: 0.6}
  newcomers:
    share: 25%
    redeem: 75% to 90%
    overspend: {chance: 36%, amount: 18}
    returns: {chance: 13% to 31%, visits_per_month: 0.25, stay: 8 months, spend: 55}
  existing:
    share: rest
    redeem: 85%
    would_have_come: 40% to 90%
    overspend: {chance: 65%, amount: 40}

accounting:
  framework: IFRS15
  breakage: none
  remote_after: 24 months
  constraint: 90%
  revenue: gross
  commission: defer
  escheat: {after: never, share: 0%, basis: paid}
  cash_out: {below: 0, share: 0%}
  sales_tax: {rate: 13%, point: redemption, base: paid_plus_cash, included: no, on_lapse: no,
              on_fee: 0%, input_credit: 100%}
  accounts: {}
alternatives:
  adverts:
    spend: 1500
    new_customers: 10 to 40
    returns: {chance: 40%, visits: 3, after: 4 months, spend: 55}
correlations:
  - [customers.newcomers.returns.chance, customers.newcomers.redeem, 0.4]
expect: {incremental_profit: {at_least: -5000, at_most: 5000}, "P(loss)": {at_most: 95%}}
run: {trials: 10000, seed: 20110301}
"""
"""Every section that this version reads, every value stated."""
