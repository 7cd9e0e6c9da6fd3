// The panel "What temperature does": small multiples over the temperature, the same figures as a
// table, and the longest strings that were copied from the training text. Runs after chart.js.

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
 * @property {string} called
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
      return withLabel(measure.title, effectValue(measure, measure.estimates[at]));
    });
    const temperature = figures().temperatures[at];
    sayPlace(grid, at, last(), joined([fullStop(`T ${temperatureName(temperature)}`), clauses(words)]));
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
      make("th", "", head, besides([title, unit])).scope = "col";
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
    spoken.textContent = done || value.phase === "stopped" ? joined(sentences(value)) : "";
    if (!done) return;
    const { called, seed, dice, texts, length, corpus } = value.figures;
    quoting(
      part("effect-asked"),
      phrase("temperature.effect.asked", {
        checkpoint: called, seed, dice: String(dice), texts, n: length, corpus,
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
