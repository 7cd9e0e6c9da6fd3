// Curves over the number of characters after a seed text, with bands, and a sentence on their
// values at the pointer. Runs after brackets/figure.js.

const CURVES = { height: 232, left: 50, top: 10, foot: 26, label: 15 }; // CSS pixels

/**
 * @typedef {object} DrawnCurve
 * @property {number[]} values One for each of the figure's `places`.
 * @property {number[]} [low] The band around the curve, if it has one.
 * @property {number[]} [high]
 * @property {string} colour
 * @property {"closed" | "ended" | "real" | "baseline"} kind How the line is drawn.
 * @property {string} [name] The label at the line's end.
 * @property {number | null} [dot] Number of characters at which the curve is marked (the median).
 *
 * @typedef {object} CurvesFigure
 * @property {number[]} places Numbers of characters, ascending from 0.
 * @property {DrawnCurve[]} curves
 * @property {(i: number) => string} words A sentence on all curves at `places[i]`.
 */

// Makes a figure in a box; returns {draw(figure)}.
function curvesOf(box) {
  /** @type {CurvesFigure | null} */
  let figure = null;

  const last = () => (figure ? figure.places.length - 1 : -1);
  let right = 0; // CSS pixels of the names at the ends of the lines
  const width = () => area.clientWidth - CURVES.left - right;
  const x = (characters) => CURVES.left + (width() * characters) / figure.places.at(-1);
  const y = (share) => CURVES.top + (1 - share) * (CURVES.height - CURVES.top - CURVES.foot);

  const { area, redraw } = figureIn(box, {
    kind: "curves",
    label: phrase("brackets.answer.place"),
    height: CURVES.height,
    last,
    under(left) {
      const characters = ((left - CURVES.left) / Math.max(width(), 1)) * figure.places.at(-1);
      const after = figure.places.findIndex((candidate) => candidate >= characters);
      return after < 0 ? last() : after;
    },
    paint,
    words: (at) => figure.words(at),
    name: (at) => figure.places[at],
  });

  function axes(svg) {
    for (const share of [0, 0.5, 1]) {
      shape("line", { class: "grid", x1: x(0), x2: x(figure.places.at(-1)), y1: y(share), y2: y(share) }, svg);
      shape("text", { class: "tick end", x: CURVES.left - 8, y: y(share) + 4 }, svg, percent(share));
    }
    const horizon = figure.places.at(-1);
    const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find(
      (candidate) => (width() * candidate) / horizon > 64,
    );
    for (let at = 0; at <= horizon; at += step) {
      const isLast = at + step > horizon;
      const label = { class: "tick", x: x(at), y: CURVES.height - 8 };
      shape("text", label, svg, isLast ? phrase("brackets.answer.axis", { n: at }) : at.toLocaleString("en"));
    }
  }

  function path(values) {
    return values.map((value, i) => `${i ? "L" : "M"}${x(figure.places[i])} ${y(value)}`).join("");
  }

  function roomForNames(svg) {
    const widths = figure.curves.map(({ name = "", kind }) => {
      const drawn = shape("text", { class: `name ${kind}` }, svg, name);
      return drawn.getComputedTextLength();
    });
    svg.replaceChildren();
    return Math.ceil(Math.max(0, ...widths)) + 12;
  }

  // Draws the names at the ends of the lines without overlap.
  function names(svg) {
    const named = figure.curves
      .filter(({ name }) => name)
      .map((curve) => ({ ...curve, at: y(curve.values.at(-1)) + 4 }))
      .sort((a, b) => b.at - a.at);
    let free = Infinity;
    for (const label of named) {
      label.at = Math.min(label.at, free);
      free = label.at - CURVES.label;
    }
    const over = Math.min(0, (named.at(-1)?.at ?? 0) - CURVES.top);
    for (const { at, colour, name, kind } of named) {
      const made = { class: `name ${kind}`, x: x(figure.places.at(-1)) + 8, y: at - over };
      shape("text", made, svg, name).style.setProperty("--t", colour);
    }
  }

  function paint(svg, at) {
    right = roomForNames(svg);
    axes(svg);
    for (const { low, high, colour } of figure.curves) {
      if (!low) continue;
      const back = high.map((_, i) => high.length - 1 - i);
      const edge = back.map((i) => `L${x(figure.places[i])} ${y(high[i])}`).join("");
      shape("path", { class: "band", d: `${path(low)}${edge}Z` }, svg).style.setProperty("--t", colour);
    }
    for (const { values, colour, kind, dot } of figure.curves) {
      shape("path", { class: `line ${kind}`, d: path(values) }, svg).style.setProperty("--t", colour);
      if (dot === null || dot === undefined) continue;
      const mark = shape("circle", { class: "median", cx: x(dot), cy: y(0.5), r: 4.5 }, svg);
      mark.style.setProperty("--t", colour);
    }
    names(svg);
    const left = x(figure.places[at]);
    if (at < last()) {
      shape("line", { class: "place", x1: left, x2: left, y1: y(0), y2: y(1) }, svg);
    }
  }

  return {
    draw(newFigure) {
      figure = newFigure;
      redraw();
    },
  };
}
