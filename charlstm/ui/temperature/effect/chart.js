// The figure of one measure of "What temperature does", and its values in words. Runs after
// components/parts.js.

const EFFECT = { height: 148, left: 46, right: 12, top: 10, foot: 24 }; // CSS pixels

// A value of a measure as text, without its unit.
/**
 * @param {EffectMeasure} measure
 * @param {number} value
 */
function effectNumber({ name, share }, value) {
  return (share ? 100 * value : value).toFixed(name === "entropy" ? 2 : 1);
}

/**
 * @param {EffectMeasure} measure
 * @param {Estimate | null} measured
 */
function effectValue(measure, measured) {
  if (!measured) return phrase("temperature.effect.not_measured");
  const { mean, interval: [low, high] } = measured;
  const number = (value) => effectNumber(measure, value);
  return phrase("temperature.effect.value", {
    mean: number(mean), unit: measure.unit, low: number(low), high: number(high),
  });
}

// The end of an axis from 0 that covers a value: 1, 2 or 5 times a power of ten.
function effectTop(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((end) => end >= value);
}

// The figure of one measure.
function effectChart(parent) {
  const root = make("figure", "effect-chart", parent);
  const caption = make("figcaption", "", root);
  const title = make("span", "title", caption);
  const summary = make("span", "said", caption);
  const beside = make("span", "beside", caption);
  const svg = shape("svg", { width: "100%", height: EFFECT.height, "aria-hidden": "true" }, root);
  const { temperatureColour } = charlstmColours;

  /**
   * @param {EffectMeasure} measure
   * @param {number[]} temperatures
   * @param {number} at Index of the highlighted temperature.
   */
  function draw(measure, temperatures, at) {
    const { estimates, real, share, name, unit } = measure;
    title.textContent = measure.title;
    const lit = temperatures[at];
    summary.textContent = withLabel(`T ${temperatureName(lit)}`, effectValue(measure, estimates[at]));
    beside.hidden = !real;
    const own = real && { mean: effectNumber(measure, real.mean), unit };
    beside.textContent = real ? phrase("temperature.effect.beside", own) : "";
    svg.replaceChildren();
    const measured = temperatures
      .map((temperature, i) => ({ temperature, ...estimates[i] }))
      .filter((_, i) => estimates[i]);
    const values = [...measured, ...(real ? [real] : [])].map(({ interval: [, high] }) => high);
    const end = share ? 1 : effectTop(Math.max(...values, 1e-9));
    const hottest = temperatures.at(-1);
    const width = svg.clientWidth - EFFECT.left - EFFECT.right;
    const x = (temperature) => EFFECT.left + (width * temperature) / hottest;
    const y = (value) =>
      EFFECT.top + (1 - value / end) * (EFFECT.height - EFFECT.top - EFFECT.foot);
    const line = (className, x1, x2, y1, y2) =>
      shape("line", { class: className, x1, x2, y1, y2 }, svg);
    const band = (between, className, colour) => {
      const back = [...between].reverse();
      const edge = (side) => (point) => `L${x(point.temperature)} ${y(point.interval[side])}`;
      const [low, high] = [between.map(edge(0)).join(""), back.map(edge(1)).join("")];
      const d = `M${low.slice(1)}${high}Z`;
      shape("path", { class: className, d }, svg).style.fill = colour;
    };

    for (const value of [0, end / 2, end]) {
      line("grid", x(0), x(hottest), y(value), y(value));
      if (!share && !measured.length) continue; // without values the axis has no scale
      const word = share ? percent(value) : String(Number(value.toPrecision(3)));
      shape("text", { class: "tick end", x: EFFECT.left - 7, y: y(value) + 4 }, svg, word);
    }
    for (let tick = 0; tick <= hottest; tick += 0.5) {
      const word = tick ? temperatureName(tick) : "T 0";
      shape("text", { class: "tick", x: x(tick), y: EFFECT.height - 6 }, svg, word);
    }
    if (!measured.length) {
      const middle = { class: "tick", x: x(hottest / 2), y: y(end / 2) - 8 };
      shape("text", middle, svg, measure.missing);
      return;
    }
    // A gradient along the axis, from each temperature's colour to the next.
    const id = `effect-${name}`;
    const along = { id, gradientUnits: "userSpaceOnUse", x1: x(0), x2: x(hottest), y1: 0, y2: 0 };
    const heat = shape("linearGradient", along, svg);
    for (const temperature of temperatures) {
      const stop = shape("stop", { offset: temperature / hottest }, heat);
      stop.style.stopColor = temperatureColour(temperature);
    }
    if (real) {
      band([0, hottest].map((temperature) => ({ temperature, ...real })), "real", "");
      line("real", x(0), x(hottest), y(real.mean), y(real.mean));
    }
    band(measured, "band", `url(#${id})`);
    const path = measured
      .map(({ temperature: t, mean }, i) => `${i ? "L" : "M"}${x(t)} ${y(mean)}`)
      .join("");
    shape("path", { class: "line", d: path }, svg).style.stroke = `url(#${id})`;
    for (const { temperature: t, mean } of measured) {
      const dot = { class: "dot", cx: x(t), cy: y(mean), r: t === lit ? 5.5 : 3.5 };
      shape("circle", dot, svg).style.fill = temperatureColour(t);
    }
    root.setAttribute("aria-label", besides([measure.title, unit]));
  }

  return { root, draw };
}
