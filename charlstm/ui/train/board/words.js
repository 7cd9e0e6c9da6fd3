// Everything on the board that is in words: the lines of progress and outcome, and the tables and
// the label that replace the plot for screen readers. Names and texts come from people and models,
// so they enter the page as text.

// Writes a sentence only if it has changed, since a live region would announce it again.
function say(element, sentence) {
  if (element.textContent !== sentence) element.textContent = sentence;
}

const lossInWords = (nats, unit, digits = 2) => inUnit(nats, unit).toFixed(digits);

const stepsCounted = (n) => phrase("train.counts.steps", { n });

function stoppedAt({ shipped, status }) {
  const n = status.step;
  if (shipped) return phrase("train.outcome.shipped_stopped", { n });
  if (n < (status.total ?? Infinity)) return phrase("train.outcome.stopped", { n });
  return phrase("train.outcome.skipped", { steps: stepsCounted(n) });
}

function fillRows(body, rows) {
  body.replaceChildren();
  for (const texts of rows) {
    const row = make("tr", "", body);
    for (const text of texts) make("td", "", row, text);
  }
}

const meanAt = (run, step) => run.mean[firstAt(run.step, step + 1) - 1];

// What the marks of the plot are; `several` says whether other runs are drawn beside the first.
/**
 * @param {ShownRun | null} run
 * @param {boolean} several
 */
function legendOf(run, several) {
  const values = { n: run?.thinned ?? 1, run: run?.label ?? "" };
  if (values.n <= 1) {
    return several ? phrase("train.plot.legend_of", values) : phrase("train.plot.legend");
  }
  if (run.shipped) {
    return several
      ? phrase("train.plot.legend_shipped_of", values)
      : phrase("train.plot.legend_shipped", values);
  }
  return several
    ? phrase("train.plot.legend_thinned_of", values)
    : phrase("train.plot.legend_thinned", values);
}

/**
 * @param {ShownRun | null} run
 * @param {boolean} inBits
 * @param {string[]} facts
 */
function described(run, inBits, facts) {
  if (!run) return phrase("train.described.no_run");
  const values = {
    steps: stepsCounted(run.status.step),
    facts: besides(facts) || phrase("train.described.no_facts"),
  };
  return inBits ? phrase("train.described.bits", values) : phrase("train.described.nats", values);
}

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
      if (left !== null) parts.push(phrase("train.progress.starts_in", { time: clock(left) }));
    } else if (run?.state === "starting") {
      parts.push(phrase("train.progress.starting"));
    } else if (run?.state === "running") {
      parts.push(
        total
          ? phrase("train.progress.step_of", { n: step, total })
          : phrase("train.progress.step", { n: step }),
      );
      const speed = Number(run.speed().toPrecision(3));
      if (Number.isFinite(speed)) parts.push(phrase("train.progress.pace", { n: speed }));
      parts.push(phrase("train.progress.elapsed", { time: clock(elapsed) }));
      if (left !== null) parts.push(phrase("train.progress.left", { time: clock(left) }));
      const best = bestValidation(run);
      if (best) {
        const loss = lossInWords(best.nats, unit);
        parts.push(
          unit === "bits"
            ? phrase("train.progress.best_bits", { loss })
            : phrase("train.progress.best_nats", { loss }),
        );
      }
      if (run.status.note) parts.push(run.status.note);
    } else if (run?.state === "scoring") {
      parts.push(
        phrase("train.progress.done", { n: step }),
        phrase("train.progress.scoring", { percent: Math.floor(100 * run.status.scored) }),
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
    const score =
      last &&
      phrase("train.outcome.score", {
        bits: lossInWords(last.nats, "bits"),
        nats: last.nats.toFixed(3),
      });
    const outcomes = {
      finished() {
        const values = { time: clock(elapsed), score: score ?? "", steps: stepsCounted(step) };
        return run.shipped
          ? phrase("train.outcome.shipped", values)
          : phrase("train.outcome.finished", values);
      },
      stopped() {
        const what = stoppedAt(run);
        return last
          ? phrase("train.outcome.scored", { what, n: last.step, score })
          : phrase("train.outcome.not_scored", { what });
      },
      interrupted: () => phrase("train.outcome.interrupted", { n: step, message }),
      failed: () => phrase("train.outcome.failed", { message }),
      damaged: () => phrase("train.outcome.damaged", { message }),
      unknown: () => message,
    };
    const row = part("outcome");
    termed(row, joined([outcomes[run?.state]?.(), note]));
    row.classList.toggle("bad", ["failed", "damaged", "unknown"].includes(run?.state));
    part("use").hidden = !run?.saved;
  }

  /**
   * @param {ShownRun | null} run
   * @param {boolean} known Whether the page has said which run there is to show, if any.
   */
  function sayEmpty(run, known) {
    const sentence = !run
      ? !known
        ? phrase("train.empty.looking")
        : phrase("train.empty.start")
      : run.step.length || run.validations.length
        ? ""
        : run.state === "damaged"
          ? ""
          : run.ended()
            ? phrase("train.empty.no_step")
          : run.state === "waiting"
            ? phrase("train.empty.waiting")
            : phrase("train.empty.soon");
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
    const scored = (v, digits) => {
      const loss = words(v.nats, digits);
      return v.whole ? phrase("train.plot.on_whole", { loss }) : loss;
    };
    say(part("legend"), legendOf(run, runs.length > 1));
    const inBits = unit === "bits";
    termed(part("title"), inBits ? phrase("train.plot.title_bits") : phrase("train.plot.title_nats"));
    say(
      part("caption"),
      inBits ? phrase("train.tables.validations_bits") : phrase("train.tables.validations_nats"),
    );
    say(
      part("compared-caption"),
      inBits ? phrase("train.tables.compared_bits") : phrase("train.tables.compared_nats"),
    );
    const validations = run?.validations ?? [];
    fillRows(
      part("rows"),
      validations.map((v) => [
        wholeNumber.format(v.step),
        words(meanAt(run, v.step), 3),
        scored(v, 3),
      ]),
    );
    part("compared").hidden = runs.length < 2;
    fillRows(
      part("compared-rows"),
      (runs.length > 1 ? runs : []).map((one) => {
        const last = one.validations.at(-1);
        const steps = wholeNumber.format(one.step.at(-1) ?? 0);
        const score = last ? scored(last, 3) : "";
        return [one.label, steps, words(one.mean.at(-1), 3), score];
      }),
    );
    const facts = [];
    const [last, best] = [validations.at(-1), run && bestValidation(run)];
    const said = (loss) => ({ loss });
    if (run?.mean.length) facts.push(phrase("train.described.training", said(words(run.mean.at(-1)))));
    if (last) facts.push(phrase("train.described.validation", said(scored(last))));
    if (best) {
      facts.push(phrase("train.described.best", { loss: words(best.nats), n: best.step }));
    }
    if (run && run.floor !== null) facts.push(phrase("train.plot.floor", said(words(run.floor))));
    if (runs.length > 1) {
      const others = enumerated(runs.slice(1).map((r) => r.label));
      facts.push(phrase("train.described.compared", { runs: others }));
    }
    part("canvas").setAttribute("aria-label", described(run, inBits, facts));
  }

  return { sayProgress, sayOutcome, sayEmpty, sayPlot };
}
