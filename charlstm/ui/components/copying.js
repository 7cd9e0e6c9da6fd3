// Copies text and links. `navigator.clipboard` needs https, which a server in a classroom may not
// have, and a permission in a frame of another site; the older command needs neither.

// Returns whether the browser let the page copy.
function charlstmCopy(text) {
  const fill = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", fill);
  const done = document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return done;
}
