// Saves a file that this page holds: as a Blob, because a download from the server takes two clicks
// in Gradio. `data` is a text, or bytes as base64 where `coded` says so.
var charlstmSave = ({ name, type, data, coded = false }) => {
  const content = coded ? Uint8Array.from(atob(data), (c) => c.charCodeAt(0)) : data;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  // The browser has its own hold on the file once the click is handled.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};
