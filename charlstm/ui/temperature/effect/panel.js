// The panel "What temperature does": small multiples over the temperature, the same figures as a
// table, and the longest strings that were copied from the training text.

/**
 * @typedef {object} EffectMeasure
 * @property {string} name
 * @property {string} title
 * @property {string} unit
 * @property {boolean} share
 * @property {(Estimate | null)[]} estimates One a temperature.
 * @property {Estimate | null} real
 * @property {string} missing Why one was not measured, where one was not.
 *
 * @typedef {object} EffectFigures
 * @property {string} checkpoint
 * @property {string} seed
 * @property {number} dice
 * @property {number[]} temperatures
 * @property {number} length
 * @property {number} texts
 * @property {number} pieces
 * @property {string} corpus
 * @property {string[]} said
 * @property {EffectMeasure[]} measures
 * @property {TextAt[]} copies
 *
 * @typedef {object} Effect
 * @property {"idle" | "waiting" | "measuring" | "stopped" | "done"} phase
 * @property {number} texts
 * @property {number} length
 * @property {number[]} temperatures
 * @property {string} progress
 * @property {EffectFigures} [figures]
 */

const EFFECT = { height: 148, left: 46, right: 12, top: 10, foot: 24 }; // CSS pixels

// A value of a measure as text, without its unit.
/**
 * @param {EffectMeasure} measure
 * @param {number} value
 */
function effectNumber({ name, share }, value) {
  return (share ? 100 * value : value).toFixed(name === "entropy" ? 2 : 1);
}

/**
 * @param {EffectMeasure} measure
 * @param {Estimate | null} measured
 */
function effectValue(measure, measured) {
  if (!measured) return phrase("temperature.effect.not_measured");
  const { mean, interval: [low, high] } = measured;
  const number = (value) => effectNumber(measure, value);
  return phrase("temperature.effect.value", {
    mean: number(mean), unit: measure.unit, low: number(low), high: number(high),
  });
}

// The end of an axis from 0 that covers a value: 1, 2 or 5 times a power of ten.
function effectTop(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((end) => end >= value);
}

