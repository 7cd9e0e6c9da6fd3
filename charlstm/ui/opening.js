// What a link hides, and which tab it opens with. It runs in the head, before Gradio builds the
// page, so nothing hidden appears even for a moment. `hide=train,notebook,more` hides tabs, and as
// "more" the folded panels of all tabs; other names are ignored, and a link that hides every tab
// hides none. `step` opens the lesson, `room` the Class tab, and with `view=projector` nothing else is visible.
document.documentElement.lang = charlstmLanguage;
(() => {
  const query = new URLSearchParams(location.search);
  const names = (query.get("hide") ?? "").split(",");
  const visible = charlstmTabs.filter((tab) => !names.includes(tab));
  const tabs = visible.length ? charlstmTabs.filter((tab) => names.includes(tab)) : [];
  const hidden = tabs.map((tab) => `#tabs [data-tab-id="${tab}"]`);
  if (names.includes("more")) hidden.push("#tabs .gr-accordion.more");
  if (hidden.length) {
    const style = document.createElement("style");
    style.textContent = `${hidden.join(", ")} { display: none !important; }`;
    document.head.append(style);
  }
  const projected = query.has("room") && query.get("view") === "projector";
  if (projected) document.documentElement.dataset.view = "projector";

  // The address, which the server reads, names the tab: a hidden one does not open.
  const wanted = query.get("tab");
  const named = charlstmTabs.includes(wanted) && !projected;
  const opens = named ? wanted : query.has("room") ? "class" : query.has("step") ? "notebook" : charlstmTabs[0];
  const tab = tabs.includes(opens) && !projected ? visible[0] : opens;
  if (tab === (named ? wanted : charlstmTabs[0])) return;
  query.set("tab", tab);
  history.replaceState(history.state, "", `${location.pathname}?${query}${location.hash}`);
})();
