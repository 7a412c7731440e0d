/** Make footnote marks into buttons that lead to their text, and numbers of texts into buttons that lead back. */
export function addFootnoteButtons(fragment: DocumentFragment, name: (number: string) => string): void {
  for (const mark of fragment.querySelectorAll('.salon-footnote-mark, .salon-footnote > sup')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'salon-footnote-button';
    button.textContent = mark.textContent;
    button.setAttribute('aria-label', name(mark.textContent ?? ''));
    mark.replaceChildren(button);
  }
}

/** Go from a footnote's mark to its text, or back. */
export function followFootnote(button: Element): void {
  const owner = button.closest<HTMLElement>('[data-label]');
  const kind = owner?.classList.contains('salon-footnote-mark') ? '.salon-footnote' : '.salon-footnote-mark';
  const others = button.closest('.salon-markdown')?.querySelectorAll<HTMLElement>(kind) ?? [];
  const other = [...others].find(({ dataset }) => dataset['label'] === owner?.dataset['label']);
  const target = other?.querySelector<HTMLElement>('.salon-footnote-button');
  target?.scrollIntoView({ block: 'center' });
  target?.focus({ preventScroll: true });
}
