// When was it learnt? Closing rate, areas and bits per character over the steps of a run. Runs
// after brackets/figure.js.

const LEARNT = { height: 220, left: 44, right: 60, top: 16, foot: 38 }; // CSS pixels

// Makes a figure in a box; returns {draw(rows)}.
function learntOf(box) {
  /** @type {LearntRow[]} */
  let rows = [];

  const last = () => rows.length - 1;
  const width = () => area.clientWidth - LEARNT.left - LEARNT.right;
  // Steps on a logarithmic scale: most is learnt early.
  const place = (step) => Math.log(step + 1);
  const range = () => [place(rows[0].step), place(rows[last()].step)];
  const x = (step) => {
    const [first, end] = range();
    return LEARNT.left + (width() * (place(step) - first)) / Math.max(end - first, 1e-9);
  };
  const y = (share) => LEARNT.top + (1 - share) * (LEARNT.height - LEARNT.top - LEARNT.foot);

  const { area, redraw } = figureIn(box, {
    kind: "learnt",
    label: phrase("brackets.learnt.label"),
    height: LEARNT.height,
    last,
    under(left) {
      const far = rows.map(({ step }) => Math.abs(x(step) - left));
      return far.indexOf(Math.min(...far));
    },
    paint,
    words,
  });

  function words(row) {
    const { step, areas, best, closed, stray, bpc } = rows[row];
    const each = Object.entries(areas).map(([unit, area]) => 
      phrase("brackets.learnt.area", { unit, area: area.toFixed(3) }),
    );
    const rates = closed
      ? phrase("brackets.learnt.rates", {
          closed: percent(closed.mean),
          interval: span(closed.interval),
          unmatched: percent(stray.mean),
        })
      : "";
    const told = { step, bpc: bpc.toFixed(3), each: enumerated(each), best };
    return phrase("brackets.learnt.sentence", told) + rates;
  }

  function curve(svg, kind, points) {
    const d = points.map(([step, at], i) => `${i ? "L" : "M"}${x(step)} ${at}`).join("");
    shape("path", { class: `line ${kind}`, d }, svg);
    for (const [step, at] of points) {
      shape("circle", { class: kind, cx: x(step), cy: at, r: 3.5 }, svg);
    }
  }

  function paint(svg, row) {
    const bits = rows.map(({ bpc }) => bpc);
    const [least, most] = [Math.floor(Math.min(...bits)), Math.ceil(Math.max(...bits))];
    const ofBits = (bpc) => y((bpc - least) / Math.max(most - least, 1));
    const [from, to] = [LEARNT.left, LEARNT.left + width()];
    for (const share of [0, 0.5, 1]) {
      shape("line", { class: "grid", x1: from, x2: to, y1: y(share), y2: y(share) }, svg);
      shape("text", { class: "tick end", x: from - 7, y: y(share) + 4 }, svg, percent(share));
      const value = least + share * (most - least);
      shape("text", { class: "tick bits", x: to + 8, y: y(share) + 4 }, svg, phrase("brackets.learnt.bits", { n: value.toFixed(1) }));
    }
    let free = -Infinity;
    for (const { step } of rows) {
      if (x(step) < free) continue;
      shape("text", { class: "tick", x: x(step), y: LEARNT.height - LEARNT.foot + 17 }, svg, step.toLocaleString("en"));
      free = x(step) + 52;
    }
    shape("text", { class: "tick", x: (from + to) / 2, y: LEARNT.height - 4 }, svg, phrase("brackets.learnt.step"));
    curve(svg, "bits", rows.map(({ step, bpc }) => [step, ofBits(bpc)]));
    for (const unit of Object.keys(rows[0].areas)) {
      curve(svg, "area", rows.map(({ step, areas }) => [step, y(areas[unit])]));
    }
    const counted = rows.filter(({ closed }) => closed);
    for (const { step, closed } of counted) {
      const [y1, y2] = closed.interval.map(y);
      shape("line", { class: "whisker closed", x1: x(step), x2: x(step), y1, y2 }, svg);
    }
    curve(svg, "stray", counted.map(({ step, stray }) => [step, y(stray.mean)]));
    curve(svg, "closed", counted.map(({ step, closed }) => [step, y(closed.mean)]));
    const at = x(rows[row].step);
    shape("line", { class: "place", x1: at, x2: at, y1: y(0), y2: y(1) }, svg);
  }

  return {
    draw(newRows) {
      rows = newRows;
      redraw();
    },
  };
}
