// Rolling presses Continue at once. Gradio may hand the new dice to its components only after the
// question has left, so the question takes them itself: they are the last thing that was rolled.
var charlstmRoll = (() => {
  let rolled = null;

  return {
    roll(sides) {
      rolled = Math.floor(sides * Math.random());
      const dice = rolled;
      document.querySelector("#continue").click();
      return dice;
    },

    // The dice of the question that leaves.
    taken(dice) {
      const own = rolled ?? dice;
      rolled = null;
      return own;
    },
  };
})();
