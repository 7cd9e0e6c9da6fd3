// What the best units take away together: a dot for necessity, a ring for sufficiency, and a tick
// for each random set. Runs after brackets/figure.js.

const DOSES = { height: 216, left: 42, right: 12, top: 14, foot: 40 }; // CSS pixels

// Makes a figure in a box; returns {draw(taken)}.
function dosesOf(box) {
  /** @type {TakenAway | null} */
  let taken = null;

  const last = () => (taken ? taken.sets.length : -1); // the column after the sets: random ones
  const pitch = () => (area.clientWidth - DOSES.left - DOSES.right) / (last() + 1);
  const x = (column) => DOSES.left + (column + 0.5) * pitch();
  const values = () => [
    0,
    taken.gap.interval[1],
    ...taken.random.necessity,
    ...taken.random.sufficiency,
    ...taken.sets.flatMap(({ necessity, sufficiency }) => [...necessity.interval, ...sufficiency.interval]),
  ];

  const { area, redraw } = figureIn(box, {
    kind: "doses",
    label: phrase("brackets.dose.label"),
    height: DOSES.height,
    last,
    under: (left) => Math.min(Math.max(Math.floor((left - DOSES.left) / pitch()), 0), last()),
    paint,
    words,
  });

  function words(column) {
    const { random, sets } = taken;
    const nats = ({ mean, interval }) => {
      const [low, high] = interval.map((bound) => fixed(bound, 2));
      return phrase("brackets.dose.nats", { mean: fixed(mean, 2), low, high });
    };
    if (column === sets.length) {
      const most = (part) => fixed(Math.max(...part), 2);
      return phrase("brackets.dose.random", {
        sets: random.n,
        n: random.size,
        taken: most(random.necessity),
        given: most(random.sufficiency),
        p: random.necessity_p.toFixed(2),
        q: random.sufficiency_p.toFixed(2),
      });
    }
    const { name, units, necessity, sufficiency } = sets[column];
    const listed = units.length > 5 ? `${enumerated(units.slice(0, 5))} …` : enumerated(units);
    const told = { units: listed, taken: nats(necessity), given: nats(sufficiency), number: name };
    if (name === "chosen") return phrase("brackets.dose.chosen", told);
    return units.length === 1 ? phrase("brackets.dose.best", told) : phrase("brackets.dose.bests", told);
  }

  function paint(svg, at) {
    const [low, high] = [Math.min(...values()), 1.08 * Math.max(...values(), 0.01)];
    area.classList.toggle("tight", pitch() < 52);
    const y = (nats) => DOSES.top + ((high - nats) / (high - low)) * (DOSES.height - DOSES.top - DOSES.foot);
    const [from, to] = [DOSES.left, area.clientWidth - DOSES.right];
    const column = { class: "place", x: x(at) - pitch() / 2, y: 0, width: pitch(), height: DOSES.height - DOSES.foot };
    shape("rect", column, svg);
    const step = [0.5, 1, 2, 5, 10, 20, 50].find((each) => (high - low) / each <= 6) ?? 100;
    for (let nats = Math.ceil(low / step) * step; nats <= high; nats += step) {
      shape("line", { class: "grid", x1: from, x2: to, y1: y(nats), y2: y(nats) }, svg);
      shape("text", { class: "tick end", x: from - 7, y: y(nats) + 4 }, svg, String(nats).replace("-", "−"));
    }
    const gap = y(taken.gap.mean);
    shape("line", { class: "gap", x1: from, x2: to, y1: gap, y2: gap }, svg);
    shape("text", { class: "tick", x: from + 4, y: gap - 4, "text-anchor": "start" }, svg, phrase("brackets.dose.gap"));
    taken.sets.forEach(({ name, necessity, sufficiency }, i) => {
      for (const [kind, estimate, shift] of /** @type {const} */ ([
        ["shown", necessity, -5],
        ["chosen", sufficiency, 5],
      ])) {
        const [y1, y2] = estimate.interval.map(y);
        const across = x(i) + shift;
        shape("line", { class: `whisker ${kind}`, x1: across, x2: across, y1, y2 }, svg);
        shape("circle", { class: kind, cx: across, cy: y(estimate.mean), r: 4.5 }, svg);
      }
      const column = name === "chosen" ? phrase("brackets.dose.column.chosen") : name;
      shape("text", { class: "tick", x: x(i), y: DOSES.height - DOSES.foot + 16 }, svg, column);
    });
    const { necessity, sufficiency } = taken.random;
    for (const [part, shift] of /** @type {[number[], number][]} */ ([[necessity, -5], [sufficiency, 5]])) {
      const d = part.map((nats) => `M${x(last()) + shift - 4} ${y(nats)}h8`).join("");
      shape("path", { class: "ticks", d }, svg);
    }
    shape("text", { class: "tick", x: x(last()), y: DOSES.height - DOSES.foot + 16 }, svg, phrase("brackets.dose.column.random"));
    const middle = (x(0) + x(taken.sets.length - 2)) / 2;
    shape("text", { class: "tick", x: middle, y: DOSES.height - 6 }, svg, phrase("brackets.dose.axis"));
  }

  return {
    draw(newTaken) {
      taken = newTaken;
      redraw();
    },
  };
}

function fixed(value, digits) {
  return value.toFixed(digits).replace("-", "−");
}
