// Copying and saving of the written texts, in the browser alone.
/** @param {Columns} written */
function writtenAsText({ checkpoint, fingerprint, seed, dice, length, cut, columns }) {
  const facts = [
    phrase("temperature.file.checkpoint", { checkpoint, fingerprint }),
    phrase("temperature.file.seed", { seed }),
    phrase("temperature.file.dice", { dice: String(dice) }),
    phrase("temperature.file.length", { n: length }),
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
//   also()       what a link opens with, see `linkButton`
/**
 * @param {HTMLElement} box
 * @param {() => Columns} written
 * @param {(words: string) => void} say
 * @param {() => Record<string, string>} also
 */
function takeAway(box, written, say, also) {
  const name = ({ checkpoint, dice }) => `${checkpoint}-dice-${dice}`;

  const save = (text, type, ending) =>
    charlstmSaveText({ name: `${name(written())}.${ending}`, type, text });

  function copy() {
    const result = charlstmCopy(writtenAsText(written())) ? "copied" : "refused";
    say(phrase(`temperature.file.${result}_said`));
    flash(button, phrase(`temperature.file.${result}`));
  }

  const button = pressable(phrase("temperature.file.copy"), "quiet", box, copy, phrase("temperature.file.copy_what"));
  const text = () => save(writtenAsText(written()), "text/plain", "txt");
  const json = () => save(writtenAsJson(written()), "application/json", "json");
  pressable(phrase("temperature.file.text"), "quiet", box, text, phrase("temperature.file.save_text"));
  pressable("JSON", "quiet", box, json, phrase("temperature.file.save_json"));
  linkButton(box, say, null, also);
}
