// The choice of the page's language. It opens the page anew with what its address holds; the link
// names the language from then on.

/** @param {Component<[code: string, name: string][]>} component */
function mountLanguages({ element, props }) {
  const list = element.querySelector("select");
  for (const [code, name] of props.value) list.append(new Option(name, code, false, code === charlstmLanguage));
  list.addEventListener("change", () => {
    const query = charlstmLink.query();
    query.set("lang", list.value);
    location.assign(`?${query}`);
  });
}
