/**
 * Make the children of `parent` from index `from` on look like those of `wanted`, keeping every
 * node that is right already, so that selections and what was added to nodes survive.
 */
export function morph(parent: Node, from: number, wanted: Node): void {
  let old = parent.childNodes[from] ?? null;
  for (const next of [...wanted.childNodes]) {
    if (!old) {
      parent.appendChild(next);
      continue;
    }
    const following: ChildNode | null = old.nextSibling;
    if (!adopt(old, next)) parent.replaceChild(next, old);
    old = following;
  }
  while (old) {
    const following: ChildNode | null = old.nextSibling;
    parent.removeChild(old);
    old = following;
  }
}

function adopt(old: ChildNode, next: ChildNode): boolean {
  if (old instanceof Text && next instanceof Text) {
    if (next.data.startsWith(old.data)) {
      if (next.data.length > old.data.length) old.appendData(next.data.slice(old.data.length));
    } else old.data = next.data;
    return true;
  }
  if (!(old instanceof Element && next instanceof Element) || old.nodeName !== next.nodeName) return false;
  const source = old.getAttribute('data-source');
  if (source !== null) return source === next.textContent && old.className === next.className;
  const html = old.getAttribute('data-html');
  if (html !== null) return html === next.getAttribute('data-html');
  adoptAttributes(old, next);
  morph(old, 0, next);
  return true;
}

function adoptAttributes(old: Element, next: Element): void {
  // Whether it is open is the reader's choice.
  const isKept = (name: string) => name === 'open' && old.nodeName === 'DETAILS';
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && !isKept(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) {
    if (!isKept(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}
