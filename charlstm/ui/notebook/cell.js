// The step on the cell: one character's way through the chosen checkpoint, with its real numbers.

/**
 * @typedef {object} CharacterQuestion
 * @property {string} checkpoint
 * @property {string} text
 * @property {number} layer
 * @property {number} typed
 *
 * @typedef {object} CellValues
 * @property {number[]} before
 * @property {number[]} forget
 * @property {number[]} input
 * @property {number[]} candidate
 * @property {number[]} output
 * @property {number[]} c
 * @property {number[]} h
 *
 * @typedef {object} NextCharacter
 * @property {string} name
 * @property {number} logit
 * @property {number} chance
 * @property {number} cold
 *
 * @typedef {object} CharacterAnswer
 * @property {string} name
 * @property {number} id
 * @property {number[]} embedding
 * @property {number} layers
 * @property {number} layer
 * @property {CellValues} values
 * @property {NextCharacter[]} listed
 * @property {string} drawn
 * @property {string} drawn_name
 * @property {number} temperature
 * @property {number} dice
 */

const CELL_TEXT = "He was born in London ( ";
const CELL_MOST = 200; // characters of a walk
const CELL_ROWS = ["embedding", "before", "forget", "input", "candidate", "output", "c", "h"];
const CELL_GATES = ["forget", "input", "output"]; // from 0 to 1; the others have a sign
const CELL_HEIGHT = 24; // CSS pixels of a strip

// What is drawn of a row: of c, which has no bound, its tanh, as h gets it.
const drawnAs = (row, values) => (["before", "c"].includes(row) ? values.map(Math.tanh) : values);

// Two decimals, without a minus before zero.
const twoDecimals = (value) => (Math.abs(value) < 0.005 ? 0 : value).toFixed(2);

// A strip: a bar for each value, from the middle up or down, or from the ground up for a gate.
/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} values
 * @param {boolean} signed
 * @param {number | null} unit Marked.
 */
function drawStripOf(canvas, values, signed, unit) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, CELL_HEIGHT];
  if (!width) return;
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const step = width / values.length;
  const most = signed ? Math.max(1, ...values.map(Math.abs)) : 1;
  const [ground, reach] = signed ? [height / 2, height / 2] : [height, height];
  context.fillStyle = colour("line");
  context.fillRect(0, Math.min(ground, height - 1), width, 1);
  context.fillStyle = colour("accent");
  for (const [i, value] of values.entries()) {
    const bar = (value / most) * reach;
    context.fillRect(i * step, ground - Math.max(bar, 0), Math.max(step * 0.8, 0.5), Math.abs(bar));
  }
  if (unit === null) return;
  context.fillStyle = colour("ink");
  context.fillRect((unit + 0.5) * step - 0.75, 0, 1.5, height);
}

const cellRowName = (row) =>
  ({
    embedding: phrase("notebook.cell.embedding"),
    before: phrase("notebook.cell.before"),
    forget: phrase("notebook.cell.forget"),
    input: phrase("notebook.cell.input"),
    candidate: phrase("notebook.cell.candidate"),
    output: phrase("notebook.cell.output"),
    c: phrase("notebook.cell.c"),
    h: phrase("notebook.cell.h"),
  })[row];

