// Saves a file whose content is already in the page. It is a Blob, because a download from the
// server takes two clicks in Gradio.

/**
 * @typedef {object} SavedFile
 * @property {string} name
 * @property {string} type Its media type.
 * @property {string} data Base64, as the server sends it.
 */

/** @param {{ name: string, type: string, text: string }} file */
function charlstmSaveText({ name, type, text }) {
  charlstmSaveBlob(name, new Blob([text], { type }));
}

/** @param {SavedFile} file */
function charlstmSave({ name, type, data }) {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  charlstmSaveBlob(name, new Blob([bytes], { type }));
}

function charlstmSaveBlob(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // By then the browser has handled the click and no longer needs the URL.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
