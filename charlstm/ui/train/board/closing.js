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
  const SVG = "http://www.w3.org/2000/svg";
  const [TOP, BOTTOM, HEIGHT] = [10, 122, 148]; // CSS pixels
  const ASIDE = 7; // CSS pixels from a rate to its control
  /** @type {AskedClosing[]} */
  let rows = [];

  const whole = (n) => wholeNumber.format(n);
  const percent = (rate) => `${(100 * rate).toFixed(rate > 0 && rate < 0.01 ? 1 : 0)} %`;
  const between = (low, high) => `${percent(low)} to ${percent(high)}`;
  const nameOf = (temperature) => String(Number(temperature.toPrecision(3)));

  function shape(tag, name, attributes) {
    const made = document.createElementNS(SVG, tag);
    made.setAttribute("class", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function label(text, name, left, top) {
    const made = document.createElement("span");
    made.className = name;
    made.textContent = text;
    made.style.left = left;
    made.style.top = `${top}px`;
    return made;
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
    const svg = shape("svg", "", { width: "100%", height: HEIGHT });
    const area = document.createElement("div");
    area.append(svg);
    chart.replaceChildren(area);
    for (const rate of [0, 0.5, 1]) {
      svg.append(shape("line", "grid", { x1: 0, x2: "100%", y1: y(rate), y2: y(rate) }));
      chart.append(label(percent(rate), "rate-label", "0", y(rate)));
    }
    const lines = (at, name) =>
      rows.slice(1).map((row, i) =>
        shape("line", name, {
          x1: x(rows[i].step), y1: y(at(rows[i])), x2: x(row.step), y2: y(at(row)),
        }),
      );
    const beside = shape("g", "", { transform: `translate(${ASIDE} 0)` });
    beside.append(...lines((row) => row.stray / row.n, "control path"));
    svg.append(beside);
    svg.append(...lines((row) => row.closed / row.n, "rate path"));
    for (const row of rows) {
      const whisker = (low, high, name) =>
        shape("line", name, { x1: x(row.step), x2: x(row.step), y1: y(low), y2: y(high) });
      const dot = (count, name, r) =>
        shape("circle", name, { cx: x(row.step), cy: y(count / row.n), r });
      const group = shape("g", "asked", {});
      const beside = shape("g", "", { transform: `translate(${ASIDE} 0)` });
      beside.append(whisker(row.stray_low, row.stray_high, "control"), dot(row.stray, "control", 4));
      group.append(beside, whisker(row.low, row.high, "rate"), dot(row.closed, "rate", 4));
      svg.append(group);
    }
    let free = -Infinity;
    for (const step of first < last ? logTicks(first, last, 3) : [first]) {
      const left = parseFloat(x(step));
      if (left < free) continue;
      const text = free < 0 ? `step ${whole(step)}` : whole(step);
      area.append(label(text, "step-label", `${left}%`, BOTTOM + 8));
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
        ? `Step ${whole(last.step)}: closed in ${whole(last.closed)} of ${whole(last.n)} ` +
            `samples (${between(last.low, last.high)}). With a comma in place of the bracket, a ` +
            `stray closing bracket came in ${whole(last.stray)} ` +
            `(${between(last.stray_low, last.stray_high)}).`
        : `First asked at step ${whole(rows[0].step)}.`,
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
    say(
      part("closing-asked"),
      `after “${ending(closing.seed)}”, T ${nameOf(closing.temperature)}, within ` +
        `${whole(closing.horizon)} characters, same dice each time; dots: closed, rings: control`,
    );
    fillRows(
      part("closing-rows"),
      rows.map((row) => [
        whole(row.step),
        `${whole(row.closed)} of ${whole(row.n)}`,
        between(row.low, row.high),
        `${whole(row.stray)} of ${whole(row.n)}`,
        between(row.stray_low, row.stray_high),
      ]),
    );
    draw();
    mark(step);
  }

  return { show, mark };
}
