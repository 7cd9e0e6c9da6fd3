// The answer of a probe: the verdict in sentences, the figures, and the samples to read. Runs after
// chart.js, curves.js, table.js, gallery.js and brackets/files.js.

/**
 * @typedef {object} Count
 * @property {number} n
 * @property {number} of
 * @property {[number, number]} [interval] Missing while samples are being drawn.
 *
 * @typedef {object} Gap
 * @property {number} rate
 * @property {[number, number]} interval
 *
 * @typedef {object} Curve
 * @property {number[]} closed
 * @property {number[]} low
 * @property {number[]} high
 * @property {number[]} paragraph
 *
 * @typedef {object} StillOpen
 * @property {number} streams
 * @property {number[]} open
 * @property {number[]} low
 * @property {number[]} high
 * @property {number[]} effective
 *
 * @typedef {object} Figures
 * @property {Count} pair
 * @property {Gap} difference
 * @property {Gap} pair_difference
 * @property {number} paragraph
 * @property {number} open
 * @property {number | null} median
 * @property {Curve} curve
 * @property {StillOpen | null} still_open
 *
 * @typedef {object} ProbeRow
 * @property {number} temperature
 * @property {Count} closed
 * @property {Count} comma
 * @property {Figures} [figures]
 *
 * @typedef {object} Progress
 * @property {number} characters
 * @property {number} decided
 * @property {number} streams
 * @property {number | null} seconds_left
 *
 * @typedef {object} RealText
 * @property {number} n
 * @property {number} rate
 * @property {number | null} median
 * @property {number[]} closed
 * @property {string} source
 *
 * @typedef {object} Baseline
 * @property {string} name
 * @property {Count} closed
 * @property {Count} comma
 * @property {number[]} curve
 * @property {string} source
 *
 * @typedef {object} Verdict
 * @property {string} sentence
 * @property {string[]} doubts
 *
 * @typedef {object} Answer
 * @property {string} key
 * @property {string} checkpoint
 * @property {string} weights
 * @property {boolean} linkable
 * @property {Verdict} verdict
 * @property {number[]} places
 * @property {RealText | null} real
 * @property {Baseline | null} baseline
 *
 * @typedef {object} Probe
 * @property {"idle" | "waiting" | "asking" | "done" | "stopped"} phase
 * @property {string} seed
 * @property {number} watched
 * @property {string} closing
 * @property {number} n
 * @property {number} horizon
 * @property {number} dice
 * @property {ProbeRow[]} temperatures
 * @property {Progress} [progress]
 * @property {Answer} [answer]
 * @property {boolean} counting Whether the 7-gram baseline is still being computed.
 */

/** @type {Parameters<typeof fileButtons>[2]} */
const ANSWER_FILES = [
  { kind: "csv", name: "CSV", about: "Every sample: its fate, its distance and its text" },
  { kind: "json", name: "JSON", about: "The question, all samples and all figures" },
  { kind: "png", name: "PNG", about: "The figure as an image" },
  { kind: "svg", name: "SVG", about: "The figure as a vector drawing" },
];

/**
 * @typedef {object} AnswerServer
 * @property {Served<GalleryQuestion, GalleryAnswer>} gallery
 * @property {Served<FileQuestion, SavedFile>} save
 */

