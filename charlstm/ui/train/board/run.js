// One run as the browser knows it: it asks `server.look([name, offset, series])` about once a
// second for what is new, only while this page and this tab are in view and the run is alive, and
// keeps everything. What comes back is described at `answer` in feed.py. Losses are in nats
// per character.

const ASK_EVERY = 1000; // ms
const ASK_AT_LEAST_EVERY = 15000; // ms, while the server does not answer or the run may come back
const POINTS_KEPT = 20000;
const PACE_SECONDS = 10; // over which the speed is told
const PACE_DRAWN = 2; // over which it is drawn
const ALIVE = ["waiting", "starting", "running", "scoring"];

// `heard(run, {first, points, validations, samples, turned})` is called after each answer, and after each
// failure with `run.trouble` set.
function followRun(name, series, heard) {
  const run = {
    name,
    state: "", // as last heard, "unknown" when the server knows no such run
    status: { step: 0, total: null, elapsed: 0, left: null, message: "" },
    trouble: "",
    step: [], characters: [], seconds: [], // where its points are, see train/plot/scales.js
    loss: [], mean: [], extra: [], // `extra`: the series that was asked for
    charactersAStep: 0,
    validations: [], // {step, characters, seconds, nats, scored, whole}
    samples: [], // {step, text}: what it wrote
    thinned: 1, // steps a point
    floor: null,
    shipped: null, // of a run that came with its checkpoint: {trainedOn, closing}
    ended: () => run.state !== "" && !ALIVE.includes(run.state),
    // All that is shown beside the loss, as an array as long as `step`.
    beside: (kind) => (kind === "speed" ? speeds() : run.extra),
    speed: () => speedAt(run.step.length - 1, PACE_SECONDS),
    ask, want, leave,
  };
  const points = ["step", "characters", "seconds", "loss", "mean", "extra"];
  let offset = 0;
  let due = true; // there is something to ask for, even of a run that has ended
  let timer = 0;
  let asking = false;
  let wait = ASK_EVERY;
  let view = 0; // answers to a question of an older view are dropped

  // An interrupted run may be taken up again, from elsewhere too.
  const settled = () => !due && run.ended() && run.state !== "interrupted";

  function ask() {
    const seen =
      element.isConnected && document.visibilityState === "visible" && element.offsetWidth > 0;
    if (asking || timer || settled() || !seen) return;
    asking = true;
    const asked = view;
    server
      .look([name, offset, series])
      .then(
        (news) => {
          if (asked !== view) return;
          run.trouble = "";
          due = false;
          take(news);
          wait = run.ended() ? ASK_AT_LEAST_EVERY : ASK_EVERY;
        },
        () => {
          if (asked !== view) return;
          wait = Math.min(2 * wait, ASK_AT_LEAST_EVERY);
          run.trouble = "The server does not answer; trying again.";
          heard(run, {});
        },
      )
      .finally(() => {
        asking = false;
        if (asked !== view) return ask();
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

  // Another series: the history is read from its beginning, and takes the place of what is here.
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

  function take(news) {
    if (news.error) {
      run.state = "unknown";
      run.status.message = news.error;
      return heard(run, { turned: true });
    }
    const first = offset === 0;
    offset = news.offset;
    if (first) {
      run.floor = news.floor;
      run.charactersAStep = news.characters;
      run.shipped = news.shipped ?? null;
      run.thinned = 1;
    }
    const [state, step, total, elapsed, left, message] = news.status;
    const turned = state !== run.state;
    run.state = state;
    run.status = { step, total, elapsed, left, message, note: news.note ?? "", scored: news.scored };
    if (news.steps) addSteps(news);
    for (const validation of news.validations ?? []) addValidation(validation);
    for (const sample of news.samples ?? []) addSample(sample);
    for (const v of run.validations) {
      v.characters = v.step * run.charactersAStep;
      v.whole = state === "finished" && v === run.validations.at(-1);
    }
    heard(run, {
      first,
      turned,
      points: !!news.steps,
      validations: !!news.validations,
      samples: !!news.samples,
    });
  }

  function addSteps({ steps, means, seconds, series: extra, thinned }) {
    run.thinned = Math.max(run.thinned, thinned ?? 1);
    let at = 0;
    for (const [start, stride, ...losses] of steps) {
      // A run that was resumed goes on from its last save: what it had done after that is cut.
      const keep = firstAt(run.step, start);
      for (const list of points) run[list].length = keep;
      losses.forEach((value, i) => {
        const step = start + i * stride;
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

  // Hours of steps: of the early ones every second is forgotten.
  function thin() {
    run.thinned *= 2;
    const early = run.step.length - POINTS_KEPT / 4;
    for (const list of points) run[list] = run[list].filter((_, i) => i >= early || i % 2 === 0);
  }

  // At the end of a run the same step may be scored, and written at, once more.
  function addSample([step, text]) {
    run.samples = run.samples.filter((sample) => sample.step < step);
    run.samples.push({ step, text });
  }

  function addValidation([step, nats, scored, seconds]) {
    // The score of the whole text may follow one of a part of it, at the same step.
    run.validations = run.validations.filter(
      (v) => v.step < step || (v.step === step && v.scored !== scored),
    );
    run.validations.push({ step, nats: nats ?? NaN, scored, seconds });
  }

  // Characters a second over the seconds before a point, or over a few steps where one takes
  // longer; NaN where that can't be told.
  function speedAt(i, over) {
    if (i < 1) return NaN;
    const from = Math.min(firstAt(run.seconds, run.seconds[i] - over), Math.max(0, i - 3));
    const lasted = run.seconds[i] - run.seconds[from];
    return lasted > 0 ? (run.characters[i] - run.characters[from]) / lasted : NaN;
  }

  const speeds = () => run.step.map((_, i) => speedAt(i, PACE_DRAWN));

  return run;
}

// The score of the whole text is not one of the scores, all of the same part of it, among which a
// best can be named.
function bestValidation(run) {
  const comparable = run.validations.filter((v) => !v.whole);
  return comparable.reduce((best, v) => (best === null || v.nats < best.nats ? v : best), null);
}
