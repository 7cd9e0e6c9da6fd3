// The way into a room, shown while this browser is in none: open one, or type the code of another.

/**
 * @param {(name: string) => any} part
 * @param {() => Promise<void>} open
 * @param {(code: string) => Promise<void>} join
 */
function roomEntrance(part, open, join) {
  const form = part("join-form");
  const box = part("join-code");
  const buttons = [part("open"), part("join")];

  async function once(act) {
    for (const button of buttons) button.disabled = true;
    await act();
    for (const button of buttons) button.disabled = false;
  }

  part("open").addEventListener("click", () => once(open));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(() => join(box.value));
  });

  return {
    show(on) {
      part("entrance").hidden = !on;
    },
  };
}