// The figure of one measure.
function effectChart(parent) {
  const root = make("figure", "effect-chart", parent);
  const caption = make("figcaption", "", root);
  const title = make("span", "title", caption);
  const summary = make("span", "said", caption);
  const beside = make("span", "beside", caption);
  const svg = shape("svg", { width: "100%", height: EFFECT.height, "aria-hidden": "true" }, root);
  const { temperatureColour } = charlstmColours;

  /**
   * @param {EffectMeasure} measure
   * @param {number[]} temperatures
   * @param {number} at Index of the highlighted temperature.
   */
  function draw(measure, temperatures, at) {
    const { estimates, real, share, name, unit } = measure;
    title.textContent = measure.title;
    const lit = temperatures[at];
    summary.textContent = `T ${temperatureName(lit)}: ${effectValue(measure, estimates[at])}`;
    beside.hidden = !real;
    const own = real && { mean: effectNumber(measure, real.mean), unit };
    beside.textContent = real ? phrase("temperature.effect.beside", own) : "";
    svg.replaceChildren();
    const measured = temperatures
      .map((temperature, i) => ({ temperature, ...estimates[i] }))
      .filter((_, i) => estimates[i]);
    const values = [...measured, ...(real ? [real] : [])].map(({ interval: [, high] }) => high);
    const end = share ? 1 : effectTop(Math.max(...values, 1e-9));
    const hottest = temperatures.at(-1);
    const width = svg.clientWidth - EFFECT.left - EFFECT.right;
    const x = (temperature) => EFFECT.left + (width * temperature) / hottest;
    const y = (value) =>
      EFFECT.top + (1 - value / end) * (EFFECT.height - EFFECT.top - EFFECT.foot);
    const line = (className, x1, x2, y1, y2) =>
      shape("line", { class: className, x1, x2, y1, y2 }, svg);
    const band = (between, className, colour) => {
      const back = [...between].reverse();
      const edge = (side) => (point) => `L${x(point.temperature)} ${y(point.interval[side])}`;
      const [low, high] = [between.map(edge(0)).join(""), back.map(edge(1)).join("")];
      const d = `M${low.slice(1)}${high}Z`;
      shape("path", { class: className, d }, svg).style.fill = colour;
    };

    for (const value of [0, end / 2, end]) {
      line("grid", x(0), x(hottest), y(value), y(value));
      if (!share && !measured.length) continue; // without values the axis has no scale
      const word = share ? percent(value) : String(Number(value.toPrecision(3)));
      shape("text", { class: "tick end", x: EFFECT.left - 7, y: y(value) + 4 }, svg, word);
    }
    for (let tick = 0; tick <= hottest; tick += 0.5) {
      const word = tick ? temperatureName(tick) : "T 0";
      shape("text", { class: "tick", x: x(tick), y: EFFECT.height - 6 }, svg, word);
    }
    if (!measured.length) {
      const middle = { class: "tick", x: x(hottest / 2), y: y(end / 2) - 8 };
      shape("text", middle, svg, measure.missing);
      return;
    }
    // A gradient along the axis, from each temperature's colour to the next.
    const id = `effect-${name}`;
    const along = { id, gradientUnits: "userSpaceOnUse", x1: x(0), x2: x(hottest), y1: 0, y2: 0 };
    const heat = shape("linearGradient", along, svg);
    for (const temperature of temperatures) {
      const stop = shape("stop", { offset: temperature / hottest }, heat);
      stop.style.stopColor = temperatureColour(temperature);
    }
    if (real) {
      band([0, hottest].map((temperature) => ({ temperature, ...real })), "real", "");
      line("real", x(0), x(hottest), y(real.mean), y(real.mean));
    }
    band(measured, "band", `url(#${id})`);
    const path = measured
      .map(({ temperature: t, mean }, i) => `${i ? "L" : "M"}${x(t)} ${y(mean)}`)
      .join("");
    shape("path", { class: "line", d: path }, svg).style.stroke = `url(#${id})`;
    for (const { temperature: t, mean } of measured) {
      const dot = { class: "dot", cx: x(t), cy: y(mean), r: t === lit ? 5.5 : 3.5 };
      shape("circle", dot, svg).style.fill = temperatureColour(t);
    }
    root.setAttribute("aria-label", `${measure.title}, ${unit}`);
  }

  return { root, draw };
}

const PARTS_WHEN_DONE = [
  "effect-asked", "effect-charts", "effect-all", "effect-table", "effect-honest", "effect-link",
];

