"use strict";
// The sliders of the page: reckons what WhatIf.figures does (dealsim/decisions/whatif.py), with the
// same numbers in the same order, and shows it as dealsim.units writes it.
(function () {
  const root = document.getElementById("whatif");
  const source = document.getElementById("whatif-data");
  if (!root || !source) return;
  const data = JSON.parse(source.textContent);
  const surface = data.surface;
  const futures = surface.futures;
  const LARGEST = 32767;

  // ---- data ----
  function bytes(text) {
    const plain = atob(text), found = new Uint8Array(plain.length);
    for (let i = 0; i < plain.length; i++) found[i] = plain.charCodeAt(i);
    return new DataView(found.buffer);
  }
  function doubles(text) {
    const view = bytes(text), found = new Float64Array(view.byteLength / 8);
    for (let i = 0; i < found.length; i++) found[i] = view.getFloat64(8 * i, true);
    return found;
  }
  function shorts(text) {
    const view = bytes(text), found = new Int16Array(view.byteLength / 2);
    for (let i = 0; i < found.length; i++) found[i] = view.getInt16(2 * i, true);
    return found;
  }
  const coefficients = shorts(surface.coefficients);
  const sampled = doubles(surface.sampled), luck = doubles(surface.luck);
  const terms = surface.terms, scales = surface.scales;
  const coordinates = surface.coordinates.map(function (one) {
    return {
      paths: one.paths, low: one.low, high: one.high,
      own: one.own.map(function (v) {
        if (v === null) return [Infinity];
        return typeof v === "string" ? doubles(v) : [v];
      }),
    };
  });

  // ---- figures ----
  function placesIn(setting) {
    return coordinates.map(function (one) {
      const given = one.paths.map(function (path, k) {
        return path in setting ? [setting[path]] : one.own[k];
      });
      const size = Math.max.apply(null, given.map(function (v) { return v.length; }));
      const found = new Float64Array(size);
      for (let i = 0; i < size; i++) {
        let value = given[0].length > 1 ? given[0][i] : given[0][0];
        if (given.length > 1) value = Math.min(value, given[1].length > 1 ? given[1][i] : given[1][0]);
        const scaled = 2 * (value - one.low) / (one.high - one.low) - 1;
        found[i] = Math.floor(Math.min(1, Math.max(-1, scaled)) * LARGEST + 0.5) / LARGEST;
      }
      return found;
    });
  }
  function polynomials(places) {
    const found = new Float64Array(futures), count = terms.length;
    const powers = places.map(function () { return new Float64Array(4); });
    const all = new Float64Array(count);
    const fixed = places.every(function (x) { return x.length === 1; });
    for (let i = 0; i < futures; i++) {
      if (i === 0 || !fixed) {
        places.forEach(function (own, k) {
          const x = own.length > 1 ? own[i] : own[0], to = powers[k];
          to[0] = 1; to[1] = x; to[2] = 2 * x * x - 1; to[3] = (4 * x * x - 3) * x;
        });
        for (let t = 0; t < count; t++) {
          let product = 1;
          for (let k = 0; k < powers.length; k++) if (terms[t][k]) product *= powers[k][terms[t][k]];
          all[t] = product * scales[t];
        }
      }
      let sum = 0;
      for (let t = 0, at = i * count; t < count; t++) sum += coefficients[at + t] * all[t];
      found[i] = sum;
    }
    return found;
  }
  function variance(places, i) {
    let found = 1;
    for (let k = 0; k < places.length; k++) {
      const ends = surface.variances[k], x = places[k].length > 1 ? places[k][i] : places[k][0];
      found *= ends[0] + (ends[1] - ends[0]) * (x + 1) / 2;
    }
    return found;
  }
  const here = placesIn({}), ownPolynomials = polynomials(here);
  function profits(setting) {
    const there = placesIn(setting), moved = polynomials(there);
    const found = new Float64Array(futures);
    for (let i = 0; i < futures; i++) {
      const before = variance(here, i);
      const ratio = before > 0 ? variance(there, i) / before : 1;
      found[i] = sampled[i] + moved[i] - ownPolynomials[i] + (Math.sqrt(ratio) - 1) * luck[i];
    }
    return found;
  }
  function quantile(sorted, share) {
    const at = share * (sorted.length - 1), low = Math.floor(at);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
  }
  function figuresOf(values) {
    const sorted = Float64Array.from(values).sort();
    let sum = 0, lost = 0;
    for (let i = 0; i < sorted.length; i++) { sum += sorted[i]; if (sorted[i] < 0) lost++; }
    return {
      mean: sum / sorted.length, loss: lost / sorted.length,
      p5: quantile(sorted, 0.05), p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95),
    };
  }
  function inProportion(there, own, run) { return own > 0 ? there * run / own : there; }
  function share(there, own, run) {
    if (there <= own) return own > 0 ? there * run / own : run;
    return 1 - (1 - there) * (1 - run) / (1 - own);
  }
  const run = data.run, own = figuresOf(profits({}));
  function figures(setting, values) {
    if (Object.keys(setting).length === 0) return run;
    const there = figuresOf(values), middle = there.p50 + run.p50 - own.p50;
    return {
      mean: there.mean + run.mean - own.mean, loss: share(there.loss, own.loss, run.loss), p50: middle,
      p5: middle - inProportion(there.p50 - there.p5, own.p50 - own.p5, run.p50 - run.p5),
      p95: middle + inProportion(there.p95 - there.p50, own.p95 - own.p50, run.p95 - run.p50),
    };
  }

  // ---- words, as dealsim.units and dealsim/output/decisions/values.py have them ----
  function grouped(whole) { return String(whole).replace(/\B(?=(\d{3})+(?!\d))/g, ","); }
  function part(percent) {
    const size = Math.abs(percent);
    if (size < 5e-7) return "0 %";
    const digits = Math.max(0, 2 - Math.floor(Math.log10(size))), text = percent.toFixed(digits);
    return (digits ? text.replace(/\.?0+$/, "") : grouped(text)) + " %";
  }
  function money(amount, cents) {
    if (data.money.part) return part(amount / data.money.part);
    const digits = cents ? data.money.digits : 0;
    const units = Math.floor(amount * Math.pow(10, digits) + 0.5 + 1e-9), size = Math.abs(units);
    const one = Math.pow(10, digits), part = String(size % one).padStart(digits, "0");
    return (units < 0 ? "-" : "") + data.money.sign + grouped(Math.floor(size / one)) +
      (digits ? "." + part : "");
  }
  function price(value) {
    const to = Math.pow(10, data.money.digits), near = Math.round(value * to) / to;
    return money(value, Math.abs(value) < 100 && near !== Math.round(value));
  }
  function percent(value) {
    if (value > 0 && value < 0.001) return "<0.1 %";
    if (value > 0.999 && value < 1) return ">99.9 %";
    const size = Math.abs(value);
    const fine = (size > 0 && size < 0.0995) || (value > 0.9905 && value < 1);
    const found = Math.floor(value * (fine ? 1000 : 100) + 0.5 + 1e-9);
    return String(fine ? found / 10 : found) + " %";
  }
  function count(value) { return grouped(Math.floor(value + 0.5 + 1e-9)); }
  function shown(one, value) {
    if (one.kind === "share") return percent(Math.round(value * 1000) / 1000);
    if (one.kind === "money") {
      let text = price(value);
      if (one.path === "deal.price" && data.face_value > 0) {
        const off = Math.max(0, Math.round((1 - value / data.face_value) * 1000) / 1000);
        text += " (" + percent(off) + " off)";
      }
      return text;
    }
    if (one.kind === "count") return one.step < 1 ? String(Number(value.toPrecision(3))) : count(value);
    if (one.kind === "duration") return count(value) + " days";
    return String(Number(value.toPrecision(3)));
  }

  // ---- the page ----
  const SVG = "http://www.w3.org/2000/svg";
  const byId = function (id) { return document.getElementById(id); };
  const sliders = data.sliders.map(function (one) {
    const input = byId(one.id), box = input.parentNode;
    return Object.assign({}, one, {
      input: input, output: byId(one.id + "-value"), reset: box.querySelector(".whatif-reset"),
      standing: input.value,
    });
  });
  const resetAll = root.querySelector(".whatif-reset-all"), copy = root.querySelector(".whatif-copy");
  let setting = {};

  function plain(value) { return String(Number(value.toFixed(9))); }
  function suffix(one, value) { return plain(value) + (one.kind === "duration" ? " days" : ""); }
  function quoted(text) { return /^[\w.=%+-]+$/.test(text) ? text : "'" + text + "'"; }
  function command() {
    let text = "dealsim run " + data.file;
    sliders.forEach(function (one) {
      if (one.path in setting) {
        text += " --set " + quoted(one.path + "=" + (data.money.part && one.kind === "money" ? "..." : suffix(one, setting[one.path])));
      }
    });
    return text;
  }
  function element(name, attributes, parent, text) {
    const found = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) { found.setAttribute(key, attributes[key]); });
    if (text !== undefined) found.textContent = text;
    parent.appendChild(found);
    return found;
  }
  const whole = Float64Array.from(profits({})).sort();
  function histogram(values, found) {
    const svg = byId("whatif-histogram"), sorted = Float64Array.from(values).sort();
    while (svg.firstChild) svg.removeChild(svg.firstChild);
    const least = Math.min(quantile(sorted, 0.005), quantile(whole, 0.005), 0);
    const most = Math.max(quantile(sorted, 0.995), quantile(whole, 0.995), 0);
    const width = (most - least || 1) / 40, first = Math.floor(least / width);
    const last = Math.ceil(most / width), bars = new Array(Math.max(1, last - first)).fill(0);
    sorted.forEach(function (value) {
      const at = Math.floor(value / width) - first;
      bars[Math.min(bars.length - 1, Math.max(0, at))]++;
    });
    const x = 400 / bars.length, tallest = Math.max.apply(null, bars);
    const defs = element("defs", {}, svg);
    const hatch = element("pattern", {
      id: "whatif-hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)",
    }, defs);
    element("line", { x1: 0, y1: 0, x2: 0, y2: 5, class: "whatif-hatch" }, hatch);
    bars.forEach(function (number, k) {
      if (!number) return;
      const height = 115 * number / tallest, isLoss = k + first < 0;
      element("rect", {
        class: isLoss ? "whatif-loss" : "whatif-bar", x: (k * x + 0.5).toFixed(2),
        y: (125 - height).toFixed(2), width: Math.max(0.5, x - 1).toFixed(2), height: height.toFixed(2),
      }, svg);
    });
    const zero = (-first * x).toFixed(2);
    element("line", { class: "whatif-axis", x1: 0, x2: 400, y1: 125, y2: 125 }, svg);
    element("line", { class: "whatif-zero", x1: zero, x2: zero, y1: 4, y2: 130 }, svg);
    const where = -first * x < 60 ? "start" : -first * x > 340 ? "end" : "middle";
    element("text", { x: zero, y: 145, "text-anchor": where }, svg, money(0));
    svg.setAttribute("aria-label", "How often each result comes: " + percent(found.loss) +
      " of the futures lose money, nine of ten lie between " + money(found.p5) + " and " + money(found.p95));
  }
  let waiting = null;
  function speak(found) {
    byId("whatif-loss").textContent = percent(found.loss);
    byId("whatif-p50").textContent = money(found.p50);
    byId("whatif-mean").textContent = money(found.mean);
    byId("whatif-range").textContent = money(found.p5) + " to " + money(found.p95);
  }
  function draw() {
    const values = profits(setting), found = figures(setting, values);
    sliders.forEach(function (one) {
      const touched = one.path in setting;
      const text = touched ? shown(one, setting[one.path]) : one.value;
      if (!touched) one.input.value = one.standing;
      one.output.textContent = text;
      one.input.setAttribute("aria-valuetext", text);
      one.reset.disabled = !touched;
    });
    resetAll.disabled = Object.keys(setting).length === 0;
    byId("whatif-command").textContent = command();
    histogram(values, found);
    // a screen reader is told once the hand rests, the eye at once
    const live = root.querySelector(".whatif-figures");
    live.setAttribute("aria-busy", "true");
    speak(found);
    clearTimeout(waiting);
    waiting = setTimeout(function () { live.setAttribute("aria-busy", "false"); }, 400);
  }
  let asked = false;
  function soon() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(function () { asked = false; draw(); });
  }

  // ---- the address ----
  function nameOf(one) {
    const short = one.path.split(".").pop();
    const alone = sliders.filter(function (s) { return s.path.split(".").pop() === short; });
    return alone.length === 1 ? short : one.path;
  }
  function write() {
    const parts = sliders.filter(function (one) { return one.path in setting; })
      .map(function (one) { return encodeURIComponent(nameOf(one)) + "=" + plain(setting[one.path]); });
    const to = location.pathname + location.search + (parts.length ? "#" + parts.join("&") : "");
    try { history.replaceState(null, "", to); } catch (error) { location.hash = parts.join("&"); }
  }
  function decoded(text) {
    try { return decodeURIComponent(text); } catch (error) { return ""; }
  }
  function read() {
    const text = location.hash.slice(1);
    if (text && text.indexOf("=") < 0) { draw(); return; } // a place on the page
    setting = {};
    text.split("&").forEach(function (part) {
      const at = part.indexOf("="), name = decoded(part.slice(0, at)), given = part.slice(at + 1);
      const one = sliders.find(function (s) { return s.path === name || nameOf(s) === name; });
      const value = Number(given);
      if (!one || given === "" || !Number.isFinite(value)) return;
      setting[one.path] = Math.min(one.high, Math.max(one.low, value));
      one.input.value = String(setting[one.path]);
    });
    draw();
  }

  let writing = null;
  function changed() {
    soon();
    clearTimeout(writing);
    writing = setTimeout(write, 200);
  }
  sliders.forEach(function (one) {
    one.input.addEventListener("input", function () {
      setting[one.path] = Number(one.input.value);
      changed();
    });
    one.reset.addEventListener("click", function () {
      delete setting[one.path];
      one.input.focus();
      changed();
    });
  });
  resetAll.addEventListener("click", function () {
    setting = {};
    if (sliders.length) sliders[0].input.focus();
    changed();
  });
  if (navigator.clipboard && window.isSecureContext) {
    copy.hidden = false;
    copy.addEventListener("click", function () {
      navigator.clipboard.writeText(command()).then(function () { copy.textContent = "Copied"; },
        function () { copy.hidden = true; });
    });
  }
  window.addEventListener("hashchange", read);
  root.querySelector(".whatif-without").hidden = true;
  root.querySelector(".whatif-controls").hidden = false;
  read();
})();
