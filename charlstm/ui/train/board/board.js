// The board: progress, loss plot and samples of the watched run, with other runs drawn over it. It
// connects the scripts that board.py loads before it.

/**
 * @typedef {object} Watched
 * @property {string} run The name of the watched run, "" where there is none.
 * @property {string} state The run's state that the buttons beside the board match.
 * @property {number} order
 * @property {boolean} replaces
 */

/**
 * @typedef {object} BoardServer
 * @property {Served<RunQuestion, RunNews>} look
 * @property {Served<RunsQuestion, RunsAnswer>} others
 * @property {Served<ExportQuestion, SavedFile>} export
 */

/** @param {Component<Watched | null, BoardServer>} component */
function mountBoard({ element, props, watch, server, trigger }) {
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  const { sayProgress, sayOutcome, sayEmpty, sayPlot } = boardWords(part);
  const canvas = part("canvas");
  /** @type {ShownPlot} */
  const shown = {
    runs: [], // the watched run first
    picked: undefined,
    unit: "bits",
    by: "step",
    logX: false,
    logY: false,
    series: null,
  };
  /** @type {ShownRun | null} */
  let watched = null;
  /** @type {string | null} */
  let wanted = null; // the name of the watched run, or of the one that was picked
  /** @type {ShownRun[]} */
  let compared = [];
  let shownState = ""; // the state that the buttons beside this component match

  const plot = lossPlot(canvas, part("tip"), shown, (zoom) => {
    part("whole").hidden = zoom === null;
    part("drag-hint").hidden = zoom !== null;
  });
  const closing = closingPanel(part);
  const atSample = (sample) => {
    if (shown.picked === sample) return;
    shown.picked = sample;
    closing.mark(sample?.step);
    plot.draw();
  };
  const samples = samplesPanel(part, atSample, () => !!watched?.ended());
  const compare = comparePanel(part, server, compareWith);
  const exports = exportButtons(part, server, (kind) => ({
    kind,
    runs: shown.runs.map((run) => run.name),
    view: { unit: shown.unit, by: shown.by, log_x: shown.logX, log_y: shown.logY },
  }));

  // The series to request beside the loss; the speed is computed from the points in the browser.
  const requested = () => (shown.series === "speed" ? null : shown.series);

  /**
   * @param {ShownRun} run
   * @param {Heard} news
   */
  function heard(run, { first, points, validations, samples: written, turned }) {
    if (first) closing.show(run.shipped?.closings, shown.picked?.step);
    if (points || validations || turned) plot.draw();
    if (validations || turned) tellPlot();
    else if (written) samples.show(run.samples);
    tell();
    if (run.state !== shownState && run.state !== "") {
      shownState = run.state;
      trigger("turn", { run: run.name });
    }
    if (!first && (validations || (turned && run.ended()))) trigger("news", {});
  }

  /**
   * @param {ShownRun} run
   * @param {Heard} news
   */
  function heardOther(run, { validations, turned, points }) {
    if (run.state === "unknown") return compare.drop(run.name);
    if (points || validations || turned) plot.draw();
    if (validations || turned) tellPlot();
  }

  function tell() {
    sayProgress(watched, shown.unit);
    sayOutcome(watched);
    sayEmpty(watched, !!props.value);
    exports.show(!!watched?.step.length);
  }

  function tellPlot() {
    sayPlot(watched, shown.runs, shown.unit);
    samples.show(watched?.samples ?? []);
  }

  // ---- which runs ----

  function line() {
    shown.runs = watched ? [watched, ...compared] : [];
    if (watched) watched.label = compare.labelOf(watched.name);
    plot.draw();
    tellPlot();
  }

  // Whether another run was asked for, or is displayed, since the question that this answers.
  /** @param {Watched | null} value */
  function isLate(value) {
    if (!value || !watched) return false;
    return value.order !== charlstmOrder.now() || (!value.replaces && value.run !== watched.name);
  }

  function begin() {
    const { value } = props;
    // The list and the buttons have followed the late answer: they are asked for again.
    if (isLate(value)) return trigger("turn", { run: watched.name });
    const name = value?.run || null;
    wanted = name;
    const same = name === (watched?.name ?? null);
    shownState = value?.state ?? "";
    // A resumed run has cut its history, which is therefore read from its beginning.
    if (same && !(watched?.ended() && ALIVE.includes(shownState))) return tell();
    watched?.leave();
    watched = null;
    if (name !== null) {
      watched = Object.assign(followRun(server, element, name, requested(), heard), { colour: "accent", label: name });
      charlstmLink.set({ run: name });
    }
    plot.forget();
    samples.forget();
    closing.show(null);
    exports.forget();
    compare.watch(name);
    line();
    if (!same) plot.setZoom(null);
    tell();
    watched?.ask();
  }

  function compareWith(chosen) {
    for (const run of compared) {
      if (!chosen.some(({ name }) => name === run.name)) run.leave();
    }
    compared = chosen.map(
      ({ name, label, colour }) =>
        compared.find((run) => run.name === name) ??
        Object.assign(followRun(server, element, name, requested(), heardOther), { label, colour }),
    );
    line();
    for (const run of compared) run.ask();
  }

  // ---- controls ----

  function toggle(name, act) {
    const button = part(name);
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      act(on);
      plot.draw();
    });
  }

  toggle("nats", (on) => {
    shown.unit = on ? "nats" : "bits";
    tell();
    tellPlot();
  });
  toggle("log-y", (on) => (shown.logY = on));
  toggle("log-x", (on) => (shown.logX = on));
  part("by").addEventListener("change", ({ target }) => {
    plot.setBy(target.value);
    const names = {
      step: phrase("train.plot.log_steps"),
      characters: phrase("train.plot.log_characters"),
      seconds: phrase("train.plot.log_time"),
    };
    say(part("log-x"), names[target.value]);
  });
  part("series").addEventListener("change", ({ target }) => {
    shown.series = target.value || null;
    part("area").classList.toggle("with-strip", shown.series !== null);
    for (const run of shown.runs) run.want(requested());
    plot.draw();
  });
  part("use").addEventListener("click", () => trigger("use", { run: watched?.name ?? null }));
  part("whole").addEventListener("click", () => {
    plot.setZoom(null);
    canvas.focus({ preventScroll: true });
  });

  // ---- start, and when to request news ----

  function ask() {
    for (const run of shown.runs) run.ask();
  }

  watch("value", begin);
  charlstmOrder.whenPicked((run) => {
    if (run === wanted) return; // Gradio's list says so twice, and when it loses the focus
    wanted = run;
    trigger("choose", { run });
  });
  new ResizeObserver(() => {
    plot.draw();
    samples.mark();
    ask();
  }).observe(element);
  document.addEventListener("visibilitychange", ask);
  // A browser may restore a choice from before a reload: set the controls to the plot's defaults.
  part("by").value = shown.by;
  part("series").value = "";
  const link = new URLSearchParams(location.search);
  tell();
  tellPlot();
  begin();
  trigger("arrive", { run: link.get("run") });
  compare.arrive((link.get("compare") ?? "").split(",").filter(Boolean));
}
