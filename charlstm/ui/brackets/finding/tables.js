// The figures of a report on units as tables. Runs after components/parts.js and finding/doses.js.

// A target as a noun.
function targetNoun(name) {
  const nouns = {
    quote: phrase("brackets.find.targets.quote"),
    heading: phrase("brackets.find.targets.heading"),
    number: phrase("brackets.find.targets.number"),
    capital: phrase("brackets.find.targets.capital"),
  };
  return nouns[name];
}

/** @param {Below<"brackets.table.column">[]} names */
const columnsOf = (names) => names.map((name) => phrase(`brackets.table.column.${name}`));

/**
 * @param {Element} box
 * @param {Found} found
 */
function drawTables(box, { units, targets, taken, written, learnt }) {
  box.replaceChildren();
  const area = (value) => value.toFixed(3);
  const nats = ({ mean, interval }) => {
    const [low, high] = interval.map((bound) => fixed(bound, 2));
    return phrase("brackets.table.interval", { mean: fixed(mean, 2), low, high });
  };
  addTable(
    box,
    phrase("brackets.table.areas"),
    columnsOf(["unit", "chosen", "shown", "part", "inside"]),
    units.map((one) => [one.unit, area(one.chosen), area(one.shown), one.part, ...columnsOf([one.high ? "high" : "low"])]),
  );
  addTable(
    box,
    phrase("brackets.table.best"),
    columnsOf(["target", "spans", "unit", "chosen", "shown"]),
    targets.map(({ target, spans, best }) => [
      targetNoun(target) ?? target,
      spans.toLocaleString("en"),
      ...(best ? [best.unit, area(best.chosen), area(best.shown)] : [phrase("brackets.table.column.none"), "", ""]),
    ]),
  );
  if (taken) {
    addTable(
      box,
      phrase("brackets.table.alone"),
      columnsOf(["unit", "nats", "moved"]),
      taken.singles.map(({ unit, chosen, h_moved }) => [unit, fixed(chosen, 2), area(h_moved)]),
    );
    addTable(
      box,
      phrase("brackets.table.together"),
      columnsOf(["set", "units", "chosen", "taken", "given"]),
      [...taken.sets, taken.pair].map(({ name, units: own, chosen, necessity, sufficiency }) => [
        setName(name),
        own.join(" "),
        fixed(chosen, 2),
        nats(necessity),
        nats(sufficiency),
      ]),
    );
  }
  if (written) {
    const rows = [...written.open, ...written.control].map(({ n, closed, rate, change }, i) => [
      rowName(i),
      phrase("brackets.of", { n: closed, of: n }),
      span(rate.interval),
      change ? changed(change) : "",
    ]);
    const columns = [...columnsOf(["text", "samples"]), phrase("brackets.interval_row"), ...columnsOf(["change"])];
    addTable(box, phrase("brackets.table.rates"), columns, rows);
  }
  if (learnt.length) {
    const followed = Object.keys(learnt[0].areas);
    addTable(
      box,
      phrase("brackets.table.learnt"),
      [
        phrase("brackets.learnt.step"),
        ...columnsOf(["bits"]),
        ...followed.map((unit) => phrase("brackets.table.column.area", { unit })),
        ...columnsOf(["best", "closed"]),
        phrase("brackets.balance.unmatched"),
      ],
      learnt.map(({ step, bpc, areas, best, closed, stray }) => [
        step.toLocaleString("en"),
        area(bpc),
        ...followed.map((unit) => area(areas[unit])),
        best,
        ...[closed, stray].map((rate) => (rate ? `${percent(rate.mean)} (${span(rate.interval)})` : "")),
      ]),
    );
  }
}

function setName(name) {
  if (/\d/.test(name)) return phrase("brackets.table.column.bests", { number: name });
  return name === "pair" ? phrase("brackets.table.column.pair") : phrase("brackets.dose.column.chosen");
}

// What is held in a row of three: nothing, the units, or random ones.
function heldName(i) {
  return [
    phrase("brackets.find.held.0"),
    phrase("brackets.find.held.1"),
    phrase("brackets.find.held.2"),
  ][i];
}

function rowName(i) {
  const held = heldName(i % 3);
  return i < 3
    ? phrase("brackets.table.column.open_row", { held })
    : phrase("brackets.table.column.control_row", { held });
}

/** @param {Estimate} change */
function changed({ mean, interval }) {
  const [low, high] = interval.map((bound) => fixed(100 * bound, 0));
  return phrase("brackets.table.points", { mean: fixed(100 * mean, 0), low, high });
}

function addTable(box, caption, columns, rows) {
  const table = make("table", "", box);
  make("caption", "", table, caption);
  const head = make("tr", "", make("thead", "", table));
  for (const column of columns) make("th", "", head, column).scope = "col";
  const body = make("tbody", "", table);
  for (const [name, ...cells] of rows) {
    const row = make("tr", "", body);
    make("th", "", row, name).scope = "row";
    for (const cell of cells) make("td", "", row, cell);
  }
}
