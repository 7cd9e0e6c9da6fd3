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

// What Python writes into the page's head, see texts.py, style/theme.py, app.py and link.py.
// The names of the texts of a group: Below<"brackets.table.column">.
type Below<Group extends string, Name = TextName> = Name extends `${Group}.${infer Rest}` ? Rest : never;

declare var charlstmLanguage: string;
declare var charlstmTexts: Record<string, string | { one: string; other: string }>;
declare var charlstmScale: { temperature: number; colour: string }[];
declare var charlstmSpacePage: string | null;
declare var charlstmTabs: string[];
