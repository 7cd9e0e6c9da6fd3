// Rows of a chart: a unit's name, marks on a common scale, and words. Runs after
// components/parts.js.

/**
 * @typedef {object} UnitMark
 * @property {"shown" | "chosen" | "bar" | "free" | "held" | "random"} kind
 * @property {number} at 0 to 1 on the scale.
 * @property {[number, number]} [interval]
 *
 * @typedef {object} UnitRow
 * @property {string} name
 * @property {boolean} unit Whether the name is that of a unit, which a press watches.
 * @property {UnitMark[]} marks
 * @property {string} words
 */

const ON_ROW = (share) => `${3 + 94 * Math.min(Math.max(share, 0), 1)}%`;

// Shows a unit along the seed text, in the part of the page that watches units.
function watchUnits(names) {
  document.querySelector(".cells")?.dispatchEvent(new CustomEvent("watch-units", { detail: names }));
}

// Draws the rows; `band` is a range of the scale that lies behind them, `ticks` its labels
// [[share, text]].
/**
 * @param {Element} box
 * @param {UnitRow[]} rows
 * @param {[number, string][]} ticks
 * @param {[number, number] | null} [band]
 */
function drawUnitRows(box, rows, ticks, band = null) {
  box.replaceChildren();
  for (const { name, unit, marks, words } of rows) {
    const row = make("div", "unit-row", box);
    if (unit) pressable(name, "unit-name", row, () => watchUnits(name), phrase("brackets.find.watch", { unit: name }));
    else make("span", "unit-name", row, name);
    const apart = marks.length > 2 ? 16 : 0; // two marks share a line
    const height = 20 + apart * (marks.length - 1);
    const svg = shape("svg", { width: "100%", height, "aria-hidden": "true" }, row);
    if (band) {
      const [x, end] = band.map((share) => 3 + 94 * share);
      shape("rect", { class: "band", x: `${x}%`, width: `${end - x}%`, y: 0, height }, svg);
    }
    for (const [share] of ticks) {
      shape("line", { class: "grid", x1: ON_ROW(share), x2: ON_ROW(share), y1: 0, y2: height }, svg);
    }
    marks.forEach(({ kind, at, interval }, i) => {
      const y = 10 + apart * i;
      if (interval) {
        const [x1, x2] = interval.map(ON_ROW);
        shape("line", { class: `whisker ${kind}`, x1, x2, y1: y, y2: y }, svg);
      }
      if (kind === "bar") {
        const [x1, x2] = [ticks[0][0], at].map(ON_ROW);
        shape("line", { class: "bar", x1, x2, y1: y, y2: y }, svg);
      } else {
        shape("circle", { class: kind, cx: ON_ROW(at), cy: y, r: 4.5 }, svg);
      }
    });
    const said = make("span", "unit-words", row);
    for (const line of words.split("\n")) make("span", "", said, line);
  }
  const axis = make("div", "unit-row axis", box);
  make("span", "", axis);
  const labels = make("span", "unit-ticks", axis);
  for (const [share, text] of ticks) make("span", "", labels, text).style.left = ON_ROW(share);
}

// The scale of areas, from 0.4 to 1, and the row of a unit on it.
const AREA_TICKS = /** @type {[number, string][]} */ ([
  [1 / 6, "0.5"],
  [(0.75 - 0.4) / 0.6, "0.75"],
  [1, "1"],
]);

// "0.972 c, high": the area of a unit, of which part, and whether it is high inside.
function areaWords(area, part, high) {
  const told = { area: area.toFixed(3), part };
  return high ? phrase("brackets.find.high", told) : phrase("brackets.find.low", told);
}

function onAreas(area) {
  return (area - 0.4) / 0.6;
}
