"""The optional sections on what a crowd does: service, what is said of it, and the rating."""

from __future__ import annotations

from typing import Annotated

from dealsim.scenario.model.base import Duration, Money, PerWeek, Section, Share
from dealsim.scenario.model.fields import InWords, Quantity
from dealsim.uncertain import COUNT, DURATION0, NONNEGATIVE, STARS, Uncertain


class Failures(Section):
    """How often a visit goes wrong, by how full the place is."""

    base: Annotated[Share, InWords("how many visits go wrong on a quiet day", "of all visits")]
    """Share of visits that go wrong when there is room: they cost complaints only, since your usual
    returns and rating hold them already. Default: 1% to 5%."""

    per_overload: Annotated[
        Annotated[Uncertain, Quantity(NONNEGATIVE, "of visits")],
        InWords("how fast service gets worse in a crowd"),
    ]
    """Further share of visits that go wrong for each unit of load above `from_load`: with 0.5, at a
    demand of 110 % of the places and from 90 % on, 10 % more. Default: 0.2 to 0.6."""

    from_load: Annotated[
        Annotated[Uncertain, Quantity(NONNEGATIVE, "of the places")],
        InWords("how full the place may be before service suffers"),
    ]
    """Visits wanted, as a share of business.capacity_per_week, from which service gets worse.
    Default: 80% to 100%."""


class Answer(Section):
    """How soon complaints are answered, and whom that keeps."""

    within: Annotated[
        Annotated[Uncertain, Quantity(DURATION0, "days")],
        InWords("how soon you answer a complaint"),
    ]
    """Mean time until a complaint that is seen is answered, such as 2 hours. Default: 12 to 72
    hours."""

    fast: Annotated[Share, InWords("how many stay who are answered at once", "of complaints")]
    """Share of those who complain and come again, where the answer comes at once. Default: 82% to
    95%."""

    slow: Annotated[Share, InWords("how many stay who are answered late", "of complaints")]
    """The same where it comes very late. Default: 54% to 70%."""

    half_time: Annotated[Duration, InWords("how long a complaint can wait")]
    """Time in which the difference between fast and slow halves. Default: 12 to 48 hours."""


class Handling(Section):
    """What dealing with one complaint takes."""

    minutes: Annotated[
        Annotated[Uncertain, Quantity(NONNEGATIVE, "minutes")],
        InWords("how many minutes a complaint takes"),
    ]
    """Minutes of work for each complaint that is seen. Default: 10 to 40."""

    wage: Annotated[Money, InWords("what an hour of work costs you")]
    """What an hour of that work costs you, such as wage: 20. Required."""


class Posts(Section):
    """Who tells others, and where."""

    negative: Annotated[
        Share, InWords("how many disappointed customers tell everybody", "of those not kept")
    ]
    """Chance that a customer disappointed by the crowd, and not kept, posts about it. Default: 5%
    to 20%."""

    positive: Annotated[Share, InWords("how many content customers tell everybody", "of visits")]
    """Chance that a visit that went well, of a customer whom the deal brought, is posted about;
    higher where every customer is asked. Default: 0.5% to 3%."""

    review_share: Annotated[Share, InWords("how many posts are reviews", "of posts")]
    """Share of posts that are reviews, with stars; the others are told to friends. Default: 40% to
    80%."""


class Viral(Section):
    """The rare post that everybody reads."""

    chance: Annotated[Share, InWords("how many bad posts everybody reads", "of bad posts")]
    """Chance that a negative post goes viral. Default: 0.01%."""

    loss: Annotated[Share, InWords("how much trade such a post costs", "of your own trade")]
    """Share of ordinary trade lost while it lasts. Default: 5% to 40%."""

    weeks: Annotated[
        Annotated[Uncertain, Quantity(NONNEGATIVE, "weeks")],
        InWords("how many weeks such a post is remembered"),
    ]
    """Mean number of weeks it lasts, an exponential time. Default: 4 to 16."""


