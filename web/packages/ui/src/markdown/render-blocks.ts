import type { BlockGroup } from './split-blocks';
import { parser } from './parser';
import { sanitize } from './sanitize';

const mayHoldHtml = /<[a-z!/?]/i;

/** Render groups of blocks; each that holds HTML by itself, so that a stray tag can't reach its neighbours. */
export function renderBlocks(groups: BlockGroup[]): DocumentFragment {
  const rendered = document.createDocumentFragment();
  let html = '';
  const flush = () => {
    if (html) rendered.append(sanitize(html));
    html = '';
  };
  for (const { tokens, source } of groups) {
    const own = parser.parser(tokens);
    if (mayHoldHtml.test(source)) {
      flush();
      rendered.append(sanitize(own));
    } else html += own;
  }
  flush();
  for (const node of [...rendered.childNodes]) if (node instanceof Text && !node.data.trim()) node.remove();
  return rendered;
}
