// How often a shipped run's models at some steps closed a bracket, over log steps: dots with
// whiskers, and rings for the control. `Closing` in runs/shipped_history.py describes the question.

/**
 * @typedef {object} AskedClosing
 * @property {number} step
 * @property {number} n
 * @property {number} closed
 * @property {number} low
 * @property {number} high
 * @property {number} stray
 * @property {number} stray_low
 * @property {number} stray_high
 *
 * @typedef {object} Closings
 * @property {string} seed
 * @property {number} temperature
 * @property {number} horizon
 * @property {number} dice
 * @property {AskedClosing[]} rows
 */

// The end of a long seed text, which has the bracket.
function ending(text) {
  const characters = Array.from(text);
  return characters.length > 60 ? `…${characters.slice(-40).join("")}` : text;
}

/** @param {(name: string) => any} part */
function closingPanel(part) {
  const chart = part("closing-chart");
  const [TOP, BOTTOM, HEIGHT] = [10, 122, 148]; // CSS pixels
  const ASIDE = 7; // CSS pixels from a rate to its control
  /** @type {AskedClosing[]} */
  let rows = [];

  const whole = (n) => wholeNumber.format(n);

  function label(parent, text, name, left, top) {
    const made = make("span", name, parent, text);
    made.style.left = left;
    made.style.top = `${top}px`;
  }

  // Coordinates in the chart: steps in per cent of its width, on a log axis; rates in pixels.
  function scales() {
    const [first, last] = [Math.max(1, rows[0].step), Math.max(1, rows.at(-1).step)];
    const share = (step) => Math.log(Math.max(1, step) / first) / (Math.log(last / first) || 1);
    return {
      first, last,
      x: (step) => `${4 + 91 * share(step)}%`,
      y: (rate) => BOTTOM + rate * (TOP - BOTTOM),
    };
  }

  function draw() {
    const { first, last, x, y } = scales();
    chart.replaceChildren();
    const area = make("div", "", chart);
    const svg = shape("svg", { width: "100%", height: HEIGHT }, area);
    for (const rate of [0, 0.5, 1]) {
      shape("line", { class: "grid", x1: 0, x2: "100%", y1: y(rate), y2: y(rate) }, svg);
      label(chart, percent(rate), "rate-label", "0", y(rate));
    }
    const besides = (parent) => shape("g", { transform: `translate(${ASIDE} 0)` }, parent);
    const path = (name, at, parent) =>
      rows.slice(1).forEach((row, i) => {
        const [x1, x2, y1, y2] = [x(rows[i].step), x(row.step), y(at(rows[i])), y(at(row))];
        shape("line", { class: `${name} path`, x1, x2, y1, y2 }, parent);
      });
    path("control", (row) => row.stray / row.n, besides(svg));
    path("rate", (row) => row.closed / row.n, svg);
    for (const row of rows) {
      const at = x(row.step);
      const dot = (name, rate, low, high, parent) => {
        shape("line", { class: name, x1: at, x2: at, y1: y(low), y2: y(high) }, parent);
        shape("circle", { class: name, cx: at, cy: y(rate), r: 4 }, parent);
      };
      const group = shape("g", { class: "asked" }, svg);
      dot("control", row.stray / row.n, row.stray_low, row.stray_high, besides(group));
      dot("rate", row.closed / row.n, row.low, row.high, group);
    }
    let free = -Infinity;
    for (const step of first < last ? logTicks(first, last, 3) : [first]) {
      const left = parseFloat(x(step));
      if (left < free) continue;
      const text = free < 0 ? phrase("train.progress.step", { n: step }) : whole(step);
      label(area, text, "step-label", `${left}%`, BOTTOM + 8);
      free = left + 16;
    }
  }

  // Highlights and describes the last model that was asked at or before a step.
  function mark(step) {
    if (!rows.length) return;
    const last = step === undefined ? rows.at(-1) : rows.findLast((row) => row.step <= step);
    [...chart.querySelectorAll("g.asked")].forEach((group, i) =>
      group.classList.toggle("picked", rows[i] === last),
    );
    say(
      part("closing-words"),
      last
        ? phrase("train.closing.rate", {
            n: last.step,
            closed: last.closed,
            samples: last.n,
            interval: span([last.low, last.high]),
            stray: last.stray,
            stray_interval: span([last.stray_low, last.stray_high]),
          })
        : phrase("train.closing.first", { n: rows[0].step }),
    );
  }

  /**
   * @param {Closings | null | undefined} closing
   * @param {number} [step]
   */
  // `step`: of the sample at the slider, or undefined at the newest.
  function show(closing, step) {
    part("closing").hidden = !closing?.rows.length;
    rows = closing?.rows ?? [];
    if (!rows.length) return;
    quoting(
      part("closing-asked"),
      phrase("train.closing.asked", {
        seed: ending(closing.seed),
        temperature: temperatureName(closing.temperature),
        n: closing.horizon,
      }),
    );
    fillRows(
      part("closing-rows"),
      rows.map((row) => [
        whole(row.step),
        phrase("train.closing.of", { closed: row.closed, samples: row.n }),
        span([row.low, row.high]),
        phrase("train.closing.of", { closed: row.stray, samples: row.n }),
        span([row.stray_low, row.stray_high]),
      ]),
    );
    draw();
    mark(step);
  }

  return { show, mark };
}
