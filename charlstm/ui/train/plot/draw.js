// Draws the marks of a loss plot. Each function gets a pen {context, colour, scales}: `colour(name)`
// returns a colour of the page, `scales` are those of scales.js. The watched run is the first; raw
// points are drawn only of it.

const DOTS_ONE_BY_ONE = 4000; // of more dots, only the lowest and highest of each pixel column
const LABEL_GAP = 15; // CSS pixels
const RING = 7; // radius of a ring with its line, CSS pixels

function drawLine(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

function drawAxes({ context, colour, scales }) {
  const { left, right, top, foot, low, high, cut, x, yOf, logY } = scales;
  context.strokeStyle = colour("line");
  context.fillStyle = colour("dim");
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  const rows = (logY ? logTicks : linearTicks)(low, high, scales.strip ? 4 : 5);
  const digits = [0, 1, 2].find((n) => rows.every((v) => Math.abs(v - v.toFixed(n)) < 1e-9)) ?? 3;
  for (const value of rows) {
    const at = Math.round(yOf(value)) + 0.5;
    drawLine(context, left, at, right, at);
    context.fillText(value.toFixed(digits), left - 8, at);
  }
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  if (cut !== null) context.fillText(phrase("train.plot.begins", { loss: cut.toFixed(1) }), left + 24, top);
  let free = -Infinity;
  for (const { at, text } of xTicks(scales, right - left > 420 ? 6 : 3)) {
    const size = context.measureText(text).width;
    const centred = x(at) - (at === scales.x0 ? 0 : size / 2);
    const start = Math.min(Math.max(centred, left - 8), right + 12 - size);
    if (start < free) continue;
    context.fillText(text, start, foot + 20);
    free = start + size + 10;
  }
}

function drawFloor({ context, colour, scales }, floor) {
  if (floor === null) return;
  context.strokeStyle = colour("dim");
  context.setLineDash([5, 5]);
  context.lineWidth = 1.5;
  drawLine(context, scales.left, scales.y(floor), scales.right, scales.y(floor));
  context.setLineDash([]);
}

function drawDots({ context, colour, scales }, run) {
  const { x, y, by } = scales;
  const [from, to] = [firstAt(run[by], scales.x0), firstAt(run[by], scales.x1 + 1e-9)];
  context.fillStyle = `rgba(${colour("prob")}, ${to - from > 1500 ? 0.3 : 0.42})`;
  const radius = to - from < 300 ? 2.2 : 1.6;
  const dot = (px, py) => {
    context.beginPath();
    context.arc(px, py, radius, 0, 7);
    context.fill();
  };
  if (to - from <= DOTS_ONE_BY_ONE) {
    for (let i = from; i < to; i++) dot(x(run[by][i]), y(run.loss[i]));
    return;
  }
  eachColumn(run[by], run.loss, from, to, x, (column, least, most) => {
    dot(column, y(least));
    if (most !== least) dot(column, y(most));
  });
}

// Calls `act(column, lowest, highest)` for each pixel column with finite values, in order.
function eachColumn(positions, values, from, to, x, act) {
  let [column, least, most] = [null, 0, 0];
  for (let i = from; i < to; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    const at = Math.round(x(positions[i]));
    if (at !== column) {
      if (column !== null) act(column, least, most);
      [column, least, most] = [at, value, value];
    }
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (column !== null) act(column, least, most);
}

function drawMean({ context, colour, scales }, run) {
  const { x, y, by } = scales;
  const [from, to] = [firstAt(run[by], scales.x0), firstAt(run[by], scales.x1 + 1e-9)];
  context.strokeStyle = colour(run.colour);
  context.lineWidth = run.colour === "accent" ? 2.5 : 2;
  context.beginPath();
  let last = null;
  // One point more on each side, so that the line of a zoomed plot reaches the edges.
  for (let i = Math.max(0, from - 1); i < Math.min(run.step.length, to + 1); i++) {
    if (!Number.isFinite(run.mean[i])) continue;
    const px = x(Math.max(run[by][i], scales.logX ? scales.x0 / 2 : 0));
    if (last !== null && px - last < 0.5 && i < to - 1) continue;
    if (last === null) context.moveTo(px, y(run.mean[i]));
    else context.lineTo(px, y(run.mean[i]));
    last = px;
  }
  context.stroke();
}

const ringsInView = (run, { by, x0, x1 }) =>
  run.validations.filter((v) => v[by] >= x0 && v[by] <= x1 && Number.isFinite(v.nats));

function drawRings({ context, colour, scales }, run, picked) {
  const { left, right, x, y, by } = scales;
  const watched = run.colour === "accent";
  const seen = ringsInView(run, scales);
  const crowded = !watched || (seen.length > 1 && (right - left) / seen.length < 14);
  const radius = crowded ? 3.5 : 5.5;
  const ring = (v, size, width) => {
    context.lineWidth = width;
    context.beginPath();
    context.arc(x(v[by]), y(v.nats), size, 0, 7);
  };
  context.strokeStyle = colour(watched ? "t-hot" : run.colour);
  for (const v of seen) {
    ring(v, radius, crowded ? 2 : 2.5);
    context.fillStyle = v.whole ? context.strokeStyle : colour("card");
    context.fill();
    context.stroke();
    if (v.step !== picked?.step) continue;
    ring(v, radius + 5, 1.5);
    context.stroke();
  }
}

// Marks the step of the picked sample, unless `drawRings` marks it at a validation.
function drawPicked({ context, colour, scales }, run, picked) {
  const i = picked ? firstAt(run.step, picked.step) : run.step.length;
  const position = run[scales.by][i];
  if (!(position >= scales.x0 && position <= scales.x1)) return;
  if (run.validations.some((v) => v.step === picked.step)) return;
  context.strokeStyle = colour("t-hot");
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(scales.x(position), scales.y(run.mean[i]), 8, 0, 7);
  context.stroke();
}

// Labels the floor and each run's last loss in view, with the run's name where there are several.
// No label lies over another, nor over a ring.
function drawLabels({ context, colour, scales }, runs) {
  const { left, right, top, bottom, x, y, by, unit } = scales;
  const say = (nats) => inUnit(nats, unit).toFixed(2);
  const several = runs.length > 1;
  const labels = [];
  const rings = [];
  for (const run of runs) {
    const seen = ringsInView(run, scales);
    for (const v of seen) rings.push({ at: x(v[by]), height: y(v.nats) });
    const ring = seen.at(-1);
    const last = firstAt(run[by], scales.x1 + 1e-9) - 1;
    const mean = last >= 0 && run[by][last] >= scales.x0 && Number.isFinite(run.mean[last]);
    if (!ring && !(several && mean)) continue;
    const nats = ring ? ring.nats : run.mean[last];
    const loss = say(nats);
    const alone = ring?.whole ? phrase("train.plot.on_whole", { loss }) : loss;
    labels.push({
      text: several ? `${run.label} ${loss}` : alone,
      at: x(ring ? ring[by] : run[by][last]),
      height: y(nats) - 13,
      ink: several ? run.colour : "t-hot",
    });
  }
  const { floor } = runs[0];
  if (floor !== null) {
    const text = phrase("train.plot.floor", { loss: say(floor) });
    const at = y(floor);
    labels.unshift({ text, at: left, height: at + (at + 16 <= bottom ? 16 : -7), ink: "dim" });
  }
  for (const label of labels) {
    label.half = context.measureText(label.text).width / 2;
    label.at = Math.min(Math.max(label.at, left + label.half), right - label.half);
  }
  setApart(labels, rings, top + 4, bottom - 2);
  context.textAlign = "center";
  context.lineWidth = 4;
  context.strokeStyle = colour("card");
  for (const { text, at, height, ink } of labels) {
    context.fillStyle = colour(ink);
    context.strokeText(text, at, height);
    context.fillText(text, at, height);
  }
}

// Moves each label in turn to the nearest height at which it covers no earlier label and no ring;
// if there is no such height, it stays. Heights are those of base lines.
function setApart(labels, rings, top, bottom) {
  labels.forEach((label, i) => {
    const over = (at, half) => Math.abs(label.at - at) < label.half + half;
    const others = labels.slice(0, i).filter(({ at, half }) => over(at, half + 6));
    const near = rings.filter(({ at }) => over(at, RING));
    const free = (height) =>
      others.every((other) => Math.abs(other.height - height) >= LABEL_GAP) &&
      near.every((ring) => ring.height + RING <= height - 10 || ring.height - RING >= height + 3);
    const own = Math.min(Math.max(label.height, top), bottom);
    label.height = own;
    for (let away = 0; away < bottom - top; away += 1) {
      const height = [own - away, own + away].find((h) => h >= top && h <= bottom && free(h));
      if (height === undefined) continue;
      label.height = height;
      return;
    }
  });
}

// Draws the series below the loss on the same x axis: raw values, as a line from each pixel
// column's lowest to its highest.
function drawStrip({ context, colour, scales }, runs, name) {
  const { left, right, foot, x, by } = scales;
  const { lines, y, top, high } = scales.strip;
  context.lineWidth = 1;
  context.strokeStyle = colour("line");
  context.fillStyle = colour("dim");
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of linearTicks(0, high, 2)) {
    const at = Math.round(y(value)) + 0.5;
    drawLine(context, left, at, right, at);
    context.fillText(seriesNumber(value), left - 8, at);
  }
  context.save();
  context.beginPath();
  context.rect(left, top - 4, right - left, foot - top + 8);
  context.clip();
  for (const [i, run] of [...runs.entries()].reverse()) {
    const [from, to] = [firstAt(run[by], scales.x0), firstAt(run[by], scales.x1 + 1e-9)];
    context.strokeStyle = colour(run.colour);
    context.lineWidth = 1.4;
    context.beginPath();
    let begun = false;
    eachColumn(run[by], lines[i], Math.max(0, from - 1), Math.min(to + 1, run.step.length), x,
      (column, least, most) => {
        if (begun) context.lineTo(column, y(least));
        else context.moveTo(column, y(least));
        if (most !== least) context.lineTo(column, y(most));
        begun = true;
      });
    context.stroke();
  }
  context.restore();
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.lineWidth = 4;
  context.strokeStyle = colour("card");
  context.strokeText(name, left, top - 9);
  context.fillText(name, left, top - 9);
}

// A learning rate, norm or speed with three significant digits.
const seriesNumber = (value) =>
  value >= 10000 ? shortNumber.format(value) : String(Number(value.toPrecision(3)));
