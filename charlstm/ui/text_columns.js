// Text columns. Value: {seed, length, phase, columns: [{temperature, text}]}, see
// render.text_columns. Texts come from a person and a model: they enter the page as text nodes.
const list = element.querySelector(".text-columns");
const said = element.querySelector(".text-columns-said");
const { temperaturePlace, temperatureColour } = window.charlstmColours;
let cards = [];

function make(tag, className, parent) {
  const made = document.createElement(tag);
  made.className = className;
  parent.append(made);
  return made;
}

function card() {
  const root = make("section", "card", list);
  const heading = make("h2", "temperature", root);
  const dot = make("i", "", make("div", "ruler", root));
  const pre = make("pre", "", root);
  const given = make("span", "given", pre).appendChild(document.createTextNode(""));
  const written = make("span", "written", pre).appendChild(document.createTextNode(""));
  return { root, heading, dot, given, written };
}

// While a model writes, texts only grow: appending keeps a selection and costs no layout of the old.
function setText(node, text) {
  if (text === node.data) return;
  if (text.startsWith(node.data)) node.appendData(text.slice(node.length));
  else node.data = text;
}

function draw() {
  const { seed, length, phase, columns } = props.value;
  while (cards.length < columns.length) cards.push(card());
  while (cards.length > columns.length) cards.pop().root.remove();
  columns.forEach(({ temperature, text }, i) => {
    const { root, heading, dot, given, written } = cards[i];
    const name = Number.isInteger(temperature) ? temperature.toFixed(1) : String(temperature);
    heading.textContent = `T ${name}`;
    root.setAttribute("aria-label", `Temperature ${name}`);
    root.style.setProperty("--t", temperatureColour(temperature));
    dot.style.left = `${100 * temperaturePlace(temperature)}%`;
    setText(given, seed);
    setText(written, text);
  });
  list.classList.remove("waiting");
  list.setAttribute("aria-busy", String(phase === "writing"));
  said.textContent = phase === "written" ? `Written: ${length} characters a column.` : "";
}

watch("value", draw);
draw();
list.addEventListener("stop", () => {
  if (list.getAttribute("aria-busy") !== "true") return;
  list.setAttribute("aria-busy", "false");
  said.textContent = "Stopped.";
});
