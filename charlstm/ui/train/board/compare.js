// The list of checkboxes of the runs that are drawn over the watched one. The choice is kept in the
// address as `compare`. `changed(chosen)` is called with [{name, label, colour}]; a run keeps its
// colour while others are added and removed.

const COLOURS = ["run-1", "run-2", "run-3", "run-4"]; // names in export/palette.py

/**
 * @typedef {object} RunsQuestion
 *
 * @typedef {object} ListedRun
 * @property {string} name
 * @property {string} label
 * @property {string} state
 * @property {string} corpus
 *
 * @typedef {object} RunsAnswer
 * @property {ListedRun[]} runs
 */

/**
 * @param {(name: string) => any} part
 * @param {BoardServer} server
 * @param {(chosen: { name: string, label: string, colour: string }[]) => void} changed
 */
function comparePanel(part, server, changed) {
  const panel = part("compare");
  const list = part("others");
  const hint = part("compare-hint");
  const slots = COLOURS.map(() => null); // for each colour the name of its run, or null
  /** @type {ListedRun[]} */
  let known = []; // the newest first
  let watched = null;

  const labelOf = (name) => known.find((run) => run.name === name)?.label ?? name;
  const corpusOf = (name) => known.find((run) => run.name === name)?.corpus;

  async function learn() {
    try {
      known = (await server.others({})).runs;
    } catch {
      say(hint, phrase("train.compare.failed"));
      return;
    }
    draw();
  }

  function draw() {
    const rows = known.filter(({ name }) => name !== watched);
    const full = !slots.includes(null);
    list.replaceChildren();
    for (const { name, label, state } of rows) {
      const row = make("label", "", list);
      const box = make("input", "", row);
      const slot = slots.indexOf(name);
      box.type = "checkbox";
      box.value = name;
      box.checked = slot >= 0;
      box.disabled = full && slot < 0;
      if (slot >= 0) row.style.setProperty("--mine", `var(--${COLOURS[slot]})`);
      row.append(ALIVE.includes(state) ? phrase("train.runs.training", { run: label }) : label);
    }
    const chosen = slots.filter((name) => name !== null);
    const others = chosen.some((name) => corpusOf(name) !== corpusOf(watched));
    say(
      hint,
      rows.length === 0
        ? phrase("train.compare.none")
        : others
          ? phrase("train.compare.texts")
          : full
            ? phrase("train.compare.full")
            : "",
    );
  }

  function pick(name, on) {
    const at = slots.indexOf(on ? null : name);
    if (at < 0) return;
    slots[at] = on ? name : null;
    tell();
  }

  function tell() {
    const chosen = slots
      .map((name, i) => ({ name, label: labelOf(name), colour: COLOURS[i] }))
      .filter(({ name }) => name !== null);
    charlstmLink.set({ compare: chosen.map(({ name }) => name).join(",") || null });
    draw();
    changed(chosen);
  }

  list.addEventListener("change", ({ target }) => {
    pick(target.value, target.checked);
    // The list was drawn again: give the focus back to the same box.
    [...list.querySelectorAll("input")].find(({ value }) => value === target.value)?.focus();
  });
  panel.addEventListener("toggle", () => {
    if (panel.open) learn();
  });

  return {
    labelOf,
    drop: (name) => pick(name, false),
    // The watched run has changed; it is not compared with itself.
    watch(name) {
      watched = name;
      panel.hidden = name === null;
      if (slots.includes(name) && name !== null) pick(name, false);
      else if (slots.some((slot) => slot !== null)) learn().then(tell);
      else if (panel.open) learn();
    },
    // Ticks the runs that a link names, as far as they exist.
    async arrive(names) {
      if (!names.length) return;
      await learn();
      names = names.filter((name) => name !== watched && known.some((run) => run.name === name));
      names.slice(0, slots.length).forEach((name, i) => (slots[i] = name));
      tell();
    },
  };
}
