// Dots with whiskers: the closing rates, and below them the rates of the controls. Runs after
// components/parts.js.

const AT = (rate) => `${4 + 92 * rate}%`; // of the width of a chart: room for a dot at both ends
const MARKS = { rate: 13, comma: 27, pair: 41 }; // CSS pixels from the top of their row

// Draws one row for each temperature and for the baseline.
//   rows   [{name, colour, marks: {rate, comma, pair: Count or undefined}}]; `rate` counts closings,
//          the others unmatched brackets
//   done   whether all samples are drawn
//   control  tells the share of the marks `comma`
function drawDots(
  box,
  rows,
  done,
  control = (share) => phrase("brackets.answer.comma_of", { share }),
) {
  box.replaceChildren();
  for (const { name, colour, marks } of rows) {
    const row = make("div", "dots-row", box);
    row.style.setProperty("--t", colour);
    make("span", "temperature", row, name);
    const kinds = Object.keys(MARKS).filter((kind) => marks[kind]);
    const height = MARKS[kinds.at(-1)] + 13;
    const svg = shape("svg", { width: "100%", height, "aria-hidden": "true" }, row);
    for (const rate of [0, 0.5, 1]) {
      shape("line", { class: "grid", x1: AT(rate), x2: AT(rate), y1: 0, y2: height }, svg);
    }
    const words = make("span", "words", row);
    for (const kind of kinds) {
      const y = MARKS[kind];
      const { n, of, interval } = marks[kind];
      if (interval) {
        const [x1, x2] = interval.map(AT);
        shape("line", { class: kind, x1, x2, y1: y, y2: y }, svg);
      }
      const at = AT(n / of);
      if (kind !== "pair") {
        shape("circle", { class: kind, cx: at, cy: y, r: kind === "rate" ? 5.5 : 5 }, svg);
      } else {
        const square = { class: kind, x: at, y: y - 4.5, width: 9, height: 9 };
        shape("rect", square, svg).setAttribute("transform", "translate(-4.5 0)");
      }
      const share = phrase("brackets.of", { n, of });
      const pair = phrase("brackets.answer.pair_of", { share });
      const label = { rate: share, comma: control(share), pair }[kind];
      make("span", kind === "rate" ? "" : "dim", words, label);
    }
  }
  const axis = make("div", "dots-row axis", box);
  make("span", "", axis);
  const ticks = make("span", "ticks", axis);
  for (const rate of [0, 0.5, 1]) make("span", "", ticks, percent(rate)).style.left = AT(rate);
  make("span", "", axis);
  box.dataset.phase = done ? "done" : "asking";
}
