// One run in the browser: it requests the run's news about once a second, only while this page and
// tab are visible and the run is alive, and keeps all data. Losses are in nats per character.

/**
 * @typedef {object} RunQuestion
 * @property {string} run
 * @property {number} offset Bytes of the history that the browser has read.
 * @property {"learning_rate" | "gradient_norm" | null} series
 *
 * @typedef {object} RunState
 * @property {string} state
 * @property {number} step
 * @property {number | null} total
 * @property {number} elapsed
 * @property {number | null} left
 * @property {string} message
 *
 * @typedef {object} Stretch
 * @property {number} first
 * @property {number} stride
 * @property {(number | null)[]} losses
 *
 * @typedef {object} Points
 * @property {Stretch[]} stretches
 * @property {(number | null)[]} means
 * @property {number[]} seconds
 * @property {(number | null)[]} [series]
 * @property {number} [thinned]
 *
 * @typedef {object} Validation
 * @property {number} step
 * @property {number | null} nats
 * @property {number} scored
 * @property {number} seconds
 *
 * @typedef {object} WrittenSample
 * @property {number} step
 * @property {string} text
 *
 * @typedef {object} Shipped
 * @property {Closings | null} closings
 *
 * @typedef {object} RunStart
 * @property {number | null} floor
 * @property {number} characters
 * @property {Shipped} [shipped]
 *
 * @typedef {object} RunNews
 * @property {number} offset For the next question.
 * @property {RunState} status
 * @property {string} [note]
 * @property {number} [scored] The share of the whole validation text that is scored so far.
 * @property {RunStart} [start] At offset 0.
 * @property {Points} [points]
 * @property {Validation[]} [validations]
 * @property {WrittenSample[]} [samples]
 * @property {boolean} [saved] Whether it has ended with a checkpoint.
 */

/**
 * A followed run, with its label and its colour on the board.
 *
 * @typedef {ReturnType<typeof followRun> & { label: string, colour: string }} ShownRun
 */

/**
 * What has changed with an answer.
 *
 * @typedef {object} Heard
 * @property {boolean} [first]
 * @property {boolean} [points]
 * @property {boolean} [validations]
 * @property {boolean} [samples]
 * @property {boolean} [turned] Whether the run's state has changed.
 */

const ASK_EVERY = 1000; // ms
const ASK_AT_LEAST_EVERY = 15000; // ms, while the server does not answer or a run is interrupted
const POINTS_KEPT = 20000;
const PACE_SECONDS = 10; // over which the written speed is averaged
const PACE_DRAWN = 2; // over which the drawn speed is averaged
const ALIVE = ["waiting", "starting", "running", "scoring"];

// `heard` is called after each answer, and after each failure with `run.trouble` set.
/**
 * @param {BoardServer} server
 * @param {HTMLElement} element Nothing is requested while it is not visible.
 * @param {string} name
 * @param {RunQuestion["series"]} series
 * @param {(run: any, news: Heard) => void} heard `run` is a `ShownRun`.
 */
