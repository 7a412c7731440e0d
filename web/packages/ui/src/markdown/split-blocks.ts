import type { Token } from 'marked';
import { inlineTags, optionalEnds, voidTags } from './html-tags';
import type { Links } from './links';
import type { Parser } from './parser';

/** Blocks that belong together: usually one, more where HTML tags span several. */
export interface BlockGroup {
  tokens: Token[];
  source: string;
}

/** What can't change any more, and the source of what still can. */
export interface Split {
  closed: BlockGroup[];
  open: string;
}

/**
 * Divide `source` into closed groups of blocks and the open rest.
 *
 * Only whole lines decide: what follows a block may still be its continuation until the line's
 * end has come. With `isFinished` everything is closed. `isElement` says which tags are HTML.
 */
export function splitBlocks(
  parser: Parser,
  source: string,
  links: Links,
  isFinished: boolean,
  isElement: (name: string) => boolean,
): Split {
  const whole = isFinished ? source : source.slice(0, source.lastIndexOf('\n') + 1);
  const groups = groupBlocks(parser.read(whole, { links, isElement, isGrowing: !isFinished }), isElement);
  if (isFinished) return { closed: groups, open: '' };
  let at = 0;
  const closed: BlockGroup[] = [];
  for (const group of groups.slice(0, -1)) {
    closed.push(group);
    at += group.source.length;
  }
  return { closed, open: source.slice(at) };
}

/** Put blocks together that HTML tags span. */
export function groupBlocks(tokens: Token[], isElement: (name: string) => boolean): BlockGroup[] {
  const groups: BlockGroup[] = [];
  let depth = 0;
  for (const token of tokens) {
    const last = groups.at(-1);
    if (last && (depth > 0 || token.type === 'space')) {
      last.tokens.push(token);
      last.source += token.raw;
    } else {
      groups.push({ tokens: [token], source: token.raw });
    }
    if (token.type === 'html') depth = Math.max(0, depth + openedTags(token.raw, isElement));
  }
  return groups;
}

/** How many elements that hold blocks a piece of HTML leaves open. */
function openedTags(html: string, isElement: (name: string) => boolean): number {
  let depth = 0;
  for (const [tag, name = ''] of html.matchAll(/<\/?([a-z][\w-]*)[^>]*>/gi)) {
    const lower = name.toLowerCase();
    const holdsBlocks = !voidTags.has(lower) && !inlineTags.has(lower) && !optionalEnds.has(lower);
    if (isElement(lower) && holdsBlocks) depth += tag.startsWith('</') ? -1 : 1;
  }
  return depth;
}
