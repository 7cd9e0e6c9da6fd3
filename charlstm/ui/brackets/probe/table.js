// All figures of an answer, a column a temperature and one for each that stands beside it. Runs
// after components/parts.js.

function drawTable(table, { temperatures, n, horizon, closing, real, baseline }) {
  table.replaceChildren();
  const head = make("tr", "", make("thead", "", table));
  const body = make("tbody", "", table);
  make("td", "", head);
  const columns = temperatures.map(({ temperature }) => `T ${temperatureName(temperature)}`);
  if (baseline) columns.push(baseline.name);
  if (real) columns.push("real text");
  for (const column of columns) make("th", "", head, column).scope = "col";

  const of = ({ n, of, rate = n / of }) => `${n.toLocaleString("en")} (${percent(rate)})`;
  const hundredfold = (share) => (100 * share).toFixed(1).replace("-", "−");
  const points = ({ rate }) => `${hundredfold(rate)} points`;
  const pointsSpan = ({ interval: [low, high] }) => `${hundredfold(low)} to ${hundredfold(high)}`;
  const within = (median) => median?.toLocaleString("en") ?? `not within ${horizon.toLocaleString("en")}`;
  const add = (title, each, ofBaseline, ofReal) => {
    const cells = temperatures.map(each);
    if (baseline) cells.push(ofBaseline ? ofBaseline(baseline) : "");
    if (real) cells.push(ofReal ? ofReal(real) : "");
    const row = make("tr", "", body);
    make("th", "", row, title).scope = "row";
    for (const cell of cells) make("td", "", row, cell ?? "");
  };

  add(
    "samples",
    () => n.toLocaleString("en"),
    ({ closed }) => closed.of.toLocaleString("en"),
    ({ n: brackets }) => count(brackets, "bracket"),
  );
  add(
    `closed within ${count(horizon, "character")}`,
    ({ closed }) => of(closed),
    ({ closed }) => of(closed),
    ({ rate }) => percent(rate),
  );
  const interval = ({ interval }) => span(interval);
  add("95 % interval", (t) => interval(t.closed), (b) => interval(b.closed));
  add(`comma: a stray “${closing}”`, (t) => of(t.comma), (b) => of(b.comma));
  add("95 % interval", (t) => interval(t.comma), (b) => interval(b.comma));
  add("closed minus comma", (t) => points(t.difference));
  add("95 % interval", (t) => pointsSpan(t.difference));
  add(`closed pair: a stray “${closing}”`, (t) => of(t.pair));
  add("95 % interval", (t) => interval(t.pair));
  add("closed minus closed pair", (t) => points(t.pairDifference));
  add("95 % interval", (t) => pointsSpan(t.pairDifference));
  add("the paragraph ended first", (t) => of({ n: t.paragraph, of: n }));
  add(`still open at ${horizon.toLocaleString("en")}`, (t) => of({ n: t.open, of: n }));
  add(
    "half had closed by character",
    (t) => within(t.median),
    null,
    ({ median }) => within(median),
  );
  if (temperatures.some(({ stillOpen }) => stillOpen)) {
    add(`still open at ${horizon.toLocaleString("en")}, with less noise`, ({ stillOpen: s }) =>
      s ? percent(s.open.at(-1)) : "",
    );
    add("95 % interval", ({ stillOpen: s }) => (s ? span([s.low.at(-1), s.high.at(-1)]) : ""));
    add("effective streams there", ({ stillOpen: s }) =>
      s ? `${Math.round(s.effective.at(-1)).toLocaleString("en")} of ${s.streams.toLocaleString("en")}` : "",
    );
  }
}
