// The heat view colours each character by its surprisal or rank. Levels differ in the strength of
// one hue and in the weight of an underline, so that either alone tells them apart.
const HEAT = {
  bits: [1, 2, 4, 8],
  ranks: [2, 3, 6, 21],
};

function heatLevel(by, value) {
  return value === null ? 0 : HEAT[by].filter((bound) => value >= bound).length;
}

// Returns a function that paints one text: of the heat ("bits", "ranks" or "off") and the scores.
function heatOn(places) {
  const levels = [1, 2, 3, 4].map((level) => marks(`text-heat-${level}`));
  return (by, scores) => {
    const { range } = places();
    const ranges = levels.map(() => []);
    const values = by === "off" ? [] : scores[by];
    // The first character has neither bits nor a rank.
    const level = values.map((value, index) => (index ? heatLevel(by, value) : 0));
    for (let start = 0; start < level.length; ) {
      let end = start + 1;
      while (end < level.length && level[end] === level[start]) end += 1;
      if (level[start]) ranges[level[start] - 1].push(range(start, end));
      start = end;
    }
    levels.forEach((mark, i) => mark(ranges[i]));
  };
}

// Draws the choice of heat and its scale; calls `chosen(by)` at first and at each change.
function heatChoice(box, scale, name, value, chosen) {
  const field = make("fieldset", "choice", box);
  make("legend", "", field, phrase("temperature.heat.title"));
  /** @type {("off" | "bits" | "ranks")[]} */
  const ways = ["off", "bits", "ranks"];
  /** @type {(0 | 1 | 2 | 3 | 4)[]} */
  const levels = [0, 1, 2, 3, 4];
  for (const by of ways) {
    const label = make("label", "", field);
    const input = make("input", "", label);
    Object.assign(input, { type: "radio", name, value: by, checked: by === value });
    label.append(phrase(`temperature.heat.by.${by}`));
    input.addEventListener("change", () => set(by));
  }

  /** @param {"off" | "bits" | "ranks"} by */
  function set(by) {
    scale.hidden = by === "off";
    scale.replaceChildren();
    if (by !== "off") {
      termed(make("span", "", scale), phrase(`temperature.heat.scale.${by}`));
      levels.forEach((level) => {
        const step = make("span", "", scale);
        make("span", `swatch heat-${level}`, step, "abc").setAttribute("aria-hidden", "true");
        step.append(` ${phrase(`temperature.heat.${by}.${level}`)}`);
      });
    }
    chosen(by);
  }

  set(value);
}
