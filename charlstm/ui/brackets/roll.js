// Roll sets new dice and clicks Continue. Gradio may update the dice's component only after the
// question is sent, so the question takes the dice that were rolled from here.
var charlstmRoll = (() => {
  let rolled = null;

  return {
    roll(sides) {
      rolled = Math.floor(sides * Math.random());
      const dice = rolled;
      document.querySelector("#continue").click();
      return dice;
    },

    // The dice of the question that is about to be sent.
    taken(dice) {
      const own = rolled ?? dice;
      rolled = null;
      return own;
    },
  };
})();
