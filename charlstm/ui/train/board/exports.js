// Buttons that save files: the server makes a file on request, the browser saves it.

/**
 * @typedef {object} PlotView
 * @property {"bits" | "nats"} unit
 * @property {"step" | "characters" | "seconds"} by
 * @property {boolean} log_x
 * @property {boolean} log_y
 *
 * @typedef {object} ExportQuestion
 * @property {"csv" | "png" | "svg" | "zip"} kind
 * @property {string[]} runs
 * @property {PlotView} view
 */

/**
 * @param {(name: string) => any} part
 * @param {BoardServer} server
 * @param {(kind: ExportQuestion["kind"]) => ExportQuestion} question
 */
function exportButtons(part, server, question) {
  const line = part("save-said");
  const buttons = [...part("save").querySelectorAll("[data-export]")];
  let busy = false;

  async function make(button) {
    if (busy) return;
    busy = true;
    say(line, phrase("train.save.making", { file: button.textContent }));
    try {
      const file = await server.export(question(button.dataset.export));
      if (file.error) return say(line, file.error);
      charlstmSave(file);
      say(line, "");
    } catch {
      say(line, phrase("train.save.failed"));
    } finally {
      busy = false;
    }
  }

  for (const button of buttons) button.addEventListener("click", () => make(button));
  linkButton(part("save"), (words) => say(line, words));
  return {
    // Visible once there is something to save.
    show(on) {
      part("save").hidden = !on;
    },
    forget() {
      say(line, "");
    },
  };
}
