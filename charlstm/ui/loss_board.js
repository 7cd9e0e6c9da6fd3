// Progress, loss plot and samples of one run. Value: {run, state} or null.
//
// The browser asks `server.look([run, offset])` about once a second for what is new, only while
// this page and this tab are in view and the run is alive, and keeps everything itself. What comes
// back is described at `answer` in train_tab.py. Losses arrive in nats per character. Names and
// texts come from people and models: they enter the page as text.

const ASK_EVERY = 1000; // ms
const ASK_AT_LEAST_EVERY = 15000; // ms, while the server does not answer or the run may come back
const PACE_SECONDS = 10;
const ALIVE = ["starting", "running"];

const part = (name) => element.querySelector(`[data-part="${name}"]`);
const canvas = element.querySelector("canvas");
const samples = part("samples");
const slider = part("slider");

// What is known of the run.
let run = null;
let state = ""; // as last heard, "unknown" when the server knows no such run
let shownState = ""; // what the buttons beside this component stand for
let status = { step: 0, total: null, elapsed: 0, left: null, message: "" };
let offset = 0;
let fresh = true; // nothing of it has arrived yet
let pace = []; // [characters, seconds]
let thinned = 1; // steps a dot
let picked = null; // index of the validation that the slider is at, or null: the newest
let trouble = "";
const data = { step: [], loss: [], mean: [], validations: [], floor: null, end: 50, unit: "bits" };

const plot = lossPlot(canvas, part("tip"), data, (zoom) => {
  part("whole").hidden = zoom === null;
  part("drag-hint").hidden = zoom !== null;
});

const ended = () => state !== "" && !ALIVE.includes(state);
// An interrupted run may be taken up again, from elsewhere too.
const settled = () => ended() && state !== "interrupted";
const unitName = () => `${data.unit} per character`;
const inWords = (nats, digits = 2) => inUnit(nats, data.unit).toFixed(digits);

