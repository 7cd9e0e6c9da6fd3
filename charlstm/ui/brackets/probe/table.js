// The table of all figures of an answer: a column for each temperature, for the baseline and for
// the real text. Runs after components/parts.js.

/**
 * @param {HTMLTableElement} table
 * @param {Probe} probe
 */
function drawTable(table, { temperatures, n, horizon, closing, answer: { real, baseline } }) {
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
  /**
   * @param {string} title
   * @param {(t: ProbeRow) => string} each
   * @param {((b: Baseline) => string) | null} [ofBaseline]
   * @param {(r: RealText) => string} [ofReal]
   */
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
  /** @param {Count} counted */
  const interval = (counted) => span(counted.interval);
  add("95 % interval", (t) => interval(t.closed), (b) => interval(b.closed));
  add(`comma: a stray “${closing}”`, (t) => of(t.comma), (b) => of(b.comma));
  add("95 % interval", (t) => interval(t.comma), (b) => interval(b.comma));
  add("closed minus comma", (t) => points(t.figures.difference));
  add("95 % interval", (t) => pointsSpan(t.figures.difference));
  add(`closed pair: a stray “${closing}”`, (t) => of(t.figures.pair));
  add("95 % interval", (t) => interval(t.figures.pair));
  add("closed minus closed pair", (t) => points(t.figures.pair_difference));
  add("95 % interval", (t) => pointsSpan(t.figures.pair_difference));
  add("the paragraph ended first", (t) => of({ n: t.figures.paragraph, of: n }));
  add(`still open at ${horizon.toLocaleString("en")}`, (t) => of({ n: t.figures.open, of: n }));
  add(
    "half had closed by character",
    (t) => within(t.figures.median),
    null,
    ({ median }) => within(median),
  );
  if (temperatures.some(({ figures }) => figures.still_open)) {
    add(`still open at ${horizon.toLocaleString("en")}, with less noise`, ({ figures: { still_open: s } }) =>
      s ? percent(s.open.at(-1)) : "",
    );
    add("95 % interval", ({ figures: { still_open: s } }) => (s ? span([s.low.at(-1), s.high.at(-1)]) : ""));
    add("effective streams there", ({ figures: { still_open: s } }) =>
      s ? `${Math.round(s.effective.at(-1)).toLocaleString("en")} of ${s.streams.toLocaleString("en")}` : "",
    );
  }
}
