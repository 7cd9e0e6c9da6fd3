// The answer of a probe: the verdict in sentences, the figures, and the samples to read. Runs after
// chart.js, curves.js, table.js, gallery.js, brackets/files.js and components/waiting.js.

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
 * @property {number[]} line
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
 * @property {number} line
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
 * @property {string} missing
 *
 * @typedef {object} Probe
 * @property {"idle" | "waiting" | "asking" | "done" | "stopped"} phase
 * @property {string} seed
 * @property {number} watched
 * @property {string} closing
 * @property {number} n
 * @property {number} horizon
 * @property {number} dice
 * @property {boolean} across_lines Whether samples and controls go on after newlines.
 * @property {ProbeRow[]} temperatures
 * @property {Progress} [progress]
 * @property {Answer} [answer]
 * @property {boolean} counting Whether the 7-gram baseline is still being computed.
 * @property {boolean} opening Whether the page opens with it, so that nobody here has asked yet.
 */

// What a link may ask otherwise than the answer that the page opens with.
const ASKED_BY_LINK = ["checkpoint", "bracket_seed", "bracket_dice", "bracket_t1", "bracket_t2"].concat(
  ["bracket_t3", "samples", "horizon", "across_lines"],
);

/** @type {FileQuestion["kind"][]} */
const ANSWER_FILES = ["csv", "json", "png", "svg"];

/**
 * @typedef {object} AnswerServer
 * @property {Served<GalleryQuestion, GalleryAnswer>} gallery
 * @property {Served<FileQuestion, SavedFile>} save
 * @property {Served<LineQuestion, LinePlace>} place_in_line
 */

