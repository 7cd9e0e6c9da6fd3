// Buttons that save files: the server makes a file on request, the browser saves it. Runs after
// components/parts.js.

/**
 * @typedef {object} FileQuestion
 * @property {"csv" | "json" | "png" | "svg"} kind
 * @property {string} key Of the answer.
 */

/**
 * @param {HTMLElement} box
 * @param {{ save: Served<FileQuestion, SavedFile> }} server
 * @param {{ kind: FileQuestion["kind"], name: string, about: string }[]} files
 * @param {() => string} key
 */
function fileButtons(box, server, files, key) {
  const line = box.querySelector(".save-said");
  let busy = false;

  async function make(kind, name) {
    if (busy) return;
    busy = true;
    line.textContent = phrase("brackets.file.making", { name });
    try {
      const file = await server.save({ kind, key: key() });
      line.textContent = file.error ?? "";
      if (!file.error) charlstmSave(file);
    } catch {
      line.textContent = phrase("brackets.no_answer");
    }
    busy = false;
  }

  for (const { kind, name, about } of files) {
    const button = pressable(name, "", null, () => make(kind, name));
    button.title = about;
    box.insertBefore(button, line);
  }
  linkButton(box, (words) => (line.textContent = words), line);
}
