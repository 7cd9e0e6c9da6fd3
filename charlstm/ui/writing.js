// When the Temperature tab writes again by itself: its Write button is pressed for the person, so
// that there is one way to write. Nothing is written before it was asked for once.
window.charlstmWriting = (() => {
  let last = null; // checkpoint, length and temperatures of what was written last
  let active = false;
  let rolled = false; // the dice fell while it wrote: that writing is cancelled, a new one follows

  return {
    press() {
      // Gradio hands new values to its components after this call: wait for the next frame.
      requestAnimationFrame(() => document.querySelector("#write")?.click());
    },

    started([name, seed, dice, ...shape]) {
      active = true;
      document.querySelector(".text-columns")?.classList.add("waiting");
      last = JSON.stringify([name, ...shape]);
      window.charlstmLink.set({ go: "1" });
    },

    // At its end, whether it was written, stopped or failed.
    ended() {
      active = false;
      document.querySelector(".text-columns")?.classList.remove("waiting");
      if (rolled) this.press();
      rolled = false;
    },

    // What is shown follows its controls.
    touched(now) {
      if (last !== null && last !== JSON.stringify(now)) this.press();
    },

    opened() {
      if (new URLSearchParams(location.search).get("go") === "1") this.press();
    },

    roll(sides) {
      if (active) rolled = true;
      else this.press();
      return Math.floor(sides * Math.random());
    },
  };
})();
