// A loss curve on a canvas: dots for steps, a line for their running mean, rings for validations,
// a dashed line for the loss that no model can beat. `lossPlot` knows nothing of where its data
// come from; `loss_board.js`, which follows in the same function, feeds it.

const DOTS_ONE_BY_ONE = 4000; // beyond it, the lowest and highest of each pixel column
const MARGIN = { left: 46, right: 16, top: 16, bottom: 28 }; // CSS pixels

const wholeNumber = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const inUnit = (nats, unit) => (unit === "bits" ? nats / Math.LN2 : nats);

// The running mean is of 50 steps, and near the start of the last fifth of them, for the line to
// follow the fall. `mean_window` in train_tab.py says the same.
const meanWindow = (step) => Math.min(50, Math.ceil(step / 5));

// Index of the first of some ascending steps at or after a step.
function firstAt(steps, step) {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

function linearTicks(low, high, about) {
  const raw = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((m) => m * power >= raw * 0.999) * power;
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    found.push(i * step || 0); // never -0
  }
  return found;
}

function logTicks(low, high, about) {
  const found = [];
  const powers = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const m of [1, 2, 5]) {
      const value = m * 10 ** power;
      if (value < low || value > high) continue;
      found.push(value);
      if (m === 1) powers.push(value);
    }
  }
  if (found.length < 3) return linearTicks(low, high, about);
  return found.length > 2 * about ? powers : found;
}

