/**
 * The settings of the columns besides seed text and dice, as tab.py passes them.
 *
 * @typedef {object} Shape
 * @property {string} checkpoint
 * @property {string} columns The number of columns.
 * @property {number} length
 * @property {number} top_k
 * @property {number} top_p
 * @property {number} min_p
 * @property {number[]} temperatures One for each possible column.
 */

// Decides when the Temperature tab writes. It clicks the tab's own buttons, so that there is one
// way to start and one to stop. A change of the controls starts nothing before the first Write.
var charlstmWriting = (() => {
  let last = null; // the last question's settings, as the JSON of a Shape
  let active = false;
  let again = false; // write again as soon as the current writing has ended
  let stale = false; // texts that still arrive belong to a question that was replaced
  // The settings and dice that the next writing should have. On a busy machine it may start before
  // Gradio has updated its components to these values; then it is repeated.
  let wanted = { shape: null, dice: null };
  let turned = null; // the column whose temperature was last set on its card, and that temperature
  let frame = 0;

  /** @param {Shape} shape */
  const written = ({ checkpoint, columns, length, top_k, top_p, min_p, temperatures }) =>
    JSON.stringify({ checkpoint, columns, length, top_k, top_p, min_p, temperatures });

  const press = (name) => document.querySelector(name)?.click();

  // Gradio updates its components after the functions below return: wait for the next frame.
  function write() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      press("#write");
    });
  }

  // Stops the current writing; the next one starts when it has ended.
  function interrupt() {
    again = stale = true;
    press("#stop-writing");
  }

  function anew() {
    if (active) interrupt();
    else write();
  }

  return {
    // Write was pressed, by a person or by `write`.
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

    // The writing has ended: complete, stopped or failed.
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

    // A control has changed: writes again if anything was written before. Returns the value that
    // the columns have until new texts arrive: a temperature keeps only a text that it has written.
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

    // Keeps a card's new temperature until the event that the card triggers calls `turned`.
    turn(column, temperature) {
      turned = { column, temperature };
    },

    turned(temperatures) {
      return turned ? temperatures.with(turned.column, turned.temperature) : temperatures;
    },

    // The page has opened; runs before `charlstmLink.opened`, which may change the address.
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
