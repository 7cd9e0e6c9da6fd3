// One card a column: its temperature, to be turned, and its text.
const MOST_TEMPERATURE = 5;
const TEMPERATURE_STEP = 0.05;

//   place                 of the column, from 1
//   turned(temperature)   hears of a temperature that a person has set
function textCard(list, place, turned) {
  const { temperaturePlace, temperatureAt, temperatureColour } = charlstmColours;
  const root = make("section", "card", list);
  const head = make("div", "text-head", root);
  const label = make("label", "", make("h2", "temperature", head), "T ");
  const number = make("input", "", label);
  Object.assign(number, {
    type: "number", min: 0, max: MOST_TEMPERATURE, step: TEMPERATURE_STEP, required: true,
  });
  number.setAttribute("aria-label", `Temperature of column ${place}`);
  const mean = make("span", "text-mean dim", head);
  // The ruler is for a pointer; from the keyboard the number does the same.
  const ruler = make("input", "ruler", root);
  Object.assign(ruler, {
    type: "range", min: 0, max: temperaturePlace(MOST_TEMPERATURE), step: 0.001, tabIndex: -1,
  });
  ruler.setAttribute("aria-hidden", "true");
  ruler.setAttribute("aria-label", `Ruler of column ${place}`);
  const pre = make("pre", "", root);
  const given = make("span", "given", pre).appendChild(document.createTextNode(""));
  const written = make("span", "written", pre).appendChild(document.createTextNode(""));
  let shown = null; // the temperature that is set

  function colour(temperature) {
    root.style.setProperty("--t", temperatureColour(temperature));
  }

  function set(temperature) {
    if (temperature === shown) return;
    shown = temperature;
    number.value = temperatureName(temperature);
    ruler.value = String(temperaturePlace(temperature));
    root.setAttribute("aria-label", `Temperature ${temperatureName(temperature)}`);
    colour(temperature);
  }

  number.addEventListener("change", () => {
    const { valueMissing, badInput, rangeOverflow, rangeUnderflow } = number.validity;
    if (valueMissing || badInput || rangeOverflow || rangeUnderflow) return number.reportValidity();
    turned(Number(number.value));
  });
  const onRuler = () => {
    const steps = Math.round(temperatureAt(Number(ruler.value)) / TEMPERATURE_STEP);
    return Math.min(Number((steps * TEMPERATURE_STEP).toFixed(2)), MOST_TEMPERATURE);
  };
  ruler.addEventListener("input", () => {
    number.value = temperatureName(onRuler());
    colour(onRuler());
  });
  ruler.addEventListener("change", () => turned(onRuler()));

  return { root, pre, mean, given, written, set };
}

// While a model writes, texts only grow: appending keeps a selection and costs no layout of the old.
// Gives whether it was another text before.
function setText(node, text) {
  if (text === node.data) return false;
  if (text.startsWith(node.data)) {
    node.appendData(text.slice(node.length));
    return false;
  }
  node.data = text;
  return true;
}