/** @param {LiveStep} step */
function cellLive({ box, server, checkpoint }) {
  const fields = make("div", "course-fields", box);
  const typed = labelled(fields, phrase("notebook.cell.text"), { type: "text", maxLength: 80, value: CELL_TEXT });
  const layer = labelled(fields, phrase("notebook.cell.layer"), { type: "number", min: "1", value: "1" });
  const unit = labelled(fields, phrase("notebook.cell.unit"), { type: "number", min: "0", value: "" });
  const walk = make("span", "course-walk", fields);
  pressable("‹", "quiet", walk, () => moved(keys.ArrowLeft), phrase("notebook.cell.back"));
  pressable("›", "quiet", walk, () => moved(on), phrase("notebook.cell.on"));
  const text = make("pre", "course-along", box);
  asSlider(text, phrase("notebook.cell.follow"));
  const place = make("p", "dim course-place", box);
  const grid = make("div", "course-cell", box);
  const strips = make("div", "course-strips", grid);
  const canvases = CELL_ROWS.map((name) => {
    make("span", "dim", strips, cellRowName(name));
    const canvas = make("canvas", "", strips);
    canvas.setAttribute("aria-hidden", "true"); // the equation says the chosen unit's numbers
    if (name !== "embedding") canvas.addEventListener("pointerdown", pointed);
    return canvas;
  });
  const equation = make("p", "course-equation", strips);
  const table = make("table", "course-listed", grid);
  const draws = make("p", "dim", box);
  let characters = Array.from(CELL_TEXT);
  let given = characters.length; // of them a person typed so many
  let at = given - 1;
  /** @type {CharacterAnswer | null} */
  let answer = null;
  let chosen = null; // the unit whose numbers are shown

  const ask = asker(40, server.character, (found, question) => {
    answer = found.error ? null : found;
    if (answer && (chosen === null || chosen >= answer.values.c.length)) chosen = holdsMost(answer);
    place.textContent = found.error ?? "";
    if (answer) {
      layer.max = String(answer.layers);
      layer.value = String(answer.layer);
      unit.max = String(answer.values.c.length - 1);
      // The next step to the right goes on with what was drawn.
      if (question.text === characters.join("")) text.dataset.drawn = answer.drawn;
    }
    draw();
  });

  function go() {
    const name = checkpoint();
    drawText();
    if (name === null) place.textContent = phrase("notebook.cell.none");
    if (name === null || !characters.length) return;
    const read = characters.slice(0, at + 1).join("");
    ask({ checkpoint: name, text: read, layer: Number(layer.value) || 1, typed: given });
  }

  function drawText() {
    text.replaceChildren();
    text.append(characters.slice(0, at).join(""));
    make("mark", "", text, tileSign(characters[at] ?? ""));
    text.append(characters.slice(at + 1).join(""));
    // Until the answer comes, which has more to say of the character.
    const most = characters.length;
    sayPlace(text, Math.min(at + 1, most), most, tileSign(characters[at] ?? ""));
  }

  // The unit that holds most: it is shown until a person chooses another one.
  /** @param {CharacterAnswer} answer */
  function holdsMost({ values }) {
    const sizes = values.c.map(Math.abs);
    return sizes.indexOf(Math.max(...sizes));
  }

  function draw() {
    if (!answer) return;
    const { name, id, embedding, values, listed, drawn_name, temperature, dice } = answer;
    if (document.activeElement !== unit) unit.value = String(chosen);
    const here = { place: at + 1, name: nameSign(name), id, size: embedding.length };
    place.textContent = phrase("notebook.cell.place", here);
    sayPlace(text, at + 1, characters.length, place.textContent);
    for (const [i, row] of CELL_ROWS.entries()) {
      const own = row === "embedding" ? embedding : drawnAs(row, values[row]);
      const signed = !CELL_GATES.includes(row);
      drawStripOf(canvases[i], own, signed, row === "embedding" ? null : chosen);
    }
    const numbers = Object.entries(values).map(([row, all]) => [row, twoDecimals(all[chosen])]);
    equation.textContent = phrase("notebook.cell.equation", {
      unit: `${answer.layer}:${chosen}`,
      ...Object.fromEntries(numbers),
    });
    table.replaceChildren();
    make("caption", "dim", table, phrase("notebook.cell.title"));
    const head = make("tr", "", make("thead", "", table));
    const cold = phrase("notebook.cell.cold", { temperature });
    for (const title of [phrase("notebook.cell.character"), phrase("notebook.cell.logit"), phrase("notebook.cell.chance"), cold]) {
      make("th", "dim", head, title).scope = "col";
    }
    const body = make("tbody", "", table);
    for (const next of listed) {
      const row = make("tr", next.name === drawn_name ? "drawn" : "", body);
      make("th", "", row, nameSign(next.name)).scope = "row";
      make("td", "", row, next.logit.toFixed(1));
      make("td", "", row, percent(next.chance));
      make("td", "", row, percent(next.cold));
    }
    const drawn = { dice, temperature, name: nameSign(drawn_name) };
    draws.textContent = `${phrase("notebook.cell.draws", drawn)} ${phrase("notebook.cell.keys")}`;
  }

  function pointed(event) {
    if (!answer) return;
    const { left, width } = event.target.getBoundingClientRect();
    const { length } = answer.values.c;
    choose(Math.floor(((event.clientX - left) / width) * length));
  }

  function choose(number) {
    if (!answer) return;
    chosen = Math.min(Math.max(number, 0), answer.values.c.length - 1);
    draw();
  }

  // One character on; at the end of the text the one that the dice draw is written.
  function on() {
    if (at < characters.length - 1) at++;
    else if (answer && text.dataset.drawn && characters.length < CELL_MOST) {
      characters.push(text.dataset.drawn);
      delete text.dataset.drawn;
      at++;
    }
  }

  function moved(act) {
    act();
    go();
  }

  const keys = {
    ArrowRight: on,
    ArrowLeft: () => (at = Math.max(at - 1, 0)),
    Home: () => (at = 0),
    End: () => (at = characters.length - 1),
  };
  text.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    const other = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if ((!act && !other) || !answer || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (other) return choose(chosen + other);
    moved(act);
  });
  typed.addEventListener("input", () => {
    characters = Array.from(typed.value);
    given = characters.length;
    at = Math.max(given - 1, 0);
    delete text.dataset.drawn;
    go();
  });
  layer.addEventListener("input", () => {
    chosen = null;
    go();
  });
  unit.addEventListener("input", () => unit.value !== "" && choose(Number(unit.value)));
  new ResizeObserver(draw).observe(strips);
  go();
  return () => {
    characters.length = given;
    at = Math.max(given - 1, 0);
    chosen = null;
    delete text.dataset.drawn;
    go();
  };
}
