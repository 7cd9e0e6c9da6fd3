// Copying and saving of the written texts, in the browser alone.
/** @param {Columns} written */
function writtenAsText({ checkpoint, fingerprint, seed, dice, length, cut, columns }) {
  const facts = [
    `Checkpoint: ${checkpoint}, weights ${fingerprint}`,
    `Seed text: ${seed}`,
    `Dice: ${dice}`,
    `Length: ${count(length, "character")} a column`,
    ...(cut ? [cut] : []),
  ];
  const texts = columns.map(
    ({ temperature, text }) => `T ${temperatureName(temperature)}\n${seed}${text}`,
  );
  return `${facts.join("\n")}\n\n${texts.join("\n\n")}\n`;
}

/** @param {Columns} written */
function writtenAsJson({ checkpoint, fingerprint, seed, dice, length, truncation, columns }) {
  const all = {
    checkpoint, fingerprint, seed_text: seed, dice, length, truncation, columns,
    link: charlstmLink.address(),
  };
  return `${JSON.stringify(all, null, 2)}\n`;
}

// Makes the buttons.
//   written()    returns the value that the columns display
//   say(words)   announces the result to screen readers
/**
 * @param {HTMLElement} box
 * @param {() => Columns} written
 * @param {(words: string) => void} say
 */
function takeAway(box, written, say) {
  const name = ({ checkpoint, dice }) => `${checkpoint}-dice-${dice}`;

  const save = (text, type, ending) =>
    charlstmSaveText({ name: `${name(written())}.${ending}`, type, text });

  function copy() {
    const done = charlstmCopy(writtenAsText(written()));
    say(done ? "Copied." : "The browser does not let the page copy: select the text instead.");
  }

  pressable("Copy", "quiet", box, copy, "Copy texts and settings");
  const text = () => save(writtenAsText(written()), "text/plain", "txt");
  const json = () => save(writtenAsJson(written()), "application/json", "json");
  pressable("Text", "quiet", box, text, "Save texts and settings as text");
  pressable("JSON", "quiet", box, json, "Save texts and settings as JSON");
  linkButton(box, say);
}
