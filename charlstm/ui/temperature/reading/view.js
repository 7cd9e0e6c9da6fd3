// Texts whose characters can be explained: a click or the arrow keys choose a character, the panel
// "Why this character?" explains it, and the heat view colours all characters. Used by the columns
// and by the panel "Read a text".

/**
 * @typedef {object} ReadQuestion
 * @property {string} checkpoint
 * @property {string} fingerprint
 * @property {string} text
 *
 * @typedef {object} Scores
 * @property {(number | null)[]} bits One for each character; null for the first.
 * @property {number[]} ranks
 * @property {number} total
 * @property {number} mean
 *
 * @typedef {object} Truncation
 * @property {number} top_k
 * @property {number} top_p
 * @property {number} min_p
 *
 * @typedef {object} Drawn
 * @property {number} given Number of characters of the seed text.
 * @property {number[]} temperatures
 * @property {number} dice
 * @property {Truncation} truncation
 *
 * @typedef {object} WhyQuestion
 * @property {string} checkpoint
 * @property {string} fingerprint
 * @property {string} text
 * @property {number} place Index of the character.
 * @property {Drawn | null} drawn Null for a character that a person typed.
 *
 * @typedef {object} Explained
 * @property {number} number Of the text.
 * @property {number} place Index of the character in it.
 * @property {WhyAnswer} answer
 *
 * @typedef {object} TextServer
 * @property {Served<ReadQuestion, Scores>} read_text
 * @property {Served<WhyQuestion, WhyAnswer>} why_character
 *
 * @typedef {object} AskedText
 * @property {string} checkpoint
 * @property {string} fingerprint
 * @property {string} text
 * @property {number} given Number of characters at the start that a person typed.
 * @property {Drawn | null} drawn
 *
 * @typedef {object} TextOptions
 * @property {(i: number) => AskedText | null} asked Text i, as it is sent to the server.
 * @property {string} name The form name of the choice of heat.
 * @property {string} heat "off", "bits" or "ranks" at first.
 * @property {(i: number, scores: Scores | null) => void} [scored] Called with the scores of text i
 *   when they arrive, and with null when they are no longer valid.
 * @property {(i: number) => Scores | null} [known] The scores of text i, where they came with it.
 * @property {(i: number, place: number) => Record<string, string>} linked What a link to a
 *   character of text i opens with, see `linkButton`.
 * @property {(i: number, place: number, character: string) => void} [instead] Called when a person
 *   chooses another character in the place of one that was drawn.
 * @property {() => boolean} [settled] Whether texts have stopped growing; before that, nothing is
 *   coloured.
 */

/**
 * @param {HTMLElement} element Holds .text-why, .text-tools and .text-scale.
 * @param {TextServer} server
 * @param {TextOptions} options
 */
function askableTexts(element, server, options) {
  const { asked, name, heat, linked } = options;
  const { scored = () => {}, known = () => null, settled = () => true, instead } = options;
  const part = (name) => element.querySelector(`.${name}`);
  const texts = [];
  const picked = marks("text-picked", 2);
  /** @type {{ number: number, place: number } | null} */
  let at = null; // the explained character: number of a text, and index in it
  let by = heat;

  const panel = whyPanel(part("text-why"), {
    step: (way) => at && texts[at.number].walk.go(at.place + way),
    closed: () => close(true),
    also: () => linked(at.number, at.place),
    instead: instead && chosen,
  });

  const why = asker(
    0,
    /** @param {{ number: number, question: AskedText, place: number }} asked */
    ({ question, place }) => {
      const { checkpoint, fingerprint, text, given, drawn } = question;
      const own = place < given ? null : drawn;
      return server.why_character({ checkpoint, fingerprint, text, place, drawn: own });
    },
    (answer, { number, question, place }) => {
      if (at?.number !== number || at.place !== place) return;
      texts[number].walk.say(panel.draw(answer, place, place < question.given, number));
      keepInView(texts[number].places().box(place));
    },
  );

  function go(number, place) {
    const question = asked(number);
    if (!question) return;
    part("text-why").classList.remove("text-why-example");
    at = { number, place };
    picked([texts[number].places().range(place, place + 1)]);
    why({ number, question, place });
  }

  function chosen(character) {
    const { number, place } = at;
    if (innerWidth <= 760) close(false); // on a phone it would cover what is written on
    instead(number, place, character);
  }

  function keepInView({ top, bottom }) {
    const floor = panel.open ? part("text-why").getBoundingClientRect().top : innerHeight;
    if (top < 8) scrollBy(0, top - 60);
    else if (bottom > floor - 8) scrollBy(0, bottom - floor + 60);
  }

  function close(back) {
    const number = at?.number;
    at = null;
    picked([]);
    panel.close();
    if (back && number !== undefined) texts[number].walk.focus();
  }

  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open) close(true);
  });

  async function colour(number) {
    const text = texts[number];
    const question = asked(number);
    if (by === "off" || !question) return text.paint("off");
    if (!settled()) return;
    const { checkpoint, fingerprint, text: whole } = question;
    if (text.scores?.of !== whole) {
      let scores = known(number);
      try {
        scores ??= await server.read_text({ checkpoint, fingerprint, text: whole });
      } catch {
        scores = { error: phrase("components.no_answer") };
      }
      if (texts[number] !== text || asked(number)?.text !== whole) return;
      if (scores.error) return part("text-scale").replaceChildren(scores.error);
      text.scores = { ...scores, of: whole };
      scored(number, scores);
    }
    text.paint(by, text.scores);
  }

  heatChoice(part("text-tools"), part("text-scale"), name, heat, (chosen) => {
    by = chosen;
    texts.forEach((_, number) => colour(number));
  });

  return {
    // Adds a text: its element and the text nodes in it. `start` returns the first index of a walk.
    add(pre, nodes, start) {
      const number = texts.length;
      const places = placesIn(nodes);
      const went = (place) => go(number, place);
      const walk = walkAlong(pre, places, { start, went });
      texts.push({ places, walk, paint: heatOn(places), scores: null });
    },

    // Removes the last text.
    drop() {
      const number = texts.length - 1;
      this.forget(number);
      texts.pop();
    },

    // Sets a text's label, and whether its characters can be explained yet.
    name(number, label, ready) {
      texts[number].walk.rename(label);
      texts[number].walk.allow(ready);
    },

    // A text was replaced: removes its explanation, heat and scores.
    forget(number) {
      close(false);
      texts[number].walk.rest();
      texts[number].paint("off");
      texts[number].scores = null;
      scored(number, null);
    },

    // A text is complete: colours it if heat is on.
    finished(number) {
      colour(number);
    },

    show(number, place) {
      texts[number].walk.focus();
      texts[number].walk.go(place);
    },

    // Shows an explanation that nobody has asked for: below the texts, and not above them.
    /** @param {Explained} explained */
    explained({ number, place, answer }) {
      at = { number, place };
      picked([texts[number].places().range(place, place + 1)]);
      part("text-why").classList.add("text-why-example");
      panel.draw(answer, place, false, number);
    },

    get heat() {
      return by;
    },

    range: (number, from, to) => texts[number].places().range(from, to),
  };
}
