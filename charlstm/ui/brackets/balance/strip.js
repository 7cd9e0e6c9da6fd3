// The strip below the balance view: the chance of the closing bracket after each character of the
// seed text, and of the same text with a comma in place of its last unclosed bracket. Runs after
// components/parts.js. Only the visible part is drawn, so that a long text costs nothing here.
// Value: the `Balance` of balance.js.

/**
 * @typedef {object} StripQuestion
 * @property {string} checkpoint
 * @property {string} text
 * @property {number} temperature
 *
 * @typedef {object} StripLane
 * @property {number} temperature
 * @property {number[]} own The chance of the closing bracket after each character.
 * @property {number[]} comma The same, from the watched bracket on, with a comma in its place.
 *
 * @typedef {object} StripAnswer
 * @property {string} closing
 * @property {number | null} watched
 * @property {StripLane[]} lanes
 *
 * @typedef {object} LikelyQuestion
 * @property {string} checkpoint
 * @property {string} text
 * @property {number} place
 * @property {number} temperature
 *
 * @typedef {object} LikelyRow
 * @property {number} temperature
 * @property {boolean} comma Whether the watched bracket is replaced by a comma.
 * @property {string[]} names
 * @property {number[]} chances
 *
 * @typedef {object} LikelyAnswer
 * @property {LikelyRow[]} rows
 *
 * @typedef {object} StripServer
 * @property {Served<StripQuestion, StripAnswer>} strip
 * @property {Served<LikelyQuestion, LikelyAnswer>} likely
 */

const STRIP = { least: 9, most: 14, lane: 50, gap: 12, letters: 20 }; // CSS pixels
const TYPING_PAUSE = 250; // ms without a key before the model reads
const POINTING_PAUSE = 120; // ms at one character before its likely successors are requested
const SHAPES = { "\n": "¶", "\t": "⇥" };

