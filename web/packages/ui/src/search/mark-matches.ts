import { findRanges } from './find-ranges';

/** Looking through everything takes time that a reply which grows needs too. */
const pause_ms = 150;

/**
 * Mark `query` in everything below `root`, more strongly in the message `current`, which gets an outline where
 * the text is out of sight, as in a closed thought. Marks are highlights, so the document stays as it is.
 * Returns what ends it.
 */
export function markMatches(root: Element, query: string, current: string | undefined): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;

  function mark(): void {
    timer = undefined;
    const element = current === undefined ? null : root.querySelector(`[data-id="${CSS.escape(current)}"]`);
    const ranges = element ? findRanges(element, query) : [];
    element?.toggleAttribute('data-found', ranges.length === 0);
    set('salon-search', findRanges(root, query));
    set('salon-search-current', ranges);
  }

  const observer = new MutationObserver(() => {
    timer ??= setTimeout(mark, pause_ms);
  });
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  mark();
  return () => {
    observer.disconnect();
    clearTimeout(timer);
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
