// A vocabulary, and a text encoded with it.

/**
 * @typedef {object} VocabularyExample
 * @property {string[]} characters A label for each id, UNK's last.
 * @property {number} unk UNK's id.
 * @property {string[]} labels Of each character of the text.
 * @property {number[]} ids
 */

function drawTiles(box, title, labels, ids, unk) {
  make("p", "", box, title);
  const line = make("div", "tiles", box);
  for (const [i, label] of labels.entries()) {
    const id = ids[i];
    const tile = make("span", id === unk ? "tile unknown" : "tile", line);
    tile.dataset.wide = String(label.length > 1);
    make("b", "", tile, label);
    make("i", "", tile, String(id));
  }
}

/** @param {Component<VocabularyExample>} component */
function mountVocabulary({ element, props, watch }) {
  const box = element.querySelector(".vocabulary");

  function draw() {
    const { characters, unk, labels, ids } = props.value;
    const unknown = ids.filter((id) => id === unk).length;
    const ending = unknown ? `, ${unknown} of them UNK` : "";
    const all = `${characters.length} ids: the distinct characters in sorted order, then UNK`;
    box.replaceChildren();
    drawTiles(box, all, characters, [...characters.keys()], unk);
    drawTiles(box, `What the model gets: ${ids.length} ids${ending}`, labels, ids, unk);
    box.dataset.ids = ids.join(", ");
  }

  watch("value", draw);
  draw();
}
