// What stands for the bracket in a control text, as sentences name it.
function controlName(instead) {
  return instead === "," ? phrase("brackets.cells.comma") : phrase("components.quoted", { character: instead });
}
