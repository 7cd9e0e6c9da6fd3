// The class's blind rounds: the texts of this person's round, the pick, and afterwards, if the
// teacher shows the answers, the source of each text.

/**
 * @typedef {object} RoomRound
 * @property {number} number From 0.
 * @property {string} beginning
 * @property {string[]} texts
 * @property {number} [place] Index of the picked text.
 * @property {(number | null)[]} [sources] The temperature of each text; null is the real one.
 *
 * @typedef {object} RoundQuestion
 * @property {string} code
 * @property {string} token
 *
 * @typedef {object} LatestRound
 * @property {RoomRound} [round]
 *
 * @typedef {object} RoundPick
 * @property {string} code
 * @property {string} token
 * @property {number} number
 * @property {number} place
 */

/**
 * @param {HTMLElement} box
 * @param {(number: number, place: number) => void} pick
 */
function roomTexts(box, pick) {
  const letter = (index) => String.fromCharCode(65 + index);
  /** @type {RoomRound | null} */
  let shown = null;

  /** @param {RoomRound} round */
  function drawCards({ beginning, texts, number }) {
    box.replaceChildren();
    texts.forEach((text, place) => {
      const card = make("section", "card blind-text", box);
      card.setAttribute("aria-label", phrase("classroom.text.label", { letter: letter(place) }));
      const heading = make("h3", "", card);
      make("span", "letter", heading, letter(place));
      make("span", "source", heading);
      const pre = make("pre", "", card);
      make("span", "given", pre, beginning);
      make("span", "", pre, `${text} …`);
      const label = phrase("classroom.text.pick_label", { letter: letter(place) });
      pressable(phrase("classroom.text.pick"), "pick", card, () => choose(number, place), label);
    });
  }

  function choose(number, place) {
    for (const button of box.querySelectorAll(".pick")) button.disabled = true;
    pick(number, place);
  }

  /** @param {RoomRound} round */
  function drawPick({ place, sources }) {
    [...box.children].forEach((card, i) => {
      card.querySelector(".pick")?.remove();
      card.classList.toggle("picked", i === place);
      const source = sources?.[i];
      card.classList.toggle("real", source === null);
      const colour =
        source === null || source === undefined
          ? "var(--ink)"
          : charlstmColours.temperatureColour(source);
      /** @type {HTMLElement} */ (card).style.setProperty("--t", colour);
      const known = sources ? spokenSource(source) : "";
      const own = i === place ? phrase("classroom.text.yours") : "";
      card.querySelector(".source").textContent = besides([known, own]);
    });
  }

  return {
    get round() {
      return shown;
    },

    /** @param {RoomRound | null} round */
    draw(round) {
      box.hidden = !round;
      if (round && round.number !== shown?.number) drawCards(round);
      const open = round && round.place === undefined;
      if (open) for (const button of box.querySelectorAll(".pick")) button.disabled = false;
      if (round && !open) drawPick(round);
      shown = round;
    },

    forget() {
      shown = null;
      box.hidden = true;
      box.replaceChildren();
    },
  };
}