class Service(Section):
    """What a crowd does to service, to complaints, and to what people say. Without it every visit
    goes as usual."""

    failures: Failures
    """How often a visit goes wrong."""

    complain: Annotated[Share, InWords("how many complain", "of visits that go wrong")]
    """Chance that a customer whose visit went wrong complains to you. Default: 20% to 50%."""

    listen: Annotated[Share, InWords("how many complaints you see", "of complaints")]
    """Share of complaints that you see and answer. Default: 40% to 80%."""

    answer: Answer
    """How soon they are answered, and whom that keeps."""

    compensation: Annotated[Money, InWords("what you give to make good")]
    """Cost of what is given to each customer kept. Default: 15% to 40% of business.usual_ticket."""

    handling: Handling
    """What dealing with a complaint takes."""

    own_visits: Annotated[
        Annotated[Uncertain, Quantity(COUNT, "visits")],
        InWords("how many visits you lose with each of your own customers"),
    ]
    """Visits you lose with each of your own customers whom the crowd disappoints and whom nobody
    keeps. Default: 0.5 to 3."""

    delay: Annotated[Duration, InWords("how long word takes")]
    """Mean time until the visits won or lost would have happened. Default: 2 to 8 weeks."""

    posts: Posts
    """Who tells others."""

    reach: Annotated[
        Annotated[Uncertain, Quantity(NONNEGATIVE, "people")],
        InWords("how many people look you up after one post"),
    ]
    """Visitors (of a page or of the shop) that one post to friends brings. Default: 1 to 4."""

    convert: Annotated[Share, InWords("how many of those come", "of those who look")]
    """Share of these visitors who buy at full price. Default: 0.5% to 3%."""

    bad_to_good: Annotated[
        Annotated[Uncertain, Quantity(NONNEGATIVE, "x a good one")],
        InWords("how much further bad news travels"),
    ]
    """Visits a negative post deters, as a multiple of those a positive one brings. Default: 1.5 to
    3."""

    referred: Annotated[
        Annotated[Uncertain, Quantity(NONNEGATIVE, "x a deal customer")],
        InWords("how much more a referred customer comes"),
    ]
    """Later visits of a customer whom a post brought, as a multiple of those of the deal's
    buyers on average. Default: 1 to 1.25."""

    viral: Viral
    """The rare post that everybody reads."""


class Rating(Section):
    """The stars that people see, and what they do to ordinary trade. Needs `service`, which says
    who writes reviews."""

    reviews: Annotated[
        Annotated[Uncertain, Quantity(COUNT, "reviews")], InWords("how many reviews you have")
    ]
    """Reviews there are when the sale opens. Required."""

    displayed: Annotated[
        Annotated[Uncertain, Quantity(STARS, "stars")], InWords("the stars people see now")
    ]
    """Stars displayed when the sale opens, 1 to 5 in halves. Required."""

    average: Annotated[
        Annotated[Uncertain, Quantity(STARS, "stars")], InWords("the average behind the stars")
    ]
    """Average behind the displayed stars. Default: anywhere in the band of a quarter star around
    them."""

    reviews_per_week: Annotated[PerWeek, InWords("how many reviews come in a usual week")]
    """Reviews of ordinary trade a week, at that average; they come with the deal or without.
    Default: 0.25 to 2."""

    deal_factor: Annotated[Share, InWords("how many stars deal customers give", "of the average")]
    """Stars of a voucher customer's review as a share of the average. Default: 85% to 95%."""

    revenue_per_star: Annotated[Share, InWords("how much trade a star is worth", "of your trade")]
    """Ordinary trade gained or lost for each displayed star, as a share. Default: 5% to 9%."""


class Engagement(Section):
    """Posting for your followers because of the deal: hours that it takes, and what it brings."""

    posts_per_week: Annotated[
        Annotated[Uncertain, Quantity(COUNT, "posts a week")],
        InWords("how often you post"),
    ]
    """Posts a week, from the sale on. Required."""

    weeks: Annotated[
        Annotated[Uncertain, Quantity(COUNT, "weeks")], InWords("how many weeks you post")
    ]
    """Weeks for which you go on. Default: 26."""

    minutes_per_post: Annotated[
        Annotated[Uncertain, Quantity(NONNEGATIVE, "minutes")],
        InWords("how many minutes a post takes"),
    ]
    """Minutes of work for each post. Default: 10 to 30."""

    minutes_per_reply: Annotated[
        Annotated[Uncertain, Quantity(NONNEGATIVE, "minutes")],
        InWords("how many minutes an answer to a comment takes"),
    ]
    """Minutes of work for each comment that is answered. Default: 1 to 3."""

    wage: Annotated[Money, InWords("what an hour of posting costs you")]
    """What an hour of that work costs you, such as wage: 20. Required."""

    followers: Annotated[Share, InWords("how many who come back follow you", "of them")]
    """Share of the returning customers who follow you. Default: 5% to 30%."""

    spend_uplift: Annotated[Share, InWords("how much more followers spend", "of a visit")]
    """Further spending of followers on a returning visit, as a share of it. Default: 0 %."""
