// Keeps the Tab key from one of Gradio's dropdowns: it takes the key for typing, and opens its list
// again over what the focus goes to. Without the key it closes when the focus leaves.
document.addEventListener(
  "keydown",
  (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.key === "Tab" && target.matches("[role=combobox]")) event.stopImmediatePropagation();
  },
  { capture: true },
);
