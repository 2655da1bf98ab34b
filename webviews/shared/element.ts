/** An element with attributes and children, in one expression. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Writes only what differs: a text set anew would be read out again and lose a selection. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
