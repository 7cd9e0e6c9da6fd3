// The plot on its canvas: the zoom, the cursor, and when to draw. It does not know where the data
// of its runs come from. A position is a value on the x axis: a step, characters, or seconds.

/**
 * @typedef {"bits" | "nats"} Unit
 * @typedef {"step" | "characters" | "seconds"} Along See scales.js.
 *
 * @typedef {object} ShownPlot
 * @property {ShownRun[]} runs The watched run first.
 * @property {WrittenSample | undefined} picked The sample of the watched run at the slider.
 * @property {Unit} unit
 * @property {Along} by
 * @property {boolean} logX
 * @property {boolean} logY
 * @property {keyof typeof SERIES_NAMES | null} series The series below the loss.
 */

/**
 * @param {HTMLCanvasElement} canvas Of the plot.
 * @param {HTMLElement} tip Of the tooltip.
 * @param {ShownPlot} shown The caller changes it before calling `draw`.
 * @param {(range: [number, number] | null) => void} zoomed Called with the first and the last
 *   position in view whenever they change, or with null for the whole run.
 */
function lossPlot(canvas, tip, shown, zoomed) {
  let zoom = null; // [first, last] position, or null for the whole runs
  let cursor = null; // {position, i}; i is the index of the watched run's point there, or null
  let drag = null; // [from, to] in CSS pixels
  let frame = 0;
  let base = null; // a canvas with everything but cursor and drag
  let baseDue = true; // `base` has to be drawn again
  let scales = null; // null if there is nothing to draw
  const tell = plotTip(canvas, tip);

  // ---- drawing ----

  const end = () => Math.max(1e-9, ...shown.runs.map((run) => axisEnd(run, shown.by)));

  // The first and the last position in view.
  function range() {
    const starts = shown.runs.map((run) => run[shown.by][0] ?? Infinity);
    const smallest = shown.logX ? Math.min(end() / 10, ...starts) : 0;
    return zoom ? [Math.max(zoom[0], smallest), zoom[1]] : [smallest, end()];
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
    if (!width || !height) return; // hidden; it is drawn at the resize when it becomes visible
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
      scales = makeScales(shown, range(), width, height);
      if (scales) {
        const context = base.getContext("2d");
        context.scale(ratio, ratio);
        context.font = `12px ${style.fontFamily}`;
        context.lineJoin = "round";
        paintBase({ context, colour, scales });
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
      context.fillRect(drag[0], scales.top, drag[1] - drag[0], scales.foot - scales.top);
    }
    tell(cursor === null || drag ? null : paintCursor(context, colour));
  }

  function paintBase(pen) {
    const { context, scales } = pen;
    const { runs, picked, series } = shown;
    const { left, right, top, bottom } = scales;
    drawAxes(pen);
    context.save();
    context.beginPath();
    context.rect(left - 7, top - 8, right - left + 14, bottom - top + 16);
    context.clip();
    drawFloor(pen, runs[0].floor);
    drawDots(pen, runs[0]);
    for (const run of [...runs].reverse()) {
      drawMean(pen, run);
      drawRings(pen, run, picked);
    }
    drawPicked(pen, runs[0], picked);
    context.restore();
    drawLabels(pen, runs);
    if (series) drawStrip(pen, runs, SERIES_NAMES[series]());
  }

  // Draws the cursor; returns the tooltip's position and lines.
  function paintCursor(context, colour) {
    const { top, foot, x, y, by, strip } = scales;
    const { runs, unit } = shown;
    const { position, i } = cursor;
    if (!seenAt(position)) return null;
    const say = (nats) => inUnit(nats, unit).toFixed(3);
    const at = x(position);
    const [run] = runs;
    context.strokeStyle = colour("dim");
    context.lineWidth = 1;
    drawLine(context, at, top, at, foot);
    const lines = [placeInWords[by](position)];
    if (i !== null && i < run.step.length) {
      if (Number.isFinite(run.loss[i])) {
        context.fillStyle = colour("accent");
        context.beginPath();
        context.arc(at, y(run.loss[i]), 3.5, 0, 7);
        context.fill();
      }
      if (by !== "step") lines.push(placeInWords.step(run.step[i]));
      lines.push(
        Number.isFinite(run.loss[i])
          ? phrase("train.plot.loss_at", { loss: say(run.loss[i]) })
          : phrase("train.plot.not_finite"),
      );
      lines.push(
        phrase("train.plot.mean_at", { n: meanWindow(run.step[i]), loss: say(run.mean[i]) }),
      );
      const beside = strip?.lines[0][i];
      if (Number.isFinite(beside)) {
        lines.push(SERIES_AT[shown.series](seriesNumber(beside)));
      }
    }
    for (const v of run.validations) {
      if (Math.abs(x(v[by]) - at) >= 6) continue;
      const values = { n: v.step, loss: say(v.nats) };
      lines.push(
        v.whole
          ? phrase("train.plot.whole_at", values)
          : phrase("train.plot.validation_at", values),
      );
    }
    for (const other of runs.slice(1)) {
      const near = nearestPoint(other, position, scales);
      if (near !== null) lines.push(withLabel(other.label, say(other.mean[near])));
    }
    return { at, lines };
  }

  // ---- pointer and keys ----

  const seenAt = (position) => position >= scales.x0 && position <= scales.x1;

  function pointAt(position) {
    const i = shown.runs.length ? nearestPoint(shown.runs[0], position, scales) : null;
    cursor = { position: i === null ? position : shown.runs[0][scales.by][i], i };
  }

  function setZoom(limits) {
    if (limits !== null) {
      const seen = (run) => firstAt(run[shown.by], limits[1]) - firstAt(run[shown.by], limits[0]);
      if (!shown.runs.some((run) => seen(run) >= 2)) return; // no further than two points
    }
    zoom = limits && [Math.max(0, limits[0]), limits[1]];
    zoomed(zoom);
    draw();
  }

  function zoomBy(factor) {
    const [x0, x1] = range();
    const pointed = cursor && cursor.position >= x0 && cursor.position <= x1;
    const middle = pointed ? cursor.position : (x0 + x1) / 2;
    const [from, to] = [middle - (middle - x0) * factor, middle + (x1 - middle) * factor];
    setZoom(from <= 0 && to >= end() ? null : [from, Math.min(to, end())]);
  }

  function toValidation(forward) {
    // Not from `scales`, which are out of date until the last zoom is drawn.
    const { by } = shown;
    const [x0, x1] = range();
    const seen = ringsInView(shown.runs[0], { by, x0, x1 });
    const inView = cursor && cursor.position >= x0 && cursor.position <= x1;
    const pointed = inView ? cursor.position : null;
    const next = forward
      ? seen.find((v) => v[by] > (pointed ?? -1))
      : seen.findLast((v) => v[by] < (pointed ?? Infinity));
    if (next) {
      const i = firstAt(shown.runs[0].step, next.step + 1) - 1;
      cursor = { position: next[by], i: i < 0 ? null : i };
    }
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
    pointAt(scales.placeAt(at));
    redraw();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!drag || !scales) return;
    const [from, to] = [Math.min(...drag), Math.max(...drag)];
    drag = null;
    pointAt(scales.placeAt(within(event.offsetX)));
    if (to - from > 6) setZoom([scales.placeAt(from), scales.placeAt(to)]);
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
  // The class changes between light and dark; `paint` reads the colours each time.
  new MutationObserver(draw).observe(document.body, { attributeFilter: ["class"] });

  return {
    draw,
    setZoom,
    forget() {
      cursor = null;
      drag = null;
    },
    // Changes the unit of the x axis; the same part of the training stays in view.
    setBy(by) {
      const [run] = shown.runs;
      const moved = zoom && run && zoom.map((position) => converted(run, position, shown.by, by));
      shown.by = by;
      cursor = null;
      setZoom(moved && moved[0] !== null ? moved : null);
    },
  };
}