/** @param {Component<Probe, AnswerServer>} component */
function mountAnswer({ element, props, watch, server }) {
  const part = (name) => element.querySelector(`.${name}`);
  const [root, spoken] = [part("probe-answer"), element.querySelector(".unseen")];
  const colour = charlstmColours.temperatureColour;
  const name = ({ temperature }) => `T ${temperatureName(temperature)}`;
  const when = curvesOf(part("probe-when .curves"));
  const still = curvesOf(part("probe-still .curves"));
  const gallery = galleryOf(element, server);
  fileButtons(part("probe-save"), server, ANSWER_FILES, () => props.value.answer.key);

  /** @param {Probe} probe */
  function progressWords({ phase, horizon, progress }) {
    if (phase === "waiting") return "Waiting for the model.";
    const { characters, decided, streams, seconds_left: left } = progress;
    const far =
      `${characters.toLocaleString("en")} of at most ${count(horizon, "character")}; ` +
      `${decided.toLocaleString("en")} of ${count(streams, "sample")} decided, controls included`;
    if (phase === "stopped") return `Stopped after ${far}. These counts are not an answer.`;
    return `Asking: ${far}${left === null ? "" : `; ${left} s left at most`}.`;
  }

  /** @param {Probe} probe */
  function drawChart({ temperatures, closing, answer }) {
    const baseline = answer?.baseline;
    const rows = temperatures.map((t) => ({
      name: name(t),
      colour: colour(t.temperature),
      marks: { rate: t.closed, comma: t.comma, pair: t.figures?.pair },
    }));
    if (baseline) {
      const marks = { rate: baseline.closed, comma: baseline.comma, pair: undefined };
      rows.push({ name: baseline.name, colour: "var(--dim)", marks });
    }
    drawDots(part("dots"), rows, answer !== undefined);
    part("probe-key-stray").textContent = `a stray “${closing}” with a comma in place of the bracket`;
    part("probe-key-pair").hidden = !temperatures[0].figures;
  }

  /** @param {Probe} probe */
  function drawWhen({ temperatures, answer: { places, real, baseline } }) {
    /** @type {DrawnCurve[]} */
    const curves = temperatures.flatMap((t) => [
      { values: t.figures.curve.paragraph, colour: colour(t.temperature), kind: "paragraph" },
      {
        values: t.figures.curve.closed,
        low: t.figures.curve.low,
        high: t.figures.curve.high,
        colour: colour(t.temperature),
        kind: "closed",
        name: name(t),
        dot: t.figures.median,
      },
    ]);
    if (real) curves.push({ values: real.closed, colour: "var(--dim)", kind: "real", name: "real text" });
    if (baseline) {
      curves.push({ values: baseline.curve, colour: "var(--dim)", kind: "baseline", name: baseline.name });
    }
    const words = (i) => {
      const each = temperatures.map((t) => {
        const { closed, low, high, paragraph } = t.figures.curve;
        const closings = `${name(t)} ${percent(closed[i])} (${span([low[i], high[i]])})`;
        return `${closings}, paragraph ended ${percent(paragraph[i])}`;
      });
      if (real) each.push(`real text ${percent(real.closed[i])}`);
      if (baseline) each.push(`${baseline.name} ${percent(baseline.curve[i])}`);
      return `Closed within ${count(places[i], "character")}: ${each.join("; ")}.`;
    };
    when.draw({ places, curves, words });
    part("probe-key-real").hidden = !real;
  }

  /** @param {Probe} probe */
  function drawStill({ temperatures, answer: { places } }) {
    const drawn = temperatures.filter(({ figures }) => figures.still_open);
    part("probe-still").hidden = !drawn.length;
    if (!drawn.length) return;
    /** @type {DrawnCurve[]} */
    const curves = drawn.map((t) => ({
      values: t.figures.still_open.open,
      low: t.figures.still_open.low,
      high: t.figures.still_open.high,
      colour: colour(t.temperature),
      kind: "closed",
      name: name(t),
    }));
    const words = (i) => {
      const each = drawn.map((t) => {
        const { open, low, high, effective, streams } = t.figures.still_open;
        const share = `${name(t)} ${percent(open[i])} (${span([low[i], high[i]])}; `;
        return `${share}${Math.round(effective[i])} of ${streams} streams effective)`;
      });
      return `Still open after ${count(places[i], "character")}: ${each.join("; ")}.`;
    };
    still.draw({ places, curves, words });
    const missing = temperatures.filter(({ figures }) => !figures.still_open).map(name);
    part("still-said").textContent = missing.length ? `Not defined at ${missing.join(", ")}.` : "";
  }

  /** @param {Probe} value */
  function drawAnswer(value) {
    drawWhen(value);
    drawStill(value);
    drawTable(element.querySelector("table"), value);
    const { counting, answer } = value;
    const { real, baseline, verdict } = answer;
    const sources = [real?.source, baseline?.source];
    if (counting) sources.push("The 7-gram model is being counted.");
    part("probe-sources").textContent = sources.filter(Boolean).join(" ");
    part("probe-doubts ul").replaceChildren(
      ...verdict.doubts.map((doubt) => make("li", "", null, doubt)),
    );
    gallery.draw(value);
  }

  function draw() {
    const value = props.value;
    const { phase, temperatures } = value;
    root.hidden = phase === "idle";
    if (root.hidden) return;
    const done = phase === "done";
    root.setAttribute("aria-busy", String(phase === "waiting" || phase === "asking"));
    part("probe-asked").textContent = temperatures.length
      ? `${count(value.n, "sample")} each, within ${count(value.horizon, "character")}, dice ${value.dice}`
      : "";
    const sentence = done ? value.answer.verdict.sentence : progressWords(value);
    part("probe-said").textContent = sentence;
    part("probe-two").hidden = !temperatures.length || phase === "waiting";
    if (!part("probe-two").hidden) drawChart(value);
    for (const name of ["probe-when", "probe-more", "probe-gallery"]) part(name).hidden = !done;
    if (done) drawAnswer(value);
    spoken.textContent = done ? sentence : "";
  }

  watch("value", draw);
  draw();
}
