// A vocabulary, and a text as it reads it. Value: see `vocabulary_example` in components/words.py.

function drawTiles(box, title, tiles, unk) {
  make("p", "", box, title);
  const line = make("div", "tiles", box);
  for (const [label, id] of tiles) {
    const tile = make("span", id === unk ? "tile unknown" : "tile", line);
    tile.dataset.wide = String(label.length > 1);
    make("b", "", tile, label);
    make("i", "", tile, String(id));
  }
}

function mountVocabulary({ element, props, watch }) {
  const box = element.querySelector(".vocabulary");

  function draw() {
    const { characters, unk, read } = props.value;
    const ids = read.map(([, id]) => id);
    const unknown = ids.filter((id) => id === unk).length;
    const ending = unknown ? `, ${unknown} of them UNK` : "";
    box.replaceChildren();
    drawTiles(
      box,
      `${characters.length} ids: the distinct characters in sorted order, then UNK`,
      characters.map((label, id) => [label, id]),
      unk,
    );
    drawTiles(box, `What the model gets: ${read.length} ids${ending}`, read, unk);
    box.dataset.ids = ids.join(", ");
  }

  watch("value", draw);
  draw();
}
