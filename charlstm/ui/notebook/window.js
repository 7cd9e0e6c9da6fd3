// The step on what the model sees: a window of a text, its target, and the questions between them.

const WINDOW_TEXT = "He was born in London , and died there .";
const WINDOW = { least: 2, most: 16, first: 8 };

/** @param {LiveStep} step */
function windowLive({ box }) {
  const fields = make("div", "course-fields", box);
  const text = labelled(fields, phrase("notebook.window.text"), { type: "text", maxLength: 80, value: WINDOW_TEXT });
  function slide(label, value) {
    const range = labelled(fields, label, { type: "range", min: "0", value });
    const said = make("output", "", fields); // beside the label, whose words name the control
    return Object.assign(range, { say: (value) => (said.textContent = String(value)) });
  }
  const length = slide(phrase("notebook.window.length"), String(WINDOW.first));
  const start = slide(phrase("notebook.window.start"), "0");
  const place = slide(phrase("notebook.window.place"), "3");
  length.min = String(WINDOW.least);
  const rows = make("div", "course-window", box);
  const said = make("p", "", box);
  said.setAttribute("role", "status");

  function draw() {
    const characters = Array.from(text.value);
    const most = Math.max(Math.min(WINDOW.most, characters.length - 1), 0);
    length.max = String(Math.max(most, WINDOW.least));
    const long = Math.min(Number(length.value), most);
    start.max = String(Math.max(characters.length - 1 - long, 0));
    place.max = String(Math.max(long - 1, 0));
    const [from, at] = [Number(start.value), Number(place.value)];
    length.say(long);
    start.say(from + 1);
    place.say(at + 1);
    rows.replaceChildren();
    const whole = make("p", "course-whole", rows);
    whole.append(characters.slice(0, from).join(""));
    make("mark", "", whole, characters.slice(from, from + long).join(""));
    whole.append(characters.slice(from + long).join(""));
    const names = [phrase("notebook.window.window"), phrase("notebook.window.target")];
    for (const [shift, name] of names.entries()) {
      const line = make("div", "tiles", rows);
      make("span", "course-row dim", line, name);
      for (let i = 0; i < long; i++) {
        const read = shift ? i === at : i <= at;
        const tile = make("span", read ? "tile read" : "tile", line);
        make("b", "", tile, tileSign(characters[from + i + shift]));
      }
    }
    const before = characters.slice(from, from + at + 1).join("");
    const next = tileSign(characters[from + at + 1] ?? "");
    quoting(said, long ? phrase("notebook.window.asks", { number: at + 1, length: long, before, next }) : "");
  }

  for (const control of [text, length, start, place]) control.addEventListener("input", draw);
  draw();
  return () => {};
}