function followRun(server, element, name, series, heard) {
  const run = {
    name,
    state: "", // of the last answer; "unknown" if the server has no such run
    status: { step: 0, total: null, elapsed: 0, left: null, message: "", note: "", scored: 0 },
    saved: false,
    trouble: "",
    step: [], characters: [], seconds: [], // x values of its points, see train/plot/scales.js
    loss: [], mean: [], extra: [], // `extra`: the requested series
    charactersAStep: 0,
    /** @type {(Validation & { characters?: number, whole?: boolean })[]} */
    validations: [],
    /** @type {WrittenSample[]} */
    samples: [],
    thinned: 1, // steps from one point to the next
    /** @type {number | null} */
    floor: null,
    /** @type {Shipped | null} */
    shipped: null, // only of a run that was shipped with its checkpoint
    ended: () => run.state !== "" && !ALIVE.includes(run.state),
    // The series below the loss, as an array as long as `step`.
    beside: (kind) => (kind === "speed" ? speeds() : run.extra),
    speed: () => speedAt(run.step.length - 1, PACE_SECONDS),
    ask, want, leave,
  };
  const columns = ["step", "characters", "seconds", "loss", "mean", "extra"];
  let offset = 0;
  let due = true; // a request is needed even if the run has ended
  let timer = 0;
  let asking = false;
  let wait = ASK_EVERY;
  let view = 0; // number of the view; answers to requests of an older one are dropped

  // Not for an interrupted run, which may be resumed elsewhere.
  const settled = () => !due && run.ended() && run.state !== "interrupted";

  function ask() {
    const seen =
      element.isConnected && document.visibilityState === "visible" && element.offsetWidth > 0;
    if (asking || timer || settled() || !seen) return;
    asking = true;
    const requested = view;
    server
      .look({ run: name, offset, series })
      .then(
        (news) => {
          if (requested !== view) return;
          run.trouble = "";
          due = false;
          take(news);
          wait = run.ended() ? ASK_AT_LEAST_EVERY : ASK_EVERY;
        },
        () => {
          if (requested !== view) return;
          wait = Math.min(2 * wait, ASK_AT_LEAST_EVERY);
          run.trouble = phrase("train.progress.trouble");
          heard(run, {});
        },
      )
      .finally(() => {
        asking = false;
        if (requested !== view) return ask();
        timer = setTimeout(() => {
          timer = 0;
          ask();
        }, wait);
      });
  }

  function pause() {
    view += 1;
    clearTimeout(timer);
    timer = 0;
  }

  // Requests another series: the history is read from its beginning and replaces all points.
  function want(another) {
    if (series === another) return;
    series = another;
    if (series === null) return;
    pause();
    run.extra = run.step.map(() => NaN);
    offset = 0;
    due = true;
    ask();
  }

  function leave() {
    pause();
    due = false;
    run.state = "left";
  }

  /** @param {RunNews & { error?: string }} news */
  function take(news) {
    if (news.error) {
      run.state = "unknown";
      run.status.message = news.error;
      return heard(run, { turned: true });
    }
    const first = offset === 0;
    offset = news.offset;
    if (news.start) {
      run.floor = news.start.floor;
      run.charactersAStep = news.start.characters;
      run.shipped = news.start.shipped ?? null;
      run.thinned = 1;
    }
    const { state, ...status } = news.status;
    const turned = state !== run.state;
    run.state = state;
    run.saved = !!news.saved;
    run.status = { ...status, note: news.note ?? "", scored: news.scored };
    if (news.points) addPoints(news.points);
    for (const validation of news.validations ?? []) addValidation(validation);
    for (const sample of news.samples ?? []) addSample(sample);
    for (const v of run.validations) {
      v.characters = v.step * run.charactersAStep;
      v.whole = state === "finished" && v === run.validations.at(-1);
    }
    heard(run, {
      first,
      turned,
      points: !!news.points,
      validations: !!news.validations,
      samples: !!news.samples,
    });
  }

  /** @param {Points} points */
  function addPoints({ stretches, means, seconds, series: extra, thinned }) {
    run.thinned = Math.max(run.thinned, thinned ?? 1);
    let at = 0;
    for (const { first, stride, losses } of stretches) {
      // A resumed run goes on from its last save: points of later steps are cut.
      const keep = firstAt(run.step, first);
      for (const list of columns) run[list].length = keep;
      losses.forEach((value, i) => {
        const step = first + i * stride;
        run.step.push(step);
        run.characters.push(step * run.charactersAStep);
        run.seconds.push(seconds[at]);
        run.extra.push(extra?.[at] ?? NaN);
        run.loss.push(value ?? NaN);
        run.mean.push(means[at] ?? NaN);
        at += 1;
      });
    }
    if (run.step.length > POINTS_KEPT) thin();
  }

  // Halves the early points of a run with many steps.
  function thin() {
    run.thinned *= 2;
    const early = run.step.length - POINTS_KEPT / 4;
    for (const list of columns) run[list] = run[list].filter((_, i) => i >= early || i % 2 === 0);
  }

  // At the end of a run, a second sample may be written at the same step.
  /** @param {WrittenSample} added */
  function addSample(added) {
    run.samples = run.samples.filter((sample) => sample.step < added.step);
    run.samples.push(added);
  }

  /** @param {Validation} added */
  function addValidation({ step, nats, scored, seconds }) {
    // The score of the whole text may follow the score of a part of it at the same step.
    run.validations = run.validations.filter(
      (v) => v.step < step || (v.step === step && v.scored !== scored),
    );
    run.validations.push({ step, nats: nats ?? NaN, scored, seconds });
  }

  // Characters a second over the `over` seconds before a point, or over the last 3 points where
  // these take longer; NaN where it is not defined.
  function speedAt(i, over) {
    if (i < 1) return NaN;
    const from = Math.min(firstAt(run.seconds, run.seconds[i] - over), Math.max(0, i - 3));
    const lasted = run.seconds[i] - run.seconds[from];
    return lasted > 0 ? (run.characters[i] - run.characters[from]) / lasted : NaN;
  }

  const speeds = () => run.step.map((_, i) => speedAt(i, PACE_DRAWN));

  return run;
}

// The best of the validations, without that of the whole text: the others all score the same part
// of it and only they are comparable.
function bestValidation(run) {
  const comparable = run.validations.filter((v) => !v.whole);
  return comparable.reduce((best, v) => (best === null || v.nats < best.nats ? v : best), null);
}
