// The heat view colours each character by its surprisal or rank. Levels differ in the strength of
// one hue and in the weight of an underline, so that either alone tells them apart.
const HEAT = {
  bits: {
    from: [1, 2, 4, 8],
    words: ["under 1 bit", "1 to 2", "2 to 4", "4 to 8", "8 bits and more"],
  },
  ranks: {
    from: [2, 3, 6, 21],
    words: ["the likeliest", "2nd", "3rd to 5th", "6th to 20th", "21st and beyond"],
  },
};

function heatLevel(by, value) {
  return value === null ? 0 : HEAT[by].from.filter((bound) => value >= bound).length;
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
  make("legend", "", field, "Heat");
  for (const [by, words] of [["off", "off"], ["bits", "bits"], ["ranks", "rank"]]) {
    const label = make("label", "", field);
    const input = make("input", "", label);
    Object.assign(input, { type: "radio", name, value: by, checked: by === value });
    label.append(words);
    input.addEventListener("change", () => set(by));
  }

  function set(by) {
    scale.hidden = by === "off";
    scale.replaceChildren();
    if (by !== "off") {
      make("span", "", scale, by === "bits" ? "Surprise at T = 1:" : "Rank at T = 1:");
      HEAT[by].words.forEach((words, level) => {
        const step = make("span", "", scale);
        make("span", `swatch heat-${level}`, step, "abc").setAttribute("aria-hidden", "true");
        step.append(` ${words}`);
      });
    }
    chosen(by);
  }

  set(value);
}
