import { findRanges } from './find-ranges';

/**
 * Mark `query` in everything below `root`, more strongly in the message `current`, which gets an outline where
 * the text is out of sight, as in a closed thought. Marks are highlights, so the document stays as it is.
 * Returns what ends it.
 */
export function markMatches(root: Element, query: string, current: string | undefined): () => void {
  let frame = 0;

  function mark(): void {
    const element = current === undefined ? null : root.querySelector(`[data-id="${CSS.escape(current)}"]`);
    const ranges = element ? findRanges(element, query) : [];
    element?.toggleAttribute('data-found', ranges.length === 0);
    set('salon-search', findRanges(root, query));
    set('salon-search-current', ranges);
  }

  const observer = new MutationObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(mark);
  });
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  mark();
  return () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    for (const element of root.querySelectorAll('[data-found]')) element.removeAttribute('data-found');
    set('salon-search', []);
    set('salon-search-current', []);
  };
}

function set(name: string, ranges: Range[]): void {
  if (typeof Highlight === 'undefined') return;
  if (ranges.length > 0) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}
