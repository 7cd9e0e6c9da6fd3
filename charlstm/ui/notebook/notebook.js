// Steps or slips of the notebook's walk. Value: {steps: [...]} or {slips: [...]}, see
// steps.py.
const box = element.querySelector(".walk");

function make(tag, className, text, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function step({ number, title, text, places, code }) {
  const words = make(
    "div",
    "words",
    "",
    make("h2", "", "", make("span", "number", String(number)), title),
    make("p", "", text),
    make("ul", "places", "", ...places.map((place) => make("li", "", place))),
  );
  const card = make("section", "card step", "", words);
  if (code) card.append(make("pre", "", code));
  return card;
}

function slip({ slip, mended, place }) {
  return make(
    "li",
    "",
    "",
    make("p", "slip", slip),
    make("p", "mended", mended, make("span", "place", place)),
  );
}

const { steps, slips } = props.value;
if (steps) box.append(...steps.map(step));
if (slips) {
  box.append(
    make(
      "section",
      "card",
      "",
      make("h2", "", "Where the notebook slips, and what happens here"),
      make("ul", "slips", "", ...slips.map(slip)),
    ),
  );
}
