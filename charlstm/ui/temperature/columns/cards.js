// The card of one column: its temperature, which can be changed, and its text.
const MOST_TEMPERATURE = 5;
const TEMPERATURE_STEP = 0.05;

const KEYS_REST = 400; // ms without a further step by the arrow keys until a temperature is set

//   number                 the column's number, from 1
//   moves(temperature)     called at each temperature that a person moves across
//   turned(temperature)    called when a person has set a temperature
function textCard(list, number, { moves, turned }) {
  const { temperaturePlace, temperatureAt, temperatureColour } = charlstmColours;
  const root = make("section", "card", list);
  const head = make("div", "text-head", root);
  const label = make("label", "", make("h2", "temperature explained term-temperature", head), "T ");
  const box = make("input", "", label);
  Object.assign(box, {
    type: "number", min: 0, max: MOST_TEMPERATURE, step: TEMPERATURE_STEP, required: true,
  });
  box.setAttribute("aria-label", phrase("temperature.columns.box", { number }));
  const held = make("span", "text-held dim", head);
  const mean = make("span", "text-mean dim", head);
  const refused = make("p", "text-refused", root);
  refused.setAttribute("role", "status");
  // The ruler is for pointers only; keyboard users have the number box.
  const ruler = make("input", "ruler", root);
  Object.assign(ruler, {
    type: "range", min: 0, max: temperaturePlace(MOST_TEMPERATURE), step: 0.001, tabIndex: -1,
  });
  ruler.setAttribute("aria-hidden", "true");
  ruler.setAttribute("aria-label", phrase("temperature.columns.ruler", { number }));
  const pre = make("pre", "", root);
  const given = make("span", "given", pre).appendChild(document.createTextNode(""));
  const written = make("span", "written", pre).appendChild(document.createTextNode(""));
  let current = null; // the temperature on the card
  let byKeys = false;
  let rest = 0;

  function colour(temperature) {
    root.style.setProperty("--t", temperatureColour(temperature));
  }

  function set(temperature) {
    if (temperature === current) return;
    clearTimeout(rest);
    current = temperature;
    refused.textContent = "";
    box.value = temperatureName(temperature);
    ruler.value = String(temperaturePlace(temperature));
    const name = temperatureName(temperature);
    root.setAttribute("aria-label", phrase("temperature.columns.card", { temperature: name }));
    colour(temperature);
  }

  function turns(temperature, pause) {
    clearTimeout(rest);
    rest = setTimeout(() => turned(temperature), pause);
  }

  const refuses = () => {
    const { valueMissing, badInput, rangeOverflow, rangeUnderflow } = box.validity;
    return valueMissing || badInput || rangeOverflow || rangeUnderflow;
  };
  box.addEventListener("keydown", ({ key }) => {
    byKeys = ["ArrowUp", "ArrowDown"].includes(key);
  });
  box.addEventListener("input", () => {
    if (refuses()) return;
    colour(Number(box.value));
    moves(Number(box.value));
  });
  box.addEventListener("change", () => {
    const range = { most: MOST_TEMPERATURE, stays: temperatureName(current) };
    refused.textContent = refuses() ? phrase("temperature.columns.refused", range) : "";
    if (!refuses()) return turns(Number(box.value), byKeys ? KEYS_REST : 0);
    box.value = temperatureName(current);
    colour(current);
    moves(current);
  });
  const onRuler = () => {
    const steps = Math.round(temperatureAt(Number(ruler.value)) / TEMPERATURE_STEP);
    return Math.min(Number((steps * TEMPERATURE_STEP).toFixed(2)), MOST_TEMPERATURE);
  };
  ruler.addEventListener("input", () => {
    box.value = temperatureName(onRuler());
    colour(onRuler());
    moves(onRuler());
  });
  ruler.addEventListener("change", () => {
    refused.textContent = "";
    turns(onRuler(), 0);
  });

  return { root, head, pre, held, mean, given, written, set, at: () => Number(box.value) };
}

// Sets a text node's text. While a model writes, texts only grow: appending keeps the selection and
// avoids a new layout of the old text. Returns whether the text was replaced rather than extended.
function setText(node, text) {
  if (text === node.data) return false;
  if (text.startsWith(node.data)) {
    node.appendData(text.slice(node.length));
    return false;
  }
  node.data = text;
  return true;
}
