// What the check of the scripts takes the page for.

// A selector finds an element of our own templates, of any kind.
interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}
interface EventTarget {
  closest(selectors: string): any;
  value: any;
  checked: any;
}

// What Python writes into the page's head, see style/theme.py and link.py.
declare var charlstmScale: { temperature: number; colour: string }[];
declare var charlstmSpacePage: string | null;
