// When the Temperature tab writes again by itself: its Write button is pressed for the person, so
// that there is one way to write. Nothing is written before it was asked for once.
window.charlstmWriting = (() => {
  let last = null; // checkpoint, length and temperatures of what was written last
  let active = false;
  let rolled = false; // the dice fell while it wrote: that writing is cancelled, a new one follows
  // What the writing to come is asked for because of; on a busy machine it may start before Gradio
  // has handed that over, and then it is asked for once more.
  let wanted = { shape: null, dice: null };
  let again = false;

  return {
    press() {
      // Gradio hands new values to its components after this call: wait for the next frame.
      requestAnimationFrame(() => document.querySelector("#write")?.click());
    },

    started([name, seed, dice, ...shape]) {
      active = true;
      document.querySelector(".text-columns")?.classList.add("waiting");
      last = JSON.stringify([name, ...shape]);
      again = (wanted.shape ?? last) !== last || (wanted.dice ?? dice) !== dice;
      wanted = { shape: null, dice: null };
      window.charlstmLink.set({ go: "1" });
    },

    // At its end, whether it was written, stopped or failed.
    ended() {
      active = false;
      document.querySelector(".text-columns")?.classList.remove("waiting");
      if (rolled || again) this.press();
      rolled = again = false;
    },

    // What is shown follows its controls.
    touched(now) {
      if (last === null || last === JSON.stringify(now)) return;
      wanted.shape = JSON.stringify(now);
      this.press();
    },

    opened() {
      if (new URLSearchParams(location.search).get("go") === "1") this.press();
    },

    roll(sides) {
      wanted.dice = Math.floor(sides * Math.random());
      if (active) rolled = true;
      else this.press();
      return wanted.dice;
    },
  };
})();
