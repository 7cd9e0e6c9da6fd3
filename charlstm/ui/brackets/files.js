// Files to take away: the server makes them when they are asked for, the browser saves them. Runs
// after components/parts.js.

/**
 * @typedef {object} FileQuestion
 * @property {"csv" | "json" | "png" | "svg"} kind
 * @property {string} key Of the answer that it is of.
 */

/**
 * @param {HTMLElement} box
 * @param {{ save: Served<FileQuestion, SavedFile> }} server
 * @param {{ kind: FileQuestion["kind"], name: string, about: string }[]} files
 * @param {() => string} key
 */
function fileButtons(box, server, files, key) {
  const said = box.querySelector(".save-said");
  let busy = false;

  async function make(kind, name) {
    if (busy) return;
    busy = true;
    said.textContent = `Making the ${name} file …`;
    try {
      const found = await server.save({ kind, key: key() });
      said.textContent = found.error ?? "";
      if (!found.error) charlstmSave(found);
    } catch {
      said.textContent = "The server does not answer. Try again in a moment.";
    }
    busy = false;
  }

  for (const { kind, name, about } of files) {
    const button = pressable(name, "", null, () => make(kind, name));
    button.title = about;
    box.insertBefore(button, said);
  }
}
