// The order of the Train tab's questions. On a busy machine an answer may come after that to a later
// question, which it must not replace: so each question carries a number, and its answer repeats it.
// Gradio's own `cancels` does nothing for a question that the server has not confirmed yet.
var charlstmOrder = (() => {
  let number = 0;
  let take = (_run) => {};
  const sent = (inputs) => [...inputs.slice(0, -2), number, charlstmOwner.token()];
  return {
    /** The inputs of a question about the watched run, with its number and this browser's token. */
    asks: sent,

    /** Those of a question that may change which run is watched, or its state. */
    acts(inputs) {
      number += 1;
      return sent(inputs);
    },

    /** The number of the newest question that acted. */
    now: () => number,

    /** A run was picked in the list. */
    picked: (run) => take(run),
    whenPicked: (/** @type {typeof take} */ board) => (take = board),
  };
})();