/** @param {Component<Effect, { place_in_line: Served<LineQuestion, LinePlace> }>} component */
function mountPanel({ element, props, watch, server }) {
  const part = (name) => element.querySelector(`.${name}`);
  const grid = part("effect-charts");
  const spoken = part("unseen");
  asSlider(grid, phrase("temperature.effect.slider"));
  const copied = part("effect-link").firstElementChild;
  const opens = () => ({ panel: "effect" });
  linkButton(part("effect-link"), (words) => (copied.textContent = words), copied, opens);
  // On a phone all but the first figures are folded.
  const all = part("effect-all");
  all.textContent = phrase("temperature.effect.all");
  all.addEventListener("click", () => {
    all.closest(".effect").classList.add("unfolded");
    redraw();
  });
  const waiting = waitingIn(server, () => props.value.phase === "waiting", draw);
  const charts = [];
  const key = make("p", "effect-key", null);
  let frame = 0;

  const figures = () => (props.value.phase === "done" ? props.value.figures : null);
  const measures = () => figures()?.measures ?? [];
  const last = () => (measures().length ? figures().temperatures.length - 1 : -1);
  const chosen = chooser(grid, {
    last,
    under(event) {
      const chart = event.target.closest(".effect-chart");
      if (!chart) return last();
      const box = chart.querySelector("svg").getBoundingClientRect();
      const width = box.width - EFFECT.left - EFFECT.right;
      const { temperatures } = figures();
      const at = ((event.clientX - box.left - EFFECT.left) / width) * temperatures.at(-1);
      const far = (i) => Math.abs(temperatures[i] - at);
      return temperatures.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
    },
    moved: redraw,
  });

  function keyWords({ texts, pieces }) {
    const band = phrase("temperature.effect.key", { n: texts });
    return pieces ? `${band} ${phrase("temperature.effect.key_beside", { n: pieces })}` : band;
  }

  function redraw() {
    frame ||= requestAnimationFrame(paint);
  }

  function paint() {
    frame = 0;
    if (last() < 0 || !grid.clientWidth) return;
    while (charts.length < measures().length) charts.push(effectChart(grid));
    const at = chosen();
    measures().forEach((measure, i) => charts[i].draw(measure, figures().temperatures, at));
    key.textContent = keyWords(figures());
    grid.append(key);
    const words = measures().map((measure) => {
      return `${measure.title}: ${effectValue(measure, measure.estimates[at])}`;
    });
    const temperature = figures().temperatures[at];
    sayPlace(grid, at, last(), `T ${temperatureName(temperature)}. ${words.join("; ")}`);
  }

  function drawTable() {
    const table = element.querySelector("table");
    table.replaceChildren();
    const { temperatures, texts, length, pieces } = figures();
    make("caption", "", table, phrase("temperature.effect.caption", { texts, n: length }));
    const head = make("tr", "", make("thead", "", table));
    const body = make("tbody", "", table);
    make("th", "", head, "T").scope = "col";
    for (const { title, unit } of measures()) {
      make("th", "", head, `${title}, ${unit}`).scope = "col";
    }
    /**
     * @param {string} name
     * @param {(Estimate | null)[]} values One a measure.
     */
    const line = (name, values) => {
      const row = make("tr", "", body);
      make("th", "", row, name).scope = "row";
      measures().forEach((measure, i) => {
        const number = (value) => effectNumber(measure, value);
        const cell = make("td", "", row, values[i] ? number(values[i].mean) : "—");
        if (!values[i]) return;
        const [low, high] = values[i].interval;
        make("span", "dim", cell, ` ${phrase("components.span", { low: number(low), high: number(high) })}`);
      });
    };
    temperatures.forEach((temperature, at) => {
      line(temperatureName(temperature), measures().map(({ estimates }) => estimates[at]));
    });
    if (pieces) line(phrase("temperature.effect.pieces", { n: pieces }), measures().map(({ real }) => real));
  }

  function drawCopies() {
    const list = element.querySelector("dl");
    list.replaceChildren();
    for (const { temperature, text } of figures().copies) {
      const copied = { temperature: temperatureName(temperature), n: Array.from(text).length };
      make("dt", "", list, phrase("temperature.effect.copy", copied));
      make("dd", "", list, text.replaceAll("\n", "¶"));
    }
  }

  /** @param {Effect} value */
  function sentences({ phase, progress, figures, texts, length, temperatures }) {
    if (phase === "waiting") return [waiting()];
    if (phase === "measuring") return [progress];
    if (phase === "stopped") return [phrase("temperature.effect.stopped")];
    if (phase === "done") return figures.said;
    const [first, last] = [temperatures[0], temperatures.at(-1)].map(temperatureName);
    return [
      phrase("temperature.effect.idle", { texts, n: length, count: temperatures.length, first, last }),
    ];
  }

  function draw() {
    const value = props.value;
    const done = value.phase === "done";
    const busy = value.phase === "waiting" || value.phase === "measuring";
    element.querySelector(".effect").setAttribute("aria-busy", String(busy));
    part("effect-said").replaceChildren();
    for (const sentence of sentences(value)) termed(make("p", "", part("effect-said")), sentence);
    // While it measures again, the last figures keep their place.
    element.querySelector(".effect").classList.toggle("again", busy && charts.length > 0);
    if (busy && charts.length) return;
    for (const name of PARTS_WHEN_DONE) {
      part(name).hidden = !done;
    }
    part("effect-copies").hidden = !done || !value.figures.copies.length;
    spoken.textContent = done || value.phase === "stopped" ? sentences(value).join(" ") : "";
    if (!done) return;
    const { checkpoint, seed, dice, texts, length, corpus } = value.figures;
    quoting(
      part("effect-asked"),
      phrase("temperature.effect.asked", {
        checkpoint, seed, dice: String(dice), texts, n: length, corpus,
      }),
    );
    drawTable();
    drawCopies();
    redraw();
  }

  new ResizeObserver(redraw).observe(grid);
  watch("value", draw);
  draw();
}
