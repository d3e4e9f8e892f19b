"""The sliders of a page: what a what-if is called, and the data that its script reckons with."""

from __future__ import annotations

import json
import re
from typing import Any

from dealsim.decisions import WhatIf
from dealsim.decisions.whatif_sliders import CAP, DEMAND, PRICE, Slider
from dealsim.output.decisions.values import shower
from dealsim.parts import PARTS, WHOLE
from dealsim.units import CURRENCIES, format_money, format_share, minor_digits

LABELS = {
    PRICE: "what customers pay",
    "platform.commission": "the site's share of the price",
    DEMAND: "how many vouchers are wanted",
    CAP: "how many vouchers are sold at most",
}


def what_if_view(found: WhatIf, file: str) -> dict[str, Any]:
    """What the template is given: `sliders` and `figures` as texts, the `error` as a sentence, the
    `command` that checks a setting, and `json`, the data, safe within a script element. `file` is
    the scenario's, as a command line has it."""
    currency = found.scenario.currency
    rows = [_row(found, one) for one in found.sliders]
    data = found.document()
    del data["held_out"]
    data["money"] = {"sign": _sign(currency), "digits": minor_digits(currency)}
    if currency in PARTS:
        data["money"]["part"] = WHOLE / 100
        del data["scenario"]["sha256"]
    data["file"] = file
    faces = found.scenario.deal.face_value
    data["face_value"] = faces.mean() if faces.is_constant else None
    for one, row in zip(data["sliders"], rows, strict=True):
        one |= {"id": row["id"], "label": row["label"], "value": row["value"]}
    figures = {
        "loss": format_share(found.run.loss),
        "mean": format_money(found.run.mean, currency),
        "p50": format_money(found.run.p50, currency),
        "range": _range(found.run.p5, found.run.p95, currency),
    }
    return {
        "sliders": rows,
        "figures": figures,
        "error": error_sentence(found),
        "command": f"dealsim run {file}",
        "json": _within_script(data),
    }


def error_sentence(found: WhatIf) -> str:
    """How far the figures may be off, as measured."""
    if not found.errors:
        return ""
    currency, errors = found.scenario.currency, found.errors
    (usual_loss, most_loss), (usual, most) = errors["loss"], errors["mean"]
    points = [_points(one) for one in (usual_loss, most_loss)]
    amounts = [format_money(one, currency) for one in (usual, most)]
    return (
        f"These figures are read off settings reckoned beforehand. Held against "
        f"{len(found.held_out)} settings that were simulated, the chance of a loss was usually off "
        f"by {points[0]} percentage points and by {points[1]} at most, the average by "
        f"{amounts[0]} and by {amounts[1]} at most."
    )


def _points(share: float) -> str:
    text = f"{100 * share:.1f}".removesuffix(".0")
    return "less than 0.1" if text == "0" else text


def _row(found: WhatIf, one: Slider) -> dict[str, Any]:
    label = LABELS.get(one.path, one.label)
    return {
        "id": "whatif-" + re.sub(r"[^a-z0-9]+", "-", one.path.lower()),
        "path": one.path,
        "label": label[:1].upper() + label[1:],
        "value": state_of(found, one),
        "min": f"{one.low:.12g}",
        "max": f"{one.high:.12g}",
        "step": f"{one.step:.12g}",
        "start": f"{min(max(one.start, one.low), one.high):.12g}",
    }


def state_of(found: WhatIf, one: Slider) -> str:
    """What is said of a slider until it is touched."""
    show = shower(found.scenario.currency)
    if one.doubt is not None:
        return f"not known: {show(one.path, one.doubt[0])} to {show(one.path, one.doubt[1])}"
    if one.now is None:
        return "no limit"
    said, face = show(one.path, one.now), found.scenario.deal.face_value
    if one.path == PRICE and face.is_constant and face.mean() > 0:
        return f"{said} ({format_share(max(0.0, round(1 - one.now / face.mean(), 3)))} off)"
    return said


def _range(low: float, high: float, currency: str) -> str:
    return f"{format_money(low, currency)} to {format_money(high, currency)}"


def _sign(currency: str) -> str:
    """What stands before an amount."""
    sign = CURRENCIES[currency].sign if currency in CURRENCIES else currency
    return sign + (" " if sign.isalpha() else "")


def _within_script(data: object) -> str:
    """JSON that no text in it can end the script element of."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
