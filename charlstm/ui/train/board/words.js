// Everything on the board that is in words: the lines of progress and outcome, and the tables and
// the label that replace the plot for screen readers. Names and texts come from people and models,
// so they enter the page as text.

// Writes a sentence only if it has changed, since a live region would announce it again.
function say(element, sentence) {
  if (element.textContent !== sentence) element.textContent = sentence;
}

const lossInWords = (nats, unit, digits = 2) => inUnit(nats, unit).toFixed(digits);

function stoppedAt({ shipped, status }) {
  const step = wholeNumber.format(status.step);
  if (shipped) return `Shipped, trained to step ${step}`;
  if (status.step < (status.total ?? Infinity)) return `Stopped at step ${step}`;
  return `All ${step} steps are done; the score of the whole validation text was skipped`;
}

function fillRows(body, rows) {
  body.replaceChildren();
  for (const texts of rows) {
    const row = make("tr", "", body);
    for (const text of texts) make("td", "", row, text);
  }
}

const meanAt = (run, step) => run.mean[firstAt(run.step, step + 1) - 1];

// Functions that write the sentences into the parts of the board.
/** @param {(name: string) => any} part */
function boardWords(part) {
  /**
   * @param {ShownRun | null} run
   * @param {Unit} unit
   */
  function sayProgress(run, unit) {
    const { step, total, elapsed, left } = run?.status ?? {};
    const parts = [];
    if (run?.trouble) {
      parts.push(run.trouble);
    } else if (run?.state === "waiting") {
      parts.push(run.status.message);
    } else if (run?.state === "starting") {
      parts.push("Starting: it reads the text and builds the model.");
    } else if (run?.state === "running") {
      const of = total ? ` of ${wholeNumber.format(total)}` : "";
      parts.push(`step ${wholeNumber.format(step)}${of}`);
      const speed = Number(run.speed().toPrecision(3));
      if (Number.isFinite(speed)) parts.push(`${wholeNumber.format(speed)} characters a second`);
      parts.push(`${clock(elapsed)} elapsed`);
      if (left !== null) parts.push(`${clock(left)} left`);
      const best = bestValidation(run);
      if (best) {
        parts.push(`best validation ${lossInWords(best.nats, unit)} ${unit} per character`);
      }
      if (run.status.note) parts.push(run.status.note);
    } else if (run?.state === "scoring") {
      parts.push(
        `${wholeNumber.format(step)} steps are done`,
        `scoring the whole validation text: ${Math.floor(100 * run.status.scored)} %`,
      );
    }
    const row = part("progress");
    while (row.children.length > parts.length) row.lastChild.remove();
    parts.forEach((sentence, i) => {
      say(row.children[i] ?? make("span", "", row), sentence);
    });
  }

  /** @param {ShownRun | null} run */
  function sayOutcome(run) {
    const { step, elapsed, message, note } = run?.status ?? {};
    const last = run?.validations.at(-1);
    const bits = last && lossInWords(last.nats, "bits");
    const score = last && `${bits} bits per character (${last.nats.toFixed(3)} nats)`;
    const outcomes = {
      finished: () =>
        `${run.shipped ? "Shipped, trained" : "Finished"} in ${clock(elapsed)}: ${score} on the ` +
        `whole validation text after ${wholeNumber.format(step)} steps.`,
      stopped: () =>
        stoppedAt(run) +
        (last
          ? `; validation at step ${wholeNumber.format(last.step)}: ${score}.`
          : ", before it was scored."),
      interrupted: () => `Interrupted at step ${wholeNumber.format(step)}. ${message}`,
      failed: () => `Failed. ${message}`,
      unknown: () => message,
    };
    const row = part("outcome");
    say(row, [outcomes[run?.state]?.(), note].filter(Boolean).join(" "));
    row.classList.toggle("bad", ["failed", "unknown"].includes(run?.state));
    const writes = ["finished", "stopped"].includes(run?.state);
    say(part("choose"), writes ? `To write with it, choose ${run.name} at the top of the page.` : "");
  }

  /** @param {ShownRun | null} run */
  function sayEmpty(run) {
    const sentence = !run
      ? "Press Start, and the loss appears here step by step."
      : run.step.length || run.validations.length
        ? ""
        : run.ended()
          ? "No step was taken."
          : run.state === "waiting"
            ? "It has not begun."
            : "The first steps are on their way.";
    say(part("empty"), sentence);
  }

  // Writes title, legend, tables and label; `runs` are those in the plot.
  /**
   * @param {ShownRun | null} run
   * @param {ShownRun[]} runs
   * @param {Unit} unit
   */
  function sayPlot(run, runs, unit) {
    const words = (nats, digits) => (nats === undefined ? "" : lossInWords(nats, unit, digits));
    const onWhole = (v) => (v.whole ? " on the whole text" : "");
    const of = runs.length > 1 ? ` of ${run.label}` : "";
    const more = run?.shipped ? ", more at first" : "";
    const dots = run?.thinned > 1 ? `dots: 1 of ${run.thinned} steps${more}` : "dots: each step";
    say(part("legend"), `${dots}${of}, line: mean of 50, rings: validation`);
    say(part("title"), `Loss, ${unit} per character`);
    say(part("caption"), `Validations in ${unit} per character`);
    say(part("compared-caption"), `Compared runs, in ${unit} per character`);
    const validations = run?.validations ?? [];
    fillRows(
      part("rows"),
      validations.map((v) => [
        wholeNumber.format(v.step),
        words(meanAt(run, v.step), 3),
        words(v.nats, 3) + onWhole(v),
      ]),
    );
    part("compared").hidden = runs.length < 2;
    fillRows(
      part("compared-rows"),
      (runs.length > 1 ? runs : []).map((one) => {
        const last = one.validations.at(-1);
        const steps = wholeNumber.format(one.step.at(-1) ?? 0);
        const score = last ? words(last.nats, 3) + onWhole(last) : "";
        return [one.label, steps, words(one.mean.at(-1), 3), score];
      }),
    );
    const facts = [];
    const [last, best] = [validations.at(-1), run && bestValidation(run)];
    if (run?.mean.length) facts.push(`training ${words(run.mean.at(-1))}`);
    if (last) facts.push(`validation ${words(last.nats)}${onWhole(last)}`);
    if (best) facts.push(`best ${words(best.nats)} at step ${wholeNumber.format(best.step)}`);
    if (run && run.floor !== null) facts.push(`no model can beat ${words(run.floor)}`);
    if (runs.length > 1) facts.push(`compared with ${runs.slice(1).map((r) => r.label).join(", ")}`);
    const steps = run && wholeNumber.format(run.status.step);
    part("canvas").setAttribute(
      "aria-label",
      run
        ? `Loss over ${steps} steps, in ${unit} per character: ${facts.join(", ") || "none yet"}.`
        : "Loss plot. No run yet.",
    );
  }

  return { sayProgress, sayOutcome, sayEmpty, sayPlot };
}
