// A vocabulary, and a text as it reads it. Value: see render.vocabulary_example.
const box = element.querySelector(".vocabulary");

function tile(label, id, isUnknown) {
  const made = document.createElement("span");
  made.className = isUnknown ? "tile unknown" : "tile";
  made.dataset.wide = String(label.length > 1);
  const character = document.createElement("b");
  character.textContent = label;
  const number = document.createElement("i");
  number.textContent = id;
  made.append(character, number);
  return made;
}

function row(title, tiles) {
  const heading = document.createElement("p");
  heading.textContent = title;
  const line = document.createElement("div");
  line.className = "tiles";
  line.append(...tiles);
  return [heading, line];
}

function draw() {
  const { characters, unk, read } = props.value;
  const unknown = read.filter(([, id]) => id === unk).length;
  const ids = read.map(([, id]) => id).join(", ");
  const ending = unknown ? `, ${unknown} of them UNK` : "";
  box.replaceChildren(
    ...row(
      `${characters.length} ids: the distinct characters in sorted order, then UNK`,
      characters.map((label, id) => tile(label, id, id === unk)),
    ),
    ...row(
      `What the model gets: ${read.length} ids${ending}`,
      read.map(([label, id]) => tile(label, id, id === unk)),
    ),
  );
  box.dataset.ids = ids;
}

watch("value", draw);
draw();