// Draws on `canvas` and tells in `tip`.
//
// `data`, which its owner changes before calling `draw`: {step, loss, mean: arrays of equal length,
// nats; validations: [{step, nats, whole}]; picked: one of them or undefined; floor: nats or null;
// end: last step of the axis; unit: "bits" or "nats"}.
//
// `zoomed(range)` is called with [first, last] step or null when a person changes what is in view.
function lossPlot(canvas, tip, data, zoomed) {
  let logX = false;
  let logY = false;
  let zoom = null; // [first, last] step, or null: the whole run
  let cursor = null; // index of the point that is pointed at
  let drag = null; // [from, to] in CSS pixels
  let frame = 0;
  let base = null; // everything but cursor and drag: drawn once for each change
  let baseDue = true;
  let scales = null; // null: nothing to draw
  const say = (nats, digits = 2) => inUnit(nats, data.unit).toFixed(digits);

  // ---- drawing ----

  // The steps to show.
  function range() {
    const smallest = logX ? 1 : 0;
    return zoom ? [Math.max(zoom[0], smallest), zoom[1]] : [smallest, data.end];
  }

  function makeScales(width, height) {
    const [x0, x1] = range();
    let [low, high] = [Infinity, -Infinity];
    const see = (nats) => {
      if (!Number.isFinite(nats)) return;
      low = Math.min(low, inUnit(nats, data.unit));
      high = Math.max(high, inUnit(nats, data.unit));
    };
    const from = firstAt(data.step, x0);
    for (let i = from; i < data.step.length && data.step[i] <= x1; i++) see(data.loss[i]);
    for (const v of data.validations) if (v.step >= x0 && v.step <= x1) see(v.nats);
    if (low > high) return null;
    if (data.floor !== null) see(data.floor);
    if (logY) {
      [low, high] = [low / 1.03, high * 1.03];
    } else {
      const air = Math.max(0.04 * (high - low), 0.01);
      // The floor's label stands below it.
      low = Math.max(0, low - (data.floor === null ? 1 : 3) * air);
      high += air;
    }
    const [left, right] = [MARGIN.left, width - MARGIN.right];
    const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
    const [bendX, backX] = logX ? [Math.log, Math.exp] : [(v) => v, (v) => v];
    const bendY = logY ? Math.log : (v) => v;
    const [a, b, c, d] = [bendX(x0), bendX(x1), bendY(low), bendY(high)];
    const yOf = (value) => bottom - ((bendY(value) - c) / (d - c)) * (bottom - top);
    return {
      left, right, top, bottom, x0, x1, low, high, yOf,
      x: (step) => left + ((bendX(step) - a) / (b - a || 1)) * (right - left),
      y: (nats) => yOf(inUnit(nats, data.unit)),
      stepAt: (x) => backX(a + ((x - left) / (right - left)) * (b - a)),
    };
  }

  function draw() {
    baseDue = true;
    redraw();
  }

  function redraw() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      paint();
    });
  }

  function paint() {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height) return; // hidden: the resize that shows it draws
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) {
      [canvas.width, canvas.height] = [w, h];
      baseDue = true;
    }
    const style = getComputedStyle(canvas);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    if (baseDue) {
      baseDue = false;
      base ??= document.createElement("canvas");
      [base.width, base.height] = [w, h];
      scales = makeScales(width, height);
      if (scales) {
        const context = base.getContext("2d");
        context.scale(ratio, ratio);
        context.font = `12px ${style.fontFamily}`;
        context.lineJoin = "round";
        paintAxes(context, colour);
        context.save();
        context.beginPath();
        context.rect(
          scales.left - 7,
          scales.top - 8,
          scales.right - scales.left + 14,
          scales.bottom - scales.top + 16,
        );
        context.clip();
        paintFloor(context, colour);
        paintDots(context, colour);
        paintMean(context, colour);
        paintRings(context, colour);
        context.restore();
        paintLabels(context, colour);
      }
    }
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, w, h);
    if (!scales) return tell(null);
    context.drawImage(base, 0, 0);
    context.scale(ratio, ratio);
    if (drag) {
      context.fillStyle = `rgba(${colour("prob")}, 0.14)`;
      context.fillRect(drag[0], scales.top, drag[1] - drag[0], scales.bottom - scales.top);
    }
    tell(cursor === null || drag ? null : paintCursor(context, colour));
  }

  function paintAxes(context, colour) {
    const { left, right, bottom, x0, x1, low, high, x, yOf } = scales;
    context.strokeStyle = colour("line");
    context.fillStyle = colour("dim");
    context.textBaseline = "middle";
    context.textAlign = "right";
    const rows = (logY ? logTicks : linearTicks)(low, high, 5);
    const digits = [0, 1, 2].find((n) => rows.every((v) => Math.abs(v - v.toFixed(n)) < 1e-9)) ?? 3;
    for (const value of rows) {
      const at = Math.round(yOf(value)) + 0.5;
      context.beginPath();
      context.moveTo(left, at);
      context.lineTo(right, at);
      context.stroke();
      context.fillText(value.toFixed(digits), left - 8, at);
    }
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
    const columns = (logX ? logTicks : linearTicks)(x0, x1, right - left > 420 ? 6 : 3);
    columns.filter(Number.isInteger).forEach((value, i) => {
      const text = i === 0 ? `step ${wholeNumber.format(value)}` : wholeNumber.format(value);
      const size = context.measureText(text).width;
      const centred = x(value) - (value === x0 ? 0 : size / 2);
      context.fillText(text, Math.min(centred, right + 12 - size), bottom + 20);
    });
  }

  function paintFloor(context, colour) {
    if (data.floor === null) return;
    context.strokeStyle = colour("dim");
    context.setLineDash([5, 5]);
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(scales.left, scales.y(data.floor));
    context.lineTo(scales.right, scales.y(data.floor));
    context.stroke();
    context.setLineDash([]);
  }

  function inView() {
    return [firstAt(data.step, scales.x0), firstAt(data.step, scales.x1 + 1e-9)];
  }

  function paintDots(context, colour) {
    const { x, y } = scales;
    const [from, to] = inView();
    context.fillStyle = `rgba(${colour("prob")}, ${to - from > 1500 ? 0.3 : 0.42})`;
    const radius = to - from < 300 ? 2.2 : 1.6;
    const dot = (px, py) => {
      context.beginPath();
      context.arc(px, py, radius, 0, 7);
      context.fill();
    };
    if (to - from <= DOTS_ONE_BY_ONE) {
      for (let i = from; i < to; i++) dot(x(data.step[i]), y(data.loss[i]));
      return;
    }
    let [column, least, most] = [-1, 0, 0];
    const flush = () => {
      if (column < 0) return;
      dot(column, y(least));
      if (most !== least) dot(column, y(most));
    };
    for (let i = from; i < to; i++) {
      const value = data.loss[i];
      if (!Number.isFinite(value)) continue;
      const at = Math.round(x(data.step[i]));
      if (at !== column) {
        flush();
        [column, least, most] = [at, value, value];
      }
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    flush();
  }

  function paintMean(context, colour) {
    const { x, y } = scales;
    const [from, to] = inView();
    context.strokeStyle = colour("accent");
    context.lineWidth = 2.5;
    context.beginPath();
    let last = null;
    // One point more on either side, for a zoomed line to reach the edges.
    for (let i = Math.max(0, from - 1); i < Math.min(data.step.length, to + 1); i++) {
      if (!Number.isFinite(data.mean[i])) continue;
      const px = x(data.step[i]);
      if (last !== null && px - last < 0.5 && i < to - 1) continue;
      if (last === null) context.moveTo(px, y(data.mean[i]));
      else context.lineTo(px, y(data.mean[i]));
      last = px;
    }
    context.stroke();
  }

  function ringsInView() {
    const { x0, x1 } = scales;
    return data.validations.filter((v) => v.step >= x0 && v.step <= x1 && Number.isFinite(v.nats));
  }

  function paintRings(context, colour) {
    const { left, right, x, y } = scales;
    const seen = ringsInView();
    const crowded = seen.length > 1 && (right - left) / seen.length < 14;
    const radius = crowded ? 3.5 : 5.5;
    const ring = (v, size, width) => {
      context.lineWidth = width;
      context.beginPath();
      context.arc(x(v.step), y(v.nats), size, 0, 7);
    };
    context.strokeStyle = colour("t-hot");
    for (const v of seen) {
      ring(v, radius, crowded ? 2 : 2.5);
      context.fillStyle = colour(v.whole ? "t-hot" : "card");
      context.fill();
      context.stroke();
      if (v !== data.picked) continue;
      ring(v, radius + 5, 1.5);
      context.stroke();
    }
  }

  // On the marks themselves: the newest validation in view, and the floor.
  function paintLabels(context, colour) {
    const { left, right, top, bottom, x, y } = scales;
    const label = (text, px, py, ink) => {
      const half = context.measureText(text).width / 2;
      const at = Math.min(Math.max(px, left + half), right - half);
      context.textAlign = "center";
      context.lineWidth = 4;
      context.strokeStyle = colour("card");
      context.fillStyle = ink;
      context.strokeText(text, at, py);
      context.fillText(text, at, py);
    };
    if (data.floor !== null) {
      const at = y(data.floor);
      const text = `no model can beat ${say(data.floor)}`;
      label(text, left, at + (at + 16 <= bottom ? 16 : -7), colour("dim"));
    }
    const last = ringsInView().at(-1);
    if (last) {
      const text = `${say(last.nats)}${last.whole ? " on the whole text" : ""}`;
      label(text, x(last.step), Math.max(y(last.nats) - 13, top + 4), colour("t-hot"));
    }
  }

  // The point under the cursor; gives back what there is to tell of it.
  function paintCursor(context, colour) {
    const { top, bottom, x, y } = scales;
    const i = Math.min(cursor, data.step.length - 1);
    if (i < 0 || !seenAt(data.step[i])) return null;
    const at = x(data.step[i]);
    context.strokeStyle = colour("dim");
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(at, top);
    context.lineTo(at, bottom);
    context.stroke();
    if (Number.isFinite(data.loss[i])) {
      context.fillStyle = colour("accent");
      context.beginPath();
      context.arc(at, y(data.loss[i]), 3.5, 0, 7);
      context.fill();
    }
    const near = data.validations.filter((v) => Math.abs(x(v.step) - at) < 6);
    return {
      at,
      lines: [
        `step ${wholeNumber.format(data.step[i])}`,
        Number.isFinite(data.loss[i]) ? `loss ${say(data.loss[i], 3)}` : "loss not finite",
        `mean of ${meanWindow(data.step[i])}: ${say(data.mean[i], 3)}`,
        ...near.map(
          (v) =>
            `validation at ${wholeNumber.format(v.step)}${v.whole ? ", whole text" : ""}: ` +
            say(v.nats, 3),
        ),
      ],
    };
  }

  function tell(found) {
    tip.hidden = found === null;
    if (found === null) return;
    while (tip.children.length > found.lines.length) tip.lastChild.remove();
    found.lines.forEach((text, i) => {
      const line = tip.children[i] ?? tip.appendChild(document.createElement("div"));
      line.textContent = text;
    });
    const room = Math.max(0, canvas.clientWidth - tip.offsetWidth);
    const beside = found.at + 12 <= room ? found.at + 12 : found.at - 12 - tip.offsetWidth;
    const at = Math.round(Math.min(Math.max(0, beside), room));
    tip.style.transform = `translate(${at}px, ${MARGIN.top}px)`;
  }

  // ---- touching ----

  const seenAt = (step) => step >= scales.x0 && step <= scales.x1;

  function nearestPoint(step) {
    const i = firstAt(data.step, step);
    if (i === 0) return data.step.length ? 0 : null;
    if (i === data.step.length) return i - 1;
    return data.step[i] - step < step - data.step[i - 1] ? i : i - 1;
  }

  function setZoom(steps) {
    if (steps !== null && steps[1] - steps[0] < 2) return; // nothing to see between two steps
    zoom = steps && [Math.max(0, steps[0]), steps[1]];
    zoomed(zoom);
    draw();
  }

  function zoomBy(factor) {
    const [x0, x1] = range();
    const pointed = data.step[cursor] >= x0 && data.step[cursor] <= x1;
    const middle = pointed ? data.step[cursor] : (x0 + x1) / 2;
    const [from, to] = [middle - (middle - x0) * factor, middle + (x1 - middle) * factor];
    setZoom(from <= 0 && to >= data.end ? null : [from, Math.min(to, data.end)]);
  }

  function toValidation(forward) {
    const seen = ringsInView();
    const pointed = cursor !== null && seenAt(data.step[cursor]) ? data.step[cursor] : null;
    const next = forward
      ? seen.find((v) => v.step > (pointed ?? -1))
      : seen.findLast((v) => v.step < (pointed ?? Infinity));
    if (next) cursor = nearestPoint(next.step);
    redraw();
  }

  function leave() {
    drag = null;
    cursor = null;
    redraw();
  }

  const within = (x) => Math.min(Math.max(x, scales.left), scales.right);
  canvas.addEventListener("pointerdown", (event) => {
    if (!scales || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    drag = [within(event.offsetX), within(event.offsetX)];
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!scales) return;
    const at = within(event.offsetX);
    if (drag) drag[1] = at;
    cursor = nearestPoint(scales.stepAt(at));
    redraw();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!drag || !scales) return;
    const [from, to] = [Math.min(...drag), Math.max(...drag)];
    drag = null;
    cursor = nearestPoint(scales.stepAt(within(event.offsetX)));
    if (to - from > 6) setZoom([scales.stepAt(from), scales.stepAt(to)]);
    else redraw();
  });
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("pointercancel", leave);
  canvas.addEventListener("blur", leave);
  canvas.addEventListener("dblclick", () => setZoom(null));
  canvas.addEventListener("keydown", (event) => {
    if (!scales || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowLeft: () => toValidation(false),
      ArrowRight: () => toValidation(true),
      "+": () => zoomBy(0.5),
      "=": () => zoomBy(0.5),
      "-": () => zoomBy(2),
      0: () => setZoom(null),
      Escape: () => setZoom(null),
    }[event.key];
    if (!act) return;
    act();
    event.preventDefault();
  });
  // Light or dark: colours are read anew with each drawing.
  new MutationObserver(draw).observe(document.body, { attributeFilter: ["class"] });

  return {
    draw,
    setZoom,
    forget() {
      cursor = null;
      drag = null;
    },
    setLogX(on) {
      logX = on;
      draw();
    },
    setLogY(on) {
      logY = on;
      draw();
    },
  };
}
