/**
 * What the columns are written with, as tab.py hands it over, besides seed text and dice.
 *
 * @typedef {object} Shape
 * @property {string} checkpoint
 * @property {string} columns How many there are.
 * @property {number} length
 * @property {number} top_k
 * @property {number} top_p
 * @property {number} min_p
 * @property {number[]} temperatures Of as many columns as there can be.
 */

// When the Temperature tab writes: its buttons are pressed for the person, so that there is one way
// to write and one to stop. Nothing is written before it was asked for once.
var charlstmWriting = (() => {
  let last = null; // checkpoint, columns, length, truncation and temperatures of the last question
  let active = false;
  let again = false; // another question is asked as soon as this writing has ended
  let stale = false; // what still arrives belongs to a question that nobody asks any more
  // What the writing to come is asked for because of; on a busy machine it may start before Gradio
  // has handed that over, and then it is asked for once more.
  let wanted = { shape: null, dice: null };
  let turned = null; // the column whose temperature was set on its card, and that temperature
  let frame = 0;

  /** @param {Shape} shape */
  const written = ({ checkpoint, columns, length, top_k, top_p, min_p, temperatures }) =>
    JSON.stringify({ checkpoint, columns, length, top_k, top_p, min_p, temperatures });

  const press = (name) => document.querySelector(name)?.click();

  // Gradio hands new values to its components after the calls below: wait for the next frame.
  function write() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      press("#write");
    });
  }

  // Ends the writing that goes on; the next one begins when it has ended.
  function interrupt() {
    again = stale = true;
    press("#stop-writing");
  }

  function anew() {
    if (active) interrupt();
    else write();
  }

  return {
    // By a person, or by `write`.
    asked() {
      if (active) interrupt();
    },

    /** @param {Shape & { seed: string, dice: number }} question */
    started(question) {
      active = true;
      stale = false;
      document.querySelector("#columns .text-columns")?.classList.add("waiting");
      last = written(question);
      again = (wanted.shape ?? last) !== last || (wanted.dice ?? question.dice) !== question.dice;
      wanted = { shape: null, dice: null };
      charlstmLink.pin({ go: "1", checkpoint: question.checkpoint });
    },

    // At its end, whether it was written, stopped or failed.
    ended() {
      active = stale = false;
      const columns = document.querySelector("#columns .text-columns");
      if (again) write();
      else {
        columns?.classList.remove("waiting");
        columns?.dispatchEvent(new Event("ended"));
      }
      again = false;
    },

    get stale() {
      return stale;
    },

    // What is shown follows its controls. Gives what the columns show until something is written:
    // a text never stands under a temperature that did not write it.
    /**
     * @param {{ phase: string, columns: { temperature: number, text: string }[] }} shown
     * @param {Shape} shape
     */
    touched(shown, shape) {
      const temperatures = shape.temperatures.slice(0, Number(shape.columns));
      const before = shown.columns.map(({ temperature }) => temperature);
      if (last !== null && last !== written(shape)) {
        wanted.shape = written(shape);
        anew();
      }
      if (JSON.stringify(before) === JSON.stringify(temperatures)) return { __type__: "update" };
      const texts = temperatures.map((temperature, i) =>
        temperature === before[i] ? shown.columns[i].text : "",
      );
      return {
        ...shown,
        phase: last === null ? "ready" : "waiting",
        columns: temperatures.map((temperature, i) => ({ temperature, text: texts[i] })),
      };
    },

    // A card's temperature: kept here until Gradio asks for it.
    turn(column, temperature) {
      turned = { column, temperature };
    },

    turned(temperatures) {
      return turned ? temperatures.with(turned.column, turned.temperature) : temperatures;
    },

    // Before the link is: what the address says now is what the page was opened with.
    opened() {
      if (new URLSearchParams(location.search).get("go") === "1") write();
    },

    roll(sides, dice, locked) {
      if (locked) return dice;
      wanted.dice = Math.floor(sides * Math.random());
      anew();
      return wanted.dice;
    },
  };
})();
