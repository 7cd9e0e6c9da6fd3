// One sample that the page's address names, drawn again from its dice. Runs after rows.js.
//
// Value: {phase}, "linked" at first and "closed" once something else is asked. The server answers
//   sample([checkpoint, seed text, temperature, number, horizon, dice])  {seed, watched, text, fate}
// or {error: sentence}. Whether the weights are those of the link is said by the page.

// The address of a sample of an answer (see brackets/probe/answer.js).
function sampleAddress(answer, temperature, number) {
  const query = {
    tab: "brackets",
    checkpoint: answer.checkpoint,
    bracket_seed: answer.seed,
    bracket_dice: answer.dice,
    samples: answer.n,
    horizon: answer.horizon,
    at: temperature,
    sample: number,
    weights: answer.weights,
  };
  answer.temperatures.forEach((t, i) => (query[`bracket_t${i + 1}`] = t.temperature));
  return `${location.pathname}?${new URLSearchParams(query)}`;
}

function mountSample({ element, props, watch, server }) {
  const [card, box] = [element.firstElementChild, element.querySelector("pre")];
  const [about, note] = [element.querySelector("h2 .dim"), element.querySelector(".linked-note")];
  const fateLine = element.querySelector(".fate");
  const query = new URLSearchParams(location.search);

  function close() {
    if (card.hidden) return;
    card.hidden = true;
    window.charlstmLink.set({ at: null, sample: null });
  }

  async function draw() {
    const number = (name) => (query.get(name)?.trim() ? Number(query.get(name)) : null);
    const [at, which] = [number("at"), number("sample")];
    card.hidden = false;
    about.textContent = "drawing it again";
    let found;
    try {
      found = await server.sample([
        query.get("checkpoint"), query.get("bracket_seed"),
        at, which, number("horizon"), number("bracket_dice"),
      ]);
    } catch {
      found = { error: "The server does not answer. Reload the page in a moment." };
    }
    if (found.error) {
      about.textContent = "";
      note.textContent = found.error;
      return;
    }
    about.textContent =
      `number ${which.toLocaleString("en")} at T ${temperatureName(at)}, dice ${query.get("bracket_dice")}`;
    drawContinued(box, found.seed, found.text, found.watched, 60);
    fateLine.textContent = HAPPENED[found.fate](Array.from(found.text).length);
  }

  listen(box);
  card.querySelector("button").addEventListener("click", close);
  watch("value", () => props.value?.phase === "closed" && close());
  if (query.has("sample")) draw();
}
