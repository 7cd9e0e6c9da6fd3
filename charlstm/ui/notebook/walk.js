// Steps or slips of the notebook's walk. Value: {steps: [...]} or {slips: [...]}, see steps.py.

function drawStep(box, { number, title, text, places, code }) {
  const card = make("section", "card step", box);
  const words = make("div", "words", card);
  const heading = make("h2", "", words);
  make("span", "number", heading, String(number));
  heading.append(title);
  make("p", "", words, text);
  const list = make("ul", "places", words);
  for (const place of places) make("li", "", list, place);
  if (code) make("pre", "", card, code);
}

function drawSlips(box, slips) {
  const card = make("section", "card", box);
  make("h2", "", card, "Where the notebook slips, and what happens here");
  const list = make("ul", "slips", card);
  for (const { slip, mended, place } of slips) {
    const item = make("li", "", list);
    make("p", "slip", item, slip);
    make("span", "place", make("p", "mended", item, mended), place);
  }
}

function mountWalk({ element, props }) {
  const box = element.querySelector(".walk");
  const { steps = [], slips = [] } = props.value;
  for (const step of steps) drawStep(box, step);
  if (slips.length) drawSlips(box, slips);
}
