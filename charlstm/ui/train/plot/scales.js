// Conversions of numbers into pixels and words: units, axes, ticks. Nothing here draws or keeps
// state.
//
// The x axis counts `by` "step", "characters" or "seconds": a run has an ascending array of that
// name, and each of its validations a number of that name. A value on this axis is a position.

const MARGIN = { left: 46, right: 16, top: 16, bottom: 28 }; // CSS pixels
const STRIP = { height: 84, gap: 24 }; // of the series below the loss, CSS pixels

const wholeNumber = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const shortNumber = new Intl.NumberFormat("en-US", { notation: "compact" });
const inUnit = (nats, unit) => (unit === "bits" ? nats / Math.LN2 : nats);

// Steps of the running mean: 50, but near the start only a fifth of the steps so far, so that the
// line follows the steep fall. The same as `mean_window` in runs/history.py.
const meanWindow = (step) => Math.min(50, Math.ceil(step / 5));

function clock(seconds) {
  const s = Math.max(0, Math.round(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

// A position in words.
const placeInWords = {
  step: (step) => phrase("train.progress.step", { n: Math.round(step) }),
  characters: (n) => phrase("train.plot.characters", { n: wholeNumber.format(n) }),
  seconds: (seconds) => phrase("train.plot.after", { time: clock(seconds) }),
};

// The series below the loss: their names, and their values at a step.
const SERIES_NAMES = {
  learning_rate: () => phrase("train.plot.rate"),
  gradient_norm: () => phrase("train.plot.norm"),
  speed: () => phrase("train.plot.speed"),
};
const SERIES_AT = {
  learning_rate: (value) => phrase("train.plot.rate_at", { value }),
  gradient_norm: (value) => phrase("train.plot.norm_at", { value }),
  speed: (value) => phrase("train.plot.speed_at", { value }),
};

// Index of the first of some ascending numbers that is at least `value`.
function firstAt(ascending, value) {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// A position in another unit of the x axis, interpolated between a run's points; null without any.
function converted(run, position, from, to) {
  const [xs, ys] = [run[from], run[to]];
  if (!xs.length) return null;
  const i = Math.min(firstAt(xs, position), xs.length - 1);
  const [x0, y0] = i > 0 && xs[i] > position ? [xs[i - 1], ys[i - 1]] : [0, 0];
  return y0 + ((position - x0) / (xs[i] - x0 || 1)) * (ys[i] - y0);
}

// The end of a run's x axis. While the run trains it doubles at times, so that the curve does not
// move in between.
function axisEnd(run, by) {
  const seen = Math.max(run[by].at(-1) ?? 0, run.validations.at(-1)?.[by] ?? 0);
  if (run.ended()) return seen;
  const aStep = run.charactersAStep || 1;
  let end = { step: 50, characters: 50 * aStep, seconds: 5 }[by];
  while (end < seen) end *= 2;
  const planned = run.status.total && { step: 1, characters: aStep, seconds: 0 }[by] * run.status.total;
  return planned ? Math.max(seen, Math.min(end, planned)) : end;
}

function linearTicks(low, high, about) {
  const raw = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((m) => m * power >= raw * 0.999) * power;
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    ticks.push(i * step || 0); // never -0
  }
  return ticks;
}

function logTicks(low, high, about) {
  const ticks = [];
  const powers = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const m of [1, 2, 5]) {
      const value = m * 10 ** power;
      if (value < low || value > high) continue;
      ticks.push(value);
      if (m === 1) powers.push(value);
    }
  }
  if (ticks.length < 3) return linearTicks(low, high, about);
  return ticks.length > 2 * about ? powers : ticks;
}

// Ticks of the x axis, [{at, text}]; the text of the first one has the unit.
function xTicks({ x0, x1, by, logX }, about) {
  const ticks = logX ? logTicks : linearTicks;
  if (by === "seconds") {
    const [length, name] = x1 < 180 ? [1, "s"] : x1 < 7200 ? [60, "min"] : [3600, "h"];
    return ticks(x0 / length, x1 / length, about).map((value) => ({
      at: value * length,
      text: `${Number(value.toPrecision(3))} ${name}`,
    }));
  }
  const format = by === "step" ? wholeNumber : shortNumber;
  const first = (n) =>
    by === "step" ? phrase("train.progress.step", { n }) : phrase("train.plot.characters", { n });
  return ticks(x0, x1, about)
    .filter(Number.isInteger)
    .map((at, i) => ({
      at,
      text: i ? format.format(at) : first(format.format(at)),
    }));
}

// The lowest and the highest of the finite values; null if there are none.
function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? null : [low, high];
}

