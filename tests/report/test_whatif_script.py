"""The sliders in a real browser: figures of the page are those of Python, whatever moves them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Page, expect

from dealsim import load
from dealsim.decisions import WhatIf, what_if
from dealsim.output.html.frame import ROOM, asset, environment
from dealsim.output.report.whatif_view import error_sentence, what_if_view
from dealsim.units import format_money, format_share
from tests.report.conftest import OpenPage

REPORT = "dealsim.output.report"
SETTINGS: list[dict[str, float]] = [
    {},
    {"platform.commission": 0.4},
    {"deal.price": 12.0, "deal.cap": 250.0},
    {"deal.demand": 500.0, "platform.commission": 0.25},
    {"business.variable_cost": 0.3, "deal.price": 8.0},
]


@pytest.fixture(scope="module")
def found() -> WhatIf:
    return what_if(load("scenarios/one-coupon.yaml"), trials=2_500, seed=7)


@pytest.fixture(scope="module")
def html(found: WhatIf) -> str:
    return page_around(found)


def page_around(found: WhatIf, file: str = "one-coupon.yaml") -> str:
    """The sliders' part on a page of its own, under the strictest policy that lets them work."""
    css, script = asset(ROOM, "page.css") + asset(REPORT, "whatif.css"), asset(REPORT, "whatif.js")
    policy = f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(script)}"
    part = (
        environment(REPORT).get_template("whatif.html.j2").render(what_if=what_if_view(found, file))
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>sliders</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{css}</style></head>'
        f"<body><main>{part}</main><script>{script}</script></body></html>"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def expected(found: WhatIf, setting: dict[str, float]) -> dict[str, str]:
    figures, currency = found.figures(setting), found.scenario.currency
    return {
        "loss": format_share(figures.loss),
        "p50": format_money(figures.p50, currency),
        "mean": format_money(figures.mean, currency),
        "range": f"{format_money(figures.p5, currency)} to {format_money(figures.p95, currency)}",
    }


def expect_figures(page: Page, found: WhatIf, setting: dict[str, float]) -> None:
    for name, text in expected(found, setting).items():
        expect(page.locator(f"#whatif-{name}")).to_have_text(text)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_figures_are_those_of_python(
    open_page: OpenPage, html: str, found: WhatIf, setting: dict[str, float]
) -> None:
    page = open_page(html, "&".join(f"{path}={value}" for path, value in setting.items()))
    expect_figures(page, found, setting)
    assert page.locator("#whatif-histogram rect").count() > 5


def test_the_start_is_written_as_python_writes_it(
    open_page: OpenPage, html: str, found: WhatIf
) -> None:
    """Script and template agree, so that nothing jumps when the script begins."""
    texts = []
    for scripts in (False, True):
        page = open_page(html, scripts=scripts)
        texts.append([one.text_content() for one in page.locator(".whatif-value").all()])
        texts[-1] += [one.text_content() for one in page.locator(".whatif-figures dd").all()]
    assert texts[0] == texts[1]
    assert any(str(text).startswith("not known: ") for text in texts[0])


def test_without_script_there_is_a_sentence(open_page: OpenPage, html: str) -> None:
    page = open_page(html, scripts=False)
    expect(page.locator(".whatif-without")).to_be_visible()
    expect(page.locator(".whatif-controls")).to_be_hidden()


def test_keys_move_a_slider_and_the_address(open_page: OpenPage, html: str, found: WhatIf) -> None:
    page = open_page(html)
    slider = page.get_by_label("The site's share of the price", exact=True)
    slider.focus()
    for _ in range(3):
        slider.press("ArrowLeft")
    setting = {"platform.commission": 0.47}
    expect_figures(page, found, setting)
    expect(page.locator("#whatif-platform-commission-value")).to_have_text("47 %")
    expect(page.locator("#whatif-command")).to_have_text(
        "dealsim run one-coupon.yaml --set platform.commission=0.47"
    )
    expect(page).to_have_url(re.compile("#commission=0.47$"))
    page.get_by_role("button", name="Back to your own numbers, all of them").click()
    expect_figures(page, found, {})
    expect(page).to_have_url(re.compile("page.html$"))


def test_a_changed_address_moves_the_sliders(open_page: OpenPage, html: str, found: WhatIf) -> None:
    page = open_page(html, "commission=0.4")
    page.evaluate("location.hash = '#price=15&cap=nonsense&nothing=1'")
    expect_figures(page, found, {"deal.price": 15.0})
    expect(page.locator("#whatif-deal-price-value")).to_have_text("$15 (25 % off)")
    page.evaluate("location.hash = '#main'")  # a place on the page, and no setting
    expect_figures(page, found, {"deal.price": 15.0})


def test_a_number_in_doubt_goes_back_to_it(open_page: OpenPage, html: str, found: WhatIf) -> None:
    page = open_page(html, "variable_cost=0.3")
    box = page.locator('[data-path="business.variable_cost"]')
    expect(box.locator("output")).to_have_text("30 %")
    box.get_by_role("button").click()
    expect(box.locator("output")).to_have_text(re.compile("^not known: "))
    expect_figures(page, found, {})


@pytest.mark.parametrize("width", [360, 1440])
def test_targets_are_large_and_nothing_overflows(
    open_page: OpenPage, html: str, width: int
) -> None:
    page = open_page(html, width=width)
    for one in page.locator(".whatif input, .whatif button:visible").all():
        box = one.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_text_of_the_scenario_cannot_end_the_data(found: WhatIf) -> None:
    name = "</script><script>alert(1)</script><!--"
    view = what_if_view(found, name)
    assert "<" not in view["json"]
    assert json.loads(view["json"])["file"] == name
    seen: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            seen.append(tag)

    Reader().feed(environment(REPORT).get_template("whatif.html.j2").render(what_if=view))
    assert seen.count("script") == 1


def test_the_error_is_told(found: WhatIf) -> None:
    told = error_sentence(found)
    assert f"{len(found.held_out)} settings" in told
    assert "percentage points" in told
