// The card of one column: its temperature, which can be changed, and its text.
const MOST_TEMPERATURE = 5;
const TEMPERATURE_STEP = 0.05;

//   number                the column's number, from 1
//   turned(temperature)   called when a person has set a temperature
function textCard(list, number, turned) {
  const { temperaturePlace, temperatureAt, temperatureColour } = charlstmColours;
  const root = make("section", "card", list);
  const head = make("div", "text-head", root);
  const label = make("label", "", make("h2", "temperature", head), "T ");
  const box = make("input", "", label);
  Object.assign(box, {
    type: "number", min: 0, max: MOST_TEMPERATURE, step: TEMPERATURE_STEP, required: true,
  });
  box.setAttribute("aria-label", `Temperature of column ${number}`);
  const mean = make("span", "text-mean dim", head);
  // The ruler is for pointers only; keyboard users have the number box.
  const ruler = make("input", "ruler", root);
  Object.assign(ruler, {
    type: "range", min: 0, max: temperaturePlace(MOST_TEMPERATURE), step: 0.001, tabIndex: -1,
  });
  ruler.setAttribute("aria-hidden", "true");
  ruler.setAttribute("aria-label", `Ruler of column ${number}`);
  const pre = make("pre", "", root);
  const given = make("span", "given", pre).appendChild(document.createTextNode(""));
  const written = make("span", "written", pre).appendChild(document.createTextNode(""));
  let current = null; // the temperature on the card

  function colour(temperature) {
    root.style.setProperty("--t", temperatureColour(temperature));
  }

  function set(temperature) {
    if (temperature === current) return;
    current = temperature;
    box.value = temperatureName(temperature);
    ruler.value = String(temperaturePlace(temperature));
    root.setAttribute("aria-label", `Temperature ${temperatureName(temperature)}`);
    colour(temperature);
  }

  box.addEventListener("change", () => {
    const { valueMissing, badInput, rangeOverflow, rangeUnderflow } = box.validity;
    if (valueMissing || badInput || rangeOverflow || rangeUnderflow) return box.reportValidity();
    turned(Number(box.value));
  });
  const onRuler = () => {
    const steps = Math.round(temperatureAt(Number(ruler.value)) / TEMPERATURE_STEP);
    return Math.min(Number((steps * TEMPERATURE_STEP).toFixed(2)), MOST_TEMPERATURE);
  };
  ruler.addEventListener("input", () => {
    box.value = temperatureName(onRuler());
    colour(onRuler());
  });
  ruler.addEventListener("change", () => turned(onRuler()));

  return { root, pre, mean, given, written, set };
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