/** @param {Component<Probe, AnswerServer>} component */
function mountAnswer({ element, props, watch, server, trigger }) {
  const part = (name) => element.querySelector(`.${name}`);
  const [root, spoken] = [part("probe-answer"), element.querySelector(".unseen")];
  const colour = charlstmColours.temperatureColour;
  const name = ({ temperature }) => `T ${temperatureName(temperature)}`;
  const when = curvesOf(part("probe-when .curves"));
  const still = curvesOf(part("probe-still .curves"));
  const gallery = galleryOf(element, server);
  const arrive = answerIn(root);
  const waiting = waitingIn(server, () => props.value.phase === "waiting", draw);
  const files = ANSWER_FILES.map((kind) => ({
    kind,
    name: kind.toUpperCase(),
    about: phrase(`brackets.answer.files.${kind}`),
  }));
  fileButtons(part("probe-save"), server, files, () => props.value.answer.key);

  /** @param {Probe} probe */
  function progressWords({ phase, horizon, progress }) {
    if (phase === "waiting") return waiting();
    const { characters, decided, streams, seconds_left: left } = progress;
    const far = phrase("brackets.far_controls", {
      characters,
      most: phrase("brackets.n.characters", { n: horizon }),
      decided,
      samples: phrase("brackets.n.samples", { n: streams }),
    });
    if (phase === "stopped") return phrase("brackets.stopped", { far });
    return left === null
      ? phrase("brackets.asking", { far })
      : phrase("brackets.asking_left", { far, seconds: left });
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
    part("probe-key-stray").textContent = phrase("brackets.answer.key_comma", { closing });
    part("probe-key-pair").hidden = !temperatures[0].figures;
  }

  /** @param {Probe} probe */
  function drawWhen({ temperatures, across_lines: across, answer: { places, real, baseline } }) {
    const ended = across
      ? []
      : temperatures.map((t) => ({
          values: t.figures.curve.line,
          colour: colour(t.temperature),
          kind: /** @type {const} */ ("ended"),
        }));
    /** @type {DrawnCurve[]} */
    const curves = [
      ...ended,
      ...temperatures.map((t) => ({
        values: t.figures.curve.closed,
        low: t.figures.curve.low,
        high: t.figures.curve.high,
        colour: colour(t.temperature),
        kind: /** @type {const} */ ("closed"),
        name: name(t),
        dot: t.figures.median,
      })),
    ];
    if (real) curves.push({ values: real.closed, colour: "var(--dim)", kind: "real", name: phrase("brackets.answer.real") });
    if (baseline) {
      curves.push({ values: baseline.curve, colour: "var(--dim)", kind: "baseline", name: baseline.name });
    }
    const words = (i) => {
      const each = temperatures.map((t) => {
        const { closed, low, high, line } = t.figures.curve;
        const told = {
          name: name(t),
          closed: percent(closed[i]),
          interval: span([low[i], high[i]]),
          line: percent(line[i]),
        };
        return across ? phrase("brackets.answer.place_closed", told) : phrase("brackets.answer.place_line", told);
      });
      if (real) each.push(`${phrase("brackets.answer.real")} ${percent(real.closed[i])}`);
      if (baseline) each.push(`${baseline.name} ${percent(baseline.curve[i])}`);
      const characters = phrase("brackets.n.characters", { n: places[i] });
      return phrase("brackets.answer.within", { characters, each: clauses(each) });
    };
    when.draw({ places, curves, words });
    part("probe-key-line").hidden = across;
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
        return phrase("brackets.answer.still_each", {
          name: name(t),
          open: percent(open[i]),
          interval: span([low[i], high[i]]),
          effective: String(Math.round(effective[i])),
          streams: String(streams),
        });
      });
      const characters = phrase("brackets.n.characters", { n: places[i] });
      return phrase("brackets.answer.still_after", { characters, each: clauses(each) });
    };
    still.draw({ places, curves, words });
    const missing = temperatures.filter(({ figures }) => !figures.still_open).map(name);
    part("still-said").textContent = missing.length
      ? phrase("brackets.answer.undefined", { names: enumerated(missing) })
      : "";
  }

  /** @param {Probe} value */
  function drawAnswer(value) {
    drawWhen(value);
    drawStill(value);
    drawTable(element.querySelector("table"), value);
    const { counting, answer } = value;
    const { real, baseline, missing, verdict } = answer;
    const sources = [real?.source, baseline?.source, missing];
    if (counting) sources.push(phrase("brackets.answer.counting"));
    part("probe-sources").textContent = joined(sources);
    const doubts = part("probe-doubts ul");
    doubts.replaceChildren();
    for (const doubt of verdict.doubts) quoting(make("li", "", doubts), doubt);
    gallery.draw(value);
  }

  function draw() {
    const value = props.value;
    const { phase, temperatures } = value;
    const overruled = value.opening && ASKED_BY_LINK.some((each) => charlstmLink.arrived(each) !== null);
    arrive(phase);
    root.hidden = phase === "idle" || overruled;
    if (root.hidden) return;
    const done = phase === "done";
    const busy = phase === "waiting" || phase === "asking";
    root.setAttribute("aria-busy", String(busy));
    part("answer-stop").hidden = !busy;
    const before = value.opening
      ? phrase("brackets.answer.before", { checkpoint: value.answer.checkpoint })
      : "";
    const about = () =>
      phrase("brackets.answer.about", {
        samples: phrase("brackets.n.samples", { n: value.n }),
        characters: phrase("brackets.n.characters", { n: value.horizon }),
        dice: String(value.dice),
      });
    const across = value.across_lines ? phrase("brackets.across") : "";
    part("probe-asked").textContent = temperatures.length ? `${before}${about()}${across}` : "";
    const sentence = done ? value.answer.verdict.sentence : progressWords(value);
    termed(part("probe-said"), sentence);
    part("probe-two").hidden = !temperatures.length || phase === "waiting";
    if (!part("probe-two").hidden) drawChart(value);
    for (const name of ["probe-when", "probe-more", "probe-gallery"]) part(name).hidden = !done;
    if (done) drawAnswer(value);
    spoken.textContent = done && !value.opening ? sentence : "";
  }

  part("answer-stop").addEventListener("click", () => trigger("stop", {}));
  watch("value", draw);
  draw();
}
