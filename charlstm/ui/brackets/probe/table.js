// The table of all figures of an answer: a column for each temperature, for the baseline and for
// the real text. Runs after components/parts.js.

/**
 * @param {HTMLTableElement} table
 * @param {Probe} probe
 */
function drawTable(table, probe) {
  const { temperatures, n, horizon, closing, across_lines: across, answer } = probe;
  const { real, baseline } = answer;
  table.replaceChildren();
  const head = make("tr", "", make("thead", "", table));
  const body = make("tbody", "", table);
  make("td", "", head);
  const columns = temperatures.map(({ temperature }) => `T ${temperatureName(temperature)}`);
  if (baseline) columns.push(baseline.name);
  if (real) columns.push(phrase("brackets.answer.real"));
  for (const column of columns) make("th", "", head, column).scope = "col";

  const of = ({ n, of, rate = n / of }) => `${n.toLocaleString("en")} (${percent(rate)})`;
  const hundredfold = (share) => (100 * share).toFixed(1).replace("-", "−");
  const points = ({ rate }) => phrase("brackets.points", { n: hundredfold(rate) });
  const pointsSpan = ({ interval: [low, high] }) => 
    phrase("brackets.range", { low: hundredfold(low), high: hundredfold(high) });
  const within = (median) => 
    median?.toLocaleString("en") ?? phrase("brackets.figure.not_within", { n: horizon });
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
    phrase("brackets.figure.samples"),
    () => n.toLocaleString("en"),
    ({ closed }) => closed.of.toLocaleString("en"),
    ({ n: brackets }) => phrase("brackets.n.brackets", { n: brackets }),
  );
  add(
    phrase("brackets.figure.within", { characters: phrase("brackets.n.characters", { n: horizon }) }),
    ({ closed }) => of(closed),
    ({ closed }) => of(closed),
    ({ rate }) => percent(rate),
  );
  /** @param {Count} counted */
  const interval = (counted) => span(counted.interval);
  add(phrase("brackets.interval_row"), (t) => interval(t.closed), (b) => interval(b.closed));
  add(phrase("brackets.figure.comma", { closing }), (t) => of(t.comma), (b) => of(b.comma));
  add(phrase("brackets.interval_row"), (t) => interval(t.comma), (b) => interval(b.comma));
  add(phrase("brackets.figure.minus_comma"), (t) => points(t.figures.difference));
  add(phrase("brackets.interval_row"), (t) => pointsSpan(t.figures.difference));
  add(phrase("brackets.figure.pair", { closing }), (t) => of(t.figures.pair));
  add(phrase("brackets.interval_row"), (t) => interval(t.figures.pair));
  add(phrase("brackets.figure.minus_pair"), (t) => points(t.figures.pair_difference));
  add(phrase("brackets.interval_row"), (t) => pointsSpan(t.figures.pair_difference));
  if (!across) add(phrase("brackets.figure.line_first"), (t) => of({ n: t.figures.line, of: n }));
  add(phrase("brackets.figure.still", { n: horizon }), (t) => of({ n: t.figures.open, of: n }));
  add(
    phrase("brackets.figure.half"),
    (t) => within(t.figures.median),
    null,
    ({ median }) => within(median),
  );
  if (temperatures.some(({ figures }) => figures.still_open)) {
    add(phrase("brackets.figure.still_less", { n: horizon }), ({ figures: { still_open: s } }) =>
      s ? percent(s.open.at(-1)) : "",
    );
    add(phrase("brackets.interval_row"), ({ figures: { still_open: s } }) => (s ? span([s.low.at(-1), s.high.at(-1)]) : ""));
    add(phrase("brackets.figure.effective"), ({ figures: { still_open: s } }) =>
      s ? phrase("brackets.of", { n: Math.round(s.effective.at(-1)), of: s.streams }) : "",
    );
  }
}
