// The step on characters: a vocabulary, and a text encoded with it.

/**
 * @typedef {object} VocabularyExample
 * @property {string[]} characters A label for each id, UNK's last.
 * @property {number} unk UNK's id.
 * @property {string[]} labels Of each character of the text.
 * @property {number[]} ids
 */

const EXAMPLE_TEXT = "mississippi"; // the notebook's
const EXAMPLE_LIMIT = 80; // characters that fit into the drawing

function drawTiles(box, title, labels, ids, unk) {
  make("p", "dim", box, title);
  const line = make("div", "tiles", box);
  for (const [i, label] of labels.entries()) {
    const id = ids[i];
    const tile = make("span", id === unk ? "tile unknown" : "tile", line);
    tile.dataset.wide = String(label.length > 1);
    make("b", "", tile, label);
    make("i", "", tile, String(id));
  }
}

/** @param {LiveStep} step */
function charactersLive({ box, server }) {
  const fields = make("div", "course-fields", box);
  const names = ["learnt", "read"];
  const labels = [phrase("notebook.characters.learnt"), phrase("notebook.characters.read")];
  const [learnt, read] = names.map((name, i) =>
    labelled(fields, labels[i], {
      type: "text",
      maxLength: EXAMPLE_LIMIT,
      value: (charlstmLink.arrived(name) ?? EXAMPLE_TEXT).slice(0, EXAMPLE_LIMIT),
    }),
  );
  const tiles = make("div", "vocabulary", box);
  tiles.setAttribute("role", "status");

  const show = asker(80, server.encode, (answer) => {
    tiles.replaceChildren();
    if (answer.error) return make("p", "", tiles, answer.error);
    const { characters, unk, labels, ids } = answer;
    const unknown = ids.filter((id) => id === unk).length;
    const all = phrase("notebook.characters.all", { ids: characters.length });
    const ending = unknown ? phrase("notebook.characters.unknown", { unknown }) : "";
    drawTiles(tiles, all, characters, [...characters.keys()], unk);
    drawTiles(tiles, phrase("notebook.characters.gets", { ids: ids.length }) + ending, labels, ids, unk);
    tiles.dataset.ids = ids.join(", ");
  });

  function changed() {
    const typed = { learnt: learnt.value, read: read.value };
    for (const name of names) {
      charlstmLink.set({ [name]: typed[name] === EXAMPLE_TEXT ? null : typed[name] });
    }
    show(typed);
  }
  for (const field of [learnt, read]) field.addEventListener("input", changed);
  changed();
  return () => {};
}
