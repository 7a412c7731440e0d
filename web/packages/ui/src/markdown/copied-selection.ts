const formulas = '.salon-math[data-source]';

/** What a selection with formulas gives to the clipboard: each once, as its source; `undefined` without formulas. */
export function copiedSelection(selection: Selection): { text: string; html: string } | undefined {
  if (selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0).cloneRange();
  const first = formulaOf(range.startContainer);
  const last = formulaOf(range.endContainer);
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  const place = document.createElement('div');
  place.append(range.cloneContents());
  const found = place.querySelectorAll<HTMLElement>(formulas);
  if (found.length === 0) return undefined;
  for (const formula of found) formula.textContent = sourceOf(formula);
  for (const control of place.querySelectorAll('.salon-code-bar, button, [aria-hidden]')) control.remove();
  const html = place.innerHTML;
  // Only what is in the document has lines.
  place.className = 'salon-markdown salon-visually-hidden';
  document.body.append(place);
  const text = place.innerText;
  place.remove();
  return { text: text.replace(/\n{3,}/g, '\n\n'), html };
}

function formulaOf(node: Node): Element | null {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest(formulas) ?? null;
}

function sourceOf({ dataset }: HTMLElement): string {
  const source = dataset['source'] ?? '';
  if (dataset['display'] !== 'true') return `$${source}$`;
  if (source.startsWith('\\begin')) return source;
  return source.includes('\n') ? `$$\n${source}\n$$` : `$$${source}$$`;
}
