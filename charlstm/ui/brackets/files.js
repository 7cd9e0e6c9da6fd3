// Files to take away: the server makes them when they are asked for, the browser saves them. Runs
// after components/parts.js.
//
// The server answers save([kind, key]) with {name, type, data: base64} or {error: sentence}.

//   files   [[kind, name, what is in it]]
//   key()   of the answer that they are of
function fileButtons(box, server, files, key) {
  const said = box.querySelector(".save-said");
  let busy = false;

  async function make(kind, name) {
    if (busy) return;
    busy = true;
    said.textContent = `Making the ${name} file …`;
    try {
      const found = await server.save([kind, key()]);
      said.textContent = found.error ?? "";
      if (!found.error) window.charlstmSave({ ...found, coded: true });
    } catch {
      said.textContent = "The server does not answer. Try again in a moment.";
    }
    busy = false;
  }

  for (const [kind, name, about] of files) {
    const button = pressable(name, "", null, () => make(kind, name));
    button.title = about;
    box.insertBefore(button, said);
  }
}