/** @param {Component<Balance, StripServer>} component */
function stripBelow({ element, props, watch, server }) {
  const part = (name) => element.querySelector(`.strip${name}`);
  const [strip, scroll, wide] = [part(""), part("-scroll"), part("-wide")];
  const svg = wide.querySelector("svg");
  asSlider(scroll, phrase("brackets.strip.position"));
  /** @typedef {StripAnswer & StripQuestion & { characters: string[] }} Shown */
  /** @type {Shown | null} */
  let shown = null; // the drawn answer, with its question
  let frame = 0;
  let overdue = false; // the text changed while the tab was hidden

  const last = () => (shown ? shown.characters.length - 1 : -1);
  const pitch = () => pitchIn(scroll, shown.characters.length, STRIP);

  // ---- the model's answers ----

  const askChances = asker(TYPING_PAUSE, server.strip, (answer, question) => {
    strip.classList.remove("late");
    part("-sorry").textContent = answer.error ?? "";
    if (answer.error) return show(null);
    show({ ...answer, ...question, characters: Array.from(question.text) });
  });

  const askLikely = asker(POINTING_PAUSE, server.likely, (answer, question) => {
    const { checkpoint, text } = question;
    if (checkpoint !== shown?.checkpoint || text !== shown.text) return;
    if (question.place !== chosen()) return;
    part("-likely").classList.remove("late");
    const body = element.querySelector(".strip-likely tbody");
    body.replaceChildren();
    for (const { temperature, comma, names, chances } of answer.rows ?? []) {
      const row = make("tr", "", body);
      const own = `T ${temperatureName(temperature)}`;
      const name = comma ? phrase("brackets.strip.comma", { name: own }) : own;
      const head = make("th", comma ? "dim" : "", row, name);
      head.scope = "row";
      if (!comma) head.style.setProperty("--t", charlstmColours.temperatureColour(temperature));
      names.forEach((name, i) => {
        const cell = make("td", "", row);
        if (name === shown.closing) cell.classList.add("closes");
        make("b", "", cell, name);
        cell.append(` ${percent(chances[i])}`);
      });
    }
    if (answer.error) make("td", "dim", make("tr", "", body), answer.error);
  });

  function want() {
    const { text, checkpoint, temperature } = props.value;
    if (!text || checkpoint === null) {
      part("-sorry").textContent = "";
      return show(null);
    }
    overdue = !element.clientWidth;
    if (overdue) return;
    strip.hidden = false; // it takes its room before the model has read
    strip.classList.add("late");
    askChances({ checkpoint, text, temperature });
  }

  /** @param {Shown | null} answer */
  function show(answer) {
    const grew = !shown || answer?.text.startsWith(shown.text) || scroll.scrollLeft === 0;
    shown = answer;
    strip.hidden = !shown;
    element.querySelector(".bracket-key").classList.toggle("alone", !shown);
    if (!shown) return;
    part("-closing").textContent = phrase("components.quoted", { character: shown.closing });
    for (const key of element.querySelectorAll(".strip-key:last-of-type")) {
      key.hidden = shown.watched === null;
    }
    drawGutter();
    wide.style.width = `${pitch() * shown.characters.length}px`;
    if (grew) scroll.scrollLeft = scroll.scrollWidth; // keep the end visible while typing
    moved();
  }

  // ---- the drawing ----

  const height = () => shown.lanes.length * (STRIP.lane + STRIP.gap) + STRIP.letters;
  const foot = (lane) => (lane + 1) * (STRIP.lane + STRIP.gap);

  function drawGutter() {
    const gutter = part("-gutter");
    gutter.replaceChildren();
    for (const { temperature } of shown.lanes) {
      const label = make("div", "", gutter);
      label.style.height = `${STRIP.lane + STRIP.gap}px`;
      label.style.setProperty("--t", charlstmColours.temperatureColour(temperature));
      make("span", "dim", label, percent(1));
      make("b", "", label, `T ${temperatureName(temperature)}`);
    }
  }

  function draw() {
    frame = 0;
    const width = scroll.clientWidth;
    if (!shown || !width) return;
    const { characters, lanes, watched } = shown;
    const step = pitch();
    wide.style.width = `${step * characters.length}px`;
    const from = Math.max(0, Math.floor(scroll.scrollLeft / step));
    const to = Math.min(characters.length, Math.ceil((scroll.scrollLeft + width) / step));
    const x = (i) => i * step - scroll.scrollLeft;
    svg.replaceChildren();
    svg.setAttribute("width", width);
    svg.setAttribute("height", height());
    const picked = chosen();
    shape("rect", { class: "place", x: x(picked), y: 0, width: step, height: height() }, svg);
    lanes.forEach(({ own, comma }, lane) => {
      const y = (share) => foot(lane) - STRIP.lane * share;
      for (const share of [0, 1]) {
        shape("line", { class: "grid", x1: 0, x2: width, y1: y(share), y2: y(share) }, svg);
      }
      for (let i = from; i < to; i++) {
        const at = y(own[i]);
        const bar = { class: "own", x: x(i) + 1, y: at, width: step - 2, height: foot(lane) - at };
        shape("rect", bar, svg);
        if (watched === null || i < watched) continue;
        const mark = y(comma[i - watched]);
        shape("line", { class: "comma", x1: x(i), x2: x(i) + step, y1: mark, y2: mark }, svg);
      }
    });
    for (let i = from; i < to; i++) {
      const letter = { x: x(i) + step / 2, y: height() - 5 };
      if (i === watched) letter.class = "watched";
      shape("text", letter, svg, SHAPES[characters[i]] ?? characters[i]);
    }
    const whole = step * characters.length <= width;
    part("-seen").textContent = whole
      ? ""
      : phrase("brackets.strip.seen", {
          from: from + 1,
          to,
          characters: phrase("brackets.n.characters", { n: characters.length }),
        });
  }

  function redraw() {
    frame ||= requestAnimationFrame(draw);
  }

  // ---- the chosen character ----

  function listed(values) {
    const [a, b] = values;
    return b === undefined ? a : phrase("brackets.and", { a, b });
  }

  // Another character or text: writes its chances and requests its likely successors.
  function moved() {
    const { characters, lanes, watched, closing, checkpoint, text, temperature } = shown;
    const at = chosen();
    const seen = characters.slice(Math.max(0, at - 15), at + 1).join("").replaceAll("\n", "¶");
    const told = {
      seen: `${at > 15 ? "…" : ""}${seen}`,
      closing,
      chances: listed(lanes.map(({ own }) => percent(own[at]))),
      names: listed(lanes.map((lane) => `T ${temperatureName(lane.temperature)}`)),
    };
    const comma =
      watched !== null && at >= watched && listed(lanes.map((lane) => percent(lane.comma[at - watched])));
    const sentence = comma
      ? phrase("brackets.strip.sentence_comma", { ...told, comma })
      : phrase("brackets.strip.sentence", told);
    quoting(part("-place"), sentence);
    sayPlace(scroll, at, last(), phrase("brackets.at_character", { n: at + 1, sentence }));
    part("-likely").classList.add("late");
    askLikely({ checkpoint, text, place: at, temperature });
    redraw();
  }

  const chosen = placeChooser(scroll, { last, pitch, moved });

  scroll.addEventListener("scroll", redraw);
  new ResizeObserver(() => {
    if (overdue && element.clientWidth) want();
    redraw();
  }).observe(element);
  watch("value", want);
  want();
}
