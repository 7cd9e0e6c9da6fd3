// Holds what a person asks while the page reads its settings from the link: the controls have the
// page's own until then, and the answer would be to another question. It is asked once the link's
// are there; until then the button says that it is busy.
(() => {
  // What only shows something waits for nothing: tabs, folds and words of the glossary.
  const asks = "button:not([role=tab], .label-wrap, .term), pre";
  const types = "input, textarea"; // which ask with Enter
  /** @type {Map<Element, Event>} */
  const held = new Map();

  function hold(event, element) {
    if (!charlstmLink.opening || !event.isTrusted || !element?.closest("#tabs")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.set(element, event);
    element.setAttribute("aria-busy", "true");
  }

  document.addEventListener("click", (event) => hold(event, event.target.closest?.(asks)), { capture: true });
  document.addEventListener(
    "keypress",
    (event) => hold(event, event.key === "Enter" && event.target.closest?.(types)),
    { capture: true },
  );

  charlstmLink.whenOpen(() => {
    // Gradio updates its components after the functions that call this one have returned.
    requestAnimationFrame(() => {
      for (const [element, event] of held) {
        element.removeAttribute("aria-busy");
        // What no longer stands belonged to the page's own settings.
        const again = /** @type {new (kind: string, like: object) => Event} */ (event.constructor);
        if (element.isConnected && !element.matches(":disabled")) element.dispatchEvent(new again(event.type, event));
      }
      held.clear();
    });
  });
})();