function clock(seconds) {
  const s = Math.max(0, Math.round(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

// ---- asking ----

let timer = 0;
let asking = false;
let wait = ASK_EVERY;
let view = 0; // answers to a question of an older view are dropped

function ask() {
  const inView =
    element.isConnected && document.visibilityState === "visible" && element.offsetWidth > 0;
  if (run === null || asking || timer || settled() || !inView) return;
  asking = true;
  const asked = view;
  server
    .look([run, offset])
    .then(
      (news) => {
        if (asked !== view) return;
        trouble = "";
        take(news);
        wait = ended() ? ASK_AT_LEAST_EVERY : ASK_EVERY;
      },
      () => {
        if (asked !== view) return;
        wait = Math.min(2 * wait, ASK_AT_LEAST_EVERY);
        trouble = "The server does not answer; trying again.";
        tellProgress();
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

function take(news) {
  if (news.error) {
    state = "unknown";
    status.message = news.error;
    return tell();
  }
  const first = fresh;
  fresh = false;
  offset = news.offset;
  if ("floor" in news) data.floor = news.floor;
  const [newState, step, total, elapsed, left, message] = news.status;
  const turned = newState !== state;
  state = newState;
  status = { step, total, elapsed, left, message };
  if (news.steps) addSteps(news.steps, news.means);
  for (const validation of news.validations ?? []) addValidation(validation);
  if (news.pace) {
    // The last seconds, or the last few steps where one takes longer.
    pace = [...pace, ...news.pace].filter(
      ([, at], i, all) => at >= elapsed - PACE_SECONDS || i >= all.length - 4,
    );
  }
  if (news.steps || news.validations || turned) {
    data.end = axisEnd();
    plot.draw();
  }
  if (news.validations || turned) tellValidations();
  tell();
  if (state !== shownState) {
    shownState = state;
    trigger("turn", {});
  }
  if (!first && (news.validations || (turned && ended()))) trigger("news", {});
}

// While a run grows, the axis grows in rare leaps, so that the curve stands still between them.
function axisEnd() {
  const seen = Math.max(data.step.at(-1) ?? 0, data.validations.at(-1)?.step ?? 0, 1);
  if (ended()) return seen;
  let end = 50;
  while (end < seen) end *= 2;
  return Math.min(end, Math.max(status.total ?? end, seen));
}

function addSteps(stretches, means) {
  if (means) thinned = stretches[0][1];
  let at = 0;
  for (const [start, stride, ...losses] of stretches) {
    // A run that was resumed goes on from its last save: what it had done after that is cut.
    const keep = firstAt(data.step, start);
    for (const list of [data.step, data.loss, data.mean]) list.length = keep;
    losses.forEach((value, i) => {
      const step = start + i * stride;
      data.step.push(step);
      data.loss.push(value ?? NaN);
      data.mean.push(means ? (means[at] ?? NaN) : lastMean(meanWindow(step)));
      at += 1;
    });
  }
}

function lastMean(count) {
  const known = data.loss.slice(-count).filter(Number.isFinite);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function addValidation([step, nats, sample, scored]) {
  // The score of the whole text may follow one of a part of it, at the same step.
  data.validations = data.validations.filter(
    (v) => v.step < step || (v.step === step && v.scored !== scored),
  );
  data.validations.push({ step, nats: nats ?? NaN, sample, scored });
}

// ---- saying ----

// Only what changes is written: a live region must not speak twice.
function say(place, sentence) {
  if (place.textContent !== sentence) place.textContent = sentence;
}

function tell() {
  tellProgress();
  tellOutcome();
  say(
    part("empty"),
    data.step.length || data.validations.length
      ? ""
      : run === null
        ? "Press Start, and the loss appears here step by step."
        : ended()
          ? "No step was taken."
          : "The first steps are on their way.",
  );
  pickSample();
}

function tellProgress() {
  const { step, total, elapsed, left } = status;
  const said = [];
  if (trouble) {
    said.push(trouble);
  } else if (state === "starting") {
    said.push("Starting: it reads the text and builds the model.");
  } else if (state === "running") {
    said.push(`step ${wholeNumber.format(step)}${total ? ` of ${wholeNumber.format(total)}` : ""}`);
    const [[c0, s0], [c1, s1]] = [pace[0] ?? [0, 0], pace.at(-1) ?? [0, 0]];
    if (s1 > s0) {
      const speed = Number(((c1 - c0) / (s1 - s0)).toPrecision(3));
      said.push(`${wholeNumber.format(speed)} characters a second`);
    }
    said.push(`${clock(elapsed)} elapsed`);
    if (total && step >= total) said.push("scoring the whole validation text");
    else if (left !== null) said.push(`${clock(left)} left`);
    const best = bestValidation();
    if (best) said.push(`best validation ${inWords(best.nats)} ${unitName()}`);
  }
  const row = part("progress");
  while (row.children.length > said.length) row.lastChild.remove();
  said.forEach((sentence, i) => {
    say(row.children[i] ?? row.appendChild(document.createElement("span")), sentence);
  });
}

// The score of the whole text is not one of the scores, all of the same part of it, among which a
// best can be named.
function bestValidation() {
  const comparable = data.validations.filter((v) => !v.whole);
  return comparable.reduce((best, v) => (best === null || v.nats < best.nats ? v : best), null);
}

function tellOutcome() {
  const { step, elapsed, message } = status;
  const steps = wholeNumber.format(step);
  const last = data.validations.at(-1);
  const bits = last && (last.nats / Math.LN2).toFixed(2);
  const score = last && `${bits} bits per character (${last.nats.toFixed(3)} nats)`;
  const outcomes = {
    finished: () =>
      `Finished in ${clock(elapsed)}: ${score} on the whole validation text after ${steps} steps.`,
    stopped: () =>
      last
        ? `Stopped at step ${steps}; validation at step ${wholeNumber.format(last.step)}: ${score}.`
        : `Stopped at step ${steps}, before it was scored.`,
    interrupted: () => `Interrupted at step ${steps}. ${message}`,
    failed: () => `Failed. ${message}`,
    unknown: () => message,
  };
  say(part("outcome"), outcomes[state]?.() ?? "");
  part("outcome").classList.toggle("bad", ["failed", "unknown"].includes(state));
  say(
    part("choose"),
    ["finished", "stopped"].includes(state)
      ? `To write with it, choose ${run} at the top of the page.`
      : "",
  );
}

function tellValidations() {
  const { validations } = data;
  for (const v of validations) v.whole = state === "finished" && v === validations.at(-1);
  const dots = thinned > 1 ? `dots: 1 of ${thinned} steps` : "dots: each step";
  say(part("legend"), `${dots}, line: mean of 50, rings: validation`);
  say(part("title"), `Loss, ${unitName()}`);
  say(part("caption"), `Validations in ${unitName()}`);
  part("rows").replaceChildren(
    ...validations.map((v) => {
      const mean = data.mean[firstAt(data.step, v.step + 1) - 1];
      const row = document.createElement("tr");
      for (const text of [
        wholeNumber.format(v.step),
        mean === undefined ? "" : inWords(mean, 3),
        `${inWords(v.nats, 3)}${v.whole ? " on the whole text" : ""}`,
      ]) {
        row.appendChild(document.createElement("td")).textContent = text;
      }
      return row;
    }),
  );
  const said = [`Loss over ${wholeNumber.format(status.step)} steps, in ${unitName()}`];
  const [last, best] = [validations.at(-1), bestValidation()];
  if (data.mean.length) said.push(`training ${inWords(data.mean.at(-1))}`);
  if (last) said.push(`validation ${inWords(last.nats)}${last.whole ? " on the whole text" : ""}`);
  if (best) said.push(`best ${inWords(best.nats)} at step ${wholeNumber.format(best.step)}`);
  if (data.floor !== null) said.push(`no model can beat ${inWords(data.floor)}`);
  canvas.setAttribute(
    "aria-label",
    run === null
      ? "Loss plot. No run yet."
      : `${said[0]}: ${said.slice(1).join(", ") || "none yet"}.`,
  );
  tellSamples();
}

function tellSamples() {
  while (samples.children.length > data.validations.length) samples.lastChild.remove();
  data.validations.forEach((v, i) => {
    let item = samples.children[i];
    if (!item) {
      item = samples.appendChild(document.createElement("li"));
      item.append(document.createElement("span"), document.createElement("pre"));
    }
    say(item.firstChild, `step ${wholeNumber.format(v.step)}`);
    say(item.lastChild, v.sample);
  });
  part("no-samples").hidden = data.validations.length > 0;
  part("slider-row").hidden = data.validations.length < 2;
  slider.max = Math.max(0, data.validations.length - 1);
  pickSample();
}

function pickSample() {
  const at = picked ?? data.validations.length - 1;
  data.picked = data.validations[picked];
  slider.value = at;
  [...samples.children].forEach((item, i) => item.classList.toggle("picked", i === at));
  const item = samples.children[at];
  if (!item) return;
  slider.setAttribute("aria-valuetext", item.firstChild.textContent);
  // Only the list scrolls, never the page.
  const top = item.offsetTop - samples.firstChild.offsetTop;
  samples.scrollTop = picked === null ? samples.scrollHeight : top;
}

// ---- touching ----

function toggle(name, act) {
  const button = part(name);
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    act(on);
  });
}

toggle("nats", (on) => {
  data.unit = on ? "nats" : "bits";
  tellProgress();
  tellValidations();
  plot.draw();
});
toggle("log-y", plot.setLogY);
toggle("log-x", plot.setLogX);
part("whole").addEventListener("click", () => {
  plot.setZoom(null);
  canvas.focus({ preventScroll: true });
});
slider.addEventListener("input", () => {
  const at = Number(slider.value);
  picked = at === data.validations.length - 1 ? null : at;
  pickSample();
  plot.draw();
});

// ---- living ----

function begin() {
  const { value } = props;
  const same = (value?.run ?? null) === run;
  shownState = value?.state ?? "";
  // A run that was resumed has cut its history: it is read from its beginning.
  if (same && !(ended() && ALIVE.includes(shownState))) return;
  clearTimeout(timer);
  timer = 0;
  view += 1;
  wait = ASK_EVERY;
  run = value?.run ?? null;
  state = "";
  status = { step: 0, total: null, elapsed: 0, left: null, message: "" };
  offset = 0;
  fresh = true;
  pace = [];
  thinned = 1;
  picked = null;
  trouble = "";
  Object.assign(data, { step: [], loss: [], mean: [], validations: [], floor: null, end: 50 });
  plot.forget();
  if (!same) plot.setZoom(null);
  if (run !== null) window.charlstmLink?.set({ run });
  tell();
  tellValidations();
  ask();
}

watch("value", begin);
new ResizeObserver(() => {
  plot.draw();
  pickSample();
  ask();
}).observe(element);
document.addEventListener("visibilitychange", ask);
tell();
tellValidations();
begin();
trigger("arrive", { run: new URLSearchParams(location.search).get("run") });
