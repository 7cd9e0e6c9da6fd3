// The answer of a probe: what it comes to in a sentence, the figures, and the samples to read. Runs
// after chart.js, curves.js, table.js, gallery.js and brackets/files.js.
//
// Value, while the question is open: {phase: "waiting", "asking" or "stopped", seed, watched,
// closing, n, horizon, dice, characters, decided, streams, secondsLeft, temperatures:
// [{temperature, closed: {n, of}, comma: {n, of}}]}. With phase "done" what `answer_shown` in
// data.py describes comes to it.

const ANSWER_FILES = [
  ["csv", "CSV", "Every sample: its fate, its distance and what was written"],
  ["json", "JSON", "Everything: the question, all samples, all figures"],
  ["png", "PNG", "The figure, as a picture"],
  ["svg", "SVG", "The figure, as a drawing"],
];

function mountAnswer({ element, props, watch, server }) {
  const part = (name) => element.querySelector(`.${name}`);
  const [root, spoken] = [part("probe-answer"), element.querySelector(".unseen")];
  const colour = window.charlstmColours.temperatureColour;
  const name = ({ temperature }) => `T ${temperatureName(temperature)}`;
  const when = curvesOf(part("probe-when .curves"));
  const still = curvesOf(part("probe-still .curves"));
  const gallery = galleryOf(element, server);
  fileButtons(part("probe-save"), server, ANSWER_FILES, () => props.value.key);

  function progress({ phase, characters, horizon, decided, streams, secondsLeft }) {
    if (phase === "waiting") return "Waiting for the model.";
    const far =
      `${characters.toLocaleString("en")} of at most ${count(horizon, "character")}; ` +
      `${decided.toLocaleString("en")} of ${count(streams, "sample")} decided, controls included`;
    if (phase === "stopped") return `Stopped after ${far}. What is drawn is not an answer.`;
    return `Asking: ${far}${secondsLeft === null ? "" : `; ${secondsLeft} s left at most`}.`;
  }

  function drawChart({ temperatures, closing, baseline }, done) {
    const rows = temperatures.map((t) => ({
      name: name(t),
      colour: colour(t.temperature),
      marks: { rate: t.closed, comma: t.comma, pair: t.pair },
    }));
    if (baseline) {
      const marks = { rate: baseline.closed, comma: baseline.comma };
      rows.push({ name: baseline.name, colour: "var(--dim)", marks });
    }
    drawDots(part("dots"), rows, done);
    part("probe-key-stray").textContent = `a stray “${closing}” where a comma stands for it`;
    part("probe-key-pair").hidden = !temperatures[0].pair;
  }

  function drawWhen({ temperatures, places, real, baseline, horizon }) {
    const curves = temperatures.flatMap((t) => [
      { values: t.curve.paragraph, colour: colour(t.temperature), kind: "paragraph" },
      {
        values: t.curve.closed,
        low: t.curve.low,
        high: t.curve.high,
        colour: colour(t.temperature),
        kind: "closed",
        name: name(t),
        dot: t.median,
      },
    ]);
    if (real) curves.push({ values: real.closed, colour: "var(--dim)", kind: "real", name: "real text" });
    if (baseline) {
      curves.push({ values: baseline.curve, colour: "var(--dim)", kind: "baseline", name: baseline.name });
    }
    const words = (i) => {
      const each = temperatures.map(
        (t) =>
          `${name(t)} ${percent(t.curve.closed[i])} (${span([t.curve.low[i], t.curve.high[i]])}), ` +
          `paragraph ended ${percent(t.curve.paragraph[i])}`,
      );
      if (real) each.push(`real text ${percent(real.closed[i])}`);
      if (baseline) each.push(`${baseline.name} ${percent(baseline.curve[i])}`);
      return `Closed within ${count(places[i], "character")}: ${each.join("; ")}.`;
    };
    when.draw({ places, curves, words });
    part("probe-key-real").hidden = !real;
  }

  function drawStill({ temperatures, places, closing }) {
    const drawn = temperatures.filter(({ stillOpen }) => stillOpen);
    part("probe-still").hidden = !drawn.length;
    if (!drawn.length) return;
    const curves = drawn.map(({ temperature, stillOpen }) => ({
      values: stillOpen.open,
      low: stillOpen.low,
      high: stillOpen.high,
      colour: colour(temperature),
      kind: "closed",
      name: name({ temperature }),
    }));
    const words = (i) => {
      const each = drawn.map(
        (t) =>
          `${name(t)} ${percent(t.stillOpen.open[i])} ` +
          `(${span([t.stillOpen.low[i], t.stillOpen.high[i]])}; ` +
          `${Math.round(t.stillOpen.effective[i])} of ${t.stillOpen.streams} streams effective)`,
      );
      return `Still open after ${count(places[i], "character")}: ${each.join("; ")}.`;
    };
    still.draw({ places, curves, words });
    const missing = temperatures.filter(({ stillOpen }) => !stillOpen).map(name);
    part("still-said").textContent = missing.length ? `Not defined at ${missing.join(", ")}.` : "";
  }

  function drawAnswer(value) {
    drawWhen(value);
    drawStill(value);
    drawTable(element.querySelector("table"), value);
    const { real, baseline, counting } = value;
    const sources = [real?.source, baseline?.source];
    if (counting) sources.push("The 7-gram model is being counted.");
    part("probe-sources").textContent = sources.filter(Boolean).join(" ");
    part("probe-doubts ul").replaceChildren(
      ...value.verdict.doubts.map((doubt) => make("li", "", null, doubt)),
    );
    gallery.draw(value);
  }

  function draw() {
    const value = props.value ?? {};
    const { phase = "idle", temperatures = [] } = value;
    root.hidden = phase === "idle";
    if (root.hidden) return;
    const done = phase === "done";
    root.setAttribute("aria-busy", String(phase === "waiting" || phase === "asking"));
    part("probe-asked").textContent = temperatures.length
      ? `${count(value.n, "sample")} each, within ${count(value.horizon, "character")}, dice ${value.dice}`
      : "";
    const said = done ? value.verdict.sentence : progress(value);
    part("probe-said").textContent = said;
    part("probe-two").hidden = !temperatures.length || phase === "waiting";
    if (!part("probe-two").hidden) drawChart(value, done);
    for (const name of ["probe-when", "probe-more", "probe-gallery"]) part(name).hidden = !done;
    if (done) drawAnswer(value);
    spoken.textContent = done ? said : "";
  }

  watch("value", draw);
  draw();
}
