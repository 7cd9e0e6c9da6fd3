// The answers of a probe: dots with whiskers, the same figures as a table, and samples to read.
// Runs after bracket_view.js, whose functions it uses.
//
// Value: {phase, seed, watched, bracket, closing, n, horizon, dice, characters, decided, streams,
// secondsLeft, temperatures: [{temperature, closed, interval, paragraph, open, strays,
// strayInterval}], samples: [{temperature, number, text, fate}]}. phase is "idle", "waiting",
// "asking", "done" or "stopped"; intervals, paragraph, open and samples come with "done".

const SVG = "http://www.w3.org/2000/svg";
const FATES = [
  ["closed", "Closed the bracket"],
  ["paragraph", "The paragraph ended first"],
  ["horizon", "Still open at the horizon"],
];

function shape(tag, attributes, parent) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

function percent(rate) {
  return `${(100 * rate).toFixed(rate > 0 && rate < 0.01 ? 1 : 0)} %`;
}

function listed(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

// What the numbers support, and no more.
function verdict({ temperatures, closing, n }) {
  const names = listed(temperatures.map(({ temperature }) => temperatureName(temperature)));
  const closed = listed(temperatures.map((t) => t.closed.toLocaleString("en")));
  const strays = listed(temperatures.map((t) => t.strays.toLocaleString("en")));
  const named = (some) => listed(some.map((t) => `T ${temperatureName(t.temperature)}`));
  // Intervals that don't touch: a cautious test, and one that can be seen in the figure.
  const clear = temperatures.filter((t) => t.interval[0] > t.strayInterval[1]);
  const rest = temperatures.filter((t) => !clear.includes(t));
  const said =
    `It closed the bracket in ${closed} of ${n.toLocaleString("en")} samples at T ${names}. ` +
    `With a comma in its place, a stray “${closing}” came in ${strays}. `;
  if (!rest.length) return `${said}So it closes because something is open: no two intervals touch.`;
  const doubt = `these samples don’t show that an open bracket makes closing likelier`;
  if (!clear.length) return `${said}The intervals touch: ${doubt}.`;
  return `${said}At ${named(clear)} the open bracket makes closing likelier; at ${named(rest)} ${doubt}.`;
}

function drawChart(box, { temperatures, n, phase }) {
  box.replaceChildren();
  const at = (rate) => `${4 + 92 * rate}%`;
  for (const t of temperatures) {
    const row = make("div", "dots-row", box);
    row.style.setProperty("--t", window.charlstmColours.temperatureColour(t.temperature));
    make("span", "temperature", row, `T ${temperatureName(t.temperature)}`);
    const svg = shape("svg", { width: "100%", height: 40, "aria-hidden": "true" }, row);
    for (const rate of [0, 0.5, 1]) {
      shape("line", { class: "grid", x1: at(rate), x2: at(rate), y1: 0, y2: 40 }, svg);
    }
    const whisker = ([low, high], name) =>
      shape("line", { class: name, x1: at(low), x2: at(high), y1: 20, y2: 20 }, svg);
    if (t.strayInterval) whisker(t.strayInterval, "control");
    if (t.interval) whisker(t.interval, "rate");
    shape("circle", { class: "rate", cx: at(t.closed / n), cy: 20, r: 5.5 }, svg);
    shape("circle", { class: "control", cx: at(t.strays / n), cy: 20, r: 7.5 }, svg);
    const words = make("span", "words", row, `${t.closed.toLocaleString("en")} of `);
    words.append(n.toLocaleString("en"));
    make("span", "dim", words, ` control ${t.strays.toLocaleString("en")}`);
  }
  const axis = make("div", "dots-row axis", box);
  make("span", "", axis);
  const ticks = make("span", "ticks", axis);
  for (const rate of [0, 0.5, 1]) make("span", "", ticks, percent(rate)).style.left = at(rate);
  make("span", "", axis);
  box.dataset.phase = phase;
}

function drawTable(table, { temperatures, n, horizon, closing }) {
  table.replaceChildren();
  make("caption", "", table, `${n.toLocaleString("en")} samples a temperature`);
  const head = make("tr", "", make("thead", "", table));
  const body = make("tbody", "", table);
  for (const title of [
    "T",
    "closed",
    "95 % interval",
    "paragraph ended first",
    `still open at ${horizon.toLocaleString("en")}`,
    `control: a stray “${closing}”`,
    "95 % interval",
  ]) {
    make("th", "", head, title).scope = "col";
  }
  const interval = ([low, high]) => `${percent(low)} to ${percent(high)}`;
  for (const t of temperatures) {
    const row = make("tr", "", body);
    make("th", "", row, temperatureName(t.temperature)).scope = "row";
    for (const cell of [
      `${t.closed} (${percent(t.closed / n)})`,
      interval(t.interval),
      t.paragraph,
      t.open,
      `${t.strays} (${percent(t.strays / n)})`,
      interval(t.strayInterval),
    ]) {
      make("td", "", row, String(cell));
    }
  }
}

function drawGallery(box, { samples, temperatures, seed, watched, n, horizon }) {
  box.replaceChildren();
  const total = { closed: 0, paragraph: 0, horizon: 0 };
  for (const t of temperatures) {
    total.closed += t.closed;
    total.paragraph += t.paragraph;
    total.horizon += t.open;
  }
  for (const [fate, title] of FATES) {
    const group = make("section", "gallery", box);
    const heading = make("h3", "", group, `${title} `);
    const of = (n * temperatures.length).toLocaleString("en");
    make("span", "dim", heading, `${total[fate].toLocaleString("en")} of ${of}`);
    for (const { temperature, number, text } of samples.filter((s) => s.fate === fate)) {
      const item = make("div", "gallery-sample", group);
      item.style.setProperty("--t", window.charlstmColours.temperatureColour(temperature));
      const line = make("p", "", item);
      make("b", "temperature", line, `T ${temperatureName(temperature)}`);
      const after = count(Array.from(text).length, "character");
      const words = fate === "horizon" ? `open for ${after}` : `after ${after}`;
      make("span", "dim", line, ` sample ${number.toLocaleString("en")}, ${words}`);
      const pre = make("pre", "bracket-text", item);
      drawContinued(pre, seed, text, watched, 24);
      listen(pre);
    }
    if (!total[fate]) {
      const long = horizon.toLocaleString("en");
      make("p", "dim", group, fate === "horizon" ? `None in ${long} characters.` : "None.");
    }
  }
}

function mountProbe(element, props, watch) {
  const part = (name) => element.querySelector(`.${name}`);
  const spoken = part("unseen");

  function progress({ phase, characters, horizon, decided, streams, secondsLeft }) {
    if (phase === "waiting") return "Waiting for the model.";
    const far =
      `${characters.toLocaleString("en")} of at most ${count(horizon, "character")}; ` +
      `${decided.toLocaleString("en")} of ${count(streams, "sample")} decided, controls included`;
    if (phase === "stopped") return `Stopped after ${far}. What is drawn is not an answer.`;
    return `Asking: ${far}${secondsLeft === null ? "" : `; ${secondsLeft} s left at most`}.`;
  }

  function draw() {
    const value = props.value ?? {};
    const { phase = "idle", temperatures = [] } = value;
    part("probe-answer").hidden = phase === "idle";
    if (phase === "idle") return;
    const done = phase === "done";
    part("probe-answer").setAttribute("aria-busy", String(phase === "waiting" || phase === "asking"));
    part("probe-asked").textContent = temperatures.length
      ? `${count(value.n, "sample")} each, within ${count(value.horizon, "character")}, dice ${value.dice}`
      : "";
    part("probe-said").textContent = done ? verdict(value) : progress(value);
    part("probe-chart").hidden = !temperatures.length || phase === "waiting";
    if (!part("probe-chart").hidden) {
      drawChart(part("dots"), value);
      part("probe-key-stray").textContent = `a stray “${value.closing}” where a comma stands for it`;
    }
    for (const name of ["probe-table", "probe-honest", "probe-gallery"]) part(name).hidden = !done;
    if (done) {
      drawTable(element.querySelector("table"), value);
      drawGallery(part("galleries"), value);
      spoken.textContent = part("probe-said").textContent;
    } else spoken.textContent = "";
  }

  watch("value", draw);
  draw();
}