function* inView(run, values, by, [x0, x1]) {
  for (let i = firstAt(run[by], x0); i < run[by].length && run[by][i] <= x1; i++) yield values[i];
}

const STEEP_SHARE = 0.02; // of what is in view of a run from the start

// The lowest and highest loss in nats in a range of positions: of the watched run's raw losses, the
// other runs' means, and all validations. `skipped` is the share of each run that is left out at its
// start: of a run that is short beside the others, no more than that of its own length.
const lossesIn = ({ runs, by }, [from, to], skipped = 0) =>
  extent(
    (function* () {
      for (const run of runs) {
        const first = Math.max(from, skipped * Math.min(to, axisEnd(run, by)));
        yield* inView(run, run === runs[0] ? run.loss : run.mean, by, [first, to]);
        for (const v of run.validations) if (v[by] >= first && v[by] <= to) yield v.nats;
      }
    })(),
  );

// The range of the y axis in the figure's unit, and the highest loss if the axis ends below it,
// else null. A training begins with so steep a fall that on linear axes the rest would be a flat
// line: in a view from the start, the first losses may be cut off at the top.
function lossExtent(shown, range) {
  const { runs, unit, logX, logY } = shown;
  const floor = runs[0].floor;
  const losses = lossesIn(shown, range);
  if (!losses) return null;
  const wholeStart = !logX && !logY && range[0] <= 0;
  const later = wholeStart && lossesIn(shown, range, STEEP_SHARE);
  const cut = later && later[1] < losses[1] ? inUnit(losses[1], unit) : null;
  if (later) losses[1] = later[1];
  let [low, high] = losses.map((nats) => inUnit(nats, unit));
  if (floor !== null) {
    low = Math.min(low, inUnit(floor, unit));
    high = Math.max(high, inUnit(floor, unit));
  }
  if (logY) return [low / 1.03, high * 1.03, null];
  const air = Math.max(0.04 * (high - low), 0.01);
  // With a floor there is room for its label below it.
  return [Math.max(0, low - (floor === null ? 1 : 3) * air), high + air, cut];
}

function scaleOf(low, high, from, to, log) {
  const bend = log ? Math.log : (v) => v;
  const [a, b] = [bend(low), bend(high)];
  return (value) => from + ((bend(value) - a) / (b - a || 1)) * (to - from);
}

// The scales for a range [first, last] of positions and a size in CSS pixels; null if nothing is in
// view. `shown` is the `ShownPlot` of plot.js.
function makeScales(shown, range, width, height) {
  const { by, logX, logY, unit, series } = shown;
  const ends = shown.runs.length ? lossExtent(shown, range) : null;
  if (!ends) return null;
  const [x0, x1] = range;
  const [low, high, cut] = ends;
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const foot = height - MARGIN.bottom;
  const [top, bottom] = [MARGIN.top, series ? foot - STRIP.height - STRIP.gap : foot];
  const yOf = scaleOf(low, high, bottom, top, logY);
  const back = logX
    ? (share) => Math.exp(Math.log(x0) + share * Math.log(x1 / x0))
    : (share) => x0 + share * (x1 - x0);
  const scales = {
    left, right, top, bottom, foot, x0, x1, low, high, cut, by, logX, logY, unit, yOf,
    x: scaleOf(x0, x1, left, right, logX),
    y: (nats) => yOf(inUnit(nats, unit)),
    placeAt: (px) => back((px - left) / (right - left)),
    strip: null,
  };
  if (series) {
    const lines = shown.runs.map((run) => run.beside(series));
    const [least, most] = extent(
      (function* () {
        for (const [i, run] of shown.runs.entries()) yield* inView(run, lines[i], by, range);
      })(),
    ) ?? [0, 1];
    const end = most > 0 ? 1.05 * most : 1;
    const y = scaleOf(Math.min(0, least), end, foot, foot - STRIP.height, false);
    scales.strip = { lines, y, top: foot - STRIP.height, high: end };
  }
  return scales;
}

// Index of a run's point nearest to a position; null if none is within a few pixels.
function nearestPoint(run, position, scales) {
  const positions = run[scales.by];
  if (!positions.length) return null;
  let i = Math.min(firstAt(positions, position), positions.length - 1);
  if (i > 0 && position - positions[i - 1] < positions[i] - position) i -= 1;
  // A shipped run's points stand closer at its start.
  const before = positions[i] - (positions[i - 1] ?? positions[i]);
  const between = Math.max(before, (positions[i + 1] ?? positions[i]) - positions[i]);
  const far = Math.abs(scales.x(positions[i]) - scales.x(position)) > 12;
  return far && Math.abs(positions[i] - position) > between ? null : i;
}
