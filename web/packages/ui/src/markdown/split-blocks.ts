import type { Token } from 'marked';
import { allowedTags } from './allowed-tags';
import type { Links } from './links';
import { readBlocks, type Parser } from './parser';

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

const voidTags = new Set(
  'area base br col dd dt embed hr img input li link meta p source td th tr track wbr'.split(' '),
);
const opensFormula = /^ {0,3}(?:\$\$|\\\[)/;

/**
 * Divide `source` into closed groups of blocks and the open rest.
 *
 * Only whole lines decide: what follows a block may still be its continuation until the line's
 * end has come. With `isFinished` everything is closed. `isContainer` says which tags hold what follows them.
 */
export function splitBlocks(
  parser: Parser,
  source: string,
  links: Links,
  isFinished: boolean,
  isContainer: (name: string) => boolean = (name) => allowedTags.has(name),
): Split {
  const whole = isFinished ? source : source.slice(0, source.lastIndexOf('\n') + 1);
  const groups = groupBlocks(readBlocks(parser, whole, links), isContainer);
  if (isFinished) return { closed: groups, open: '' };
  let at = 0;
  const closed: BlockGroup[] = [];
  for (const group of groups.slice(0, -1)) {
    if (isOpenFormula(group, whole.slice(at))) break;
    closed.push(group);
    at += group.source.length;
  }
  return { closed, open: source.slice(at) };
}

function groupBlocks(tokens: Token[], isContainer: (name: string) => boolean): BlockGroup[] {
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
    if (token.type === 'html') depth = Math.max(0, depth + openedTags(token.raw, isContainer));
  }
  return groups;
}

function openedTags(html: string, isContainer: (name: string) => boolean): number {
  let depth = 0;
  for (const [tag, name = ''] of html.matchAll(/<\/?([a-z][\w-]*)[^>]*>/gi)) {
    const lower = name.toLowerCase();
    if (isContainer(lower) && !voidTags.has(lower)) depth += tag.startsWith('</') ? -1 : 1;
  }
  return depth;
}

/** A formula may go on, past what looks like other blocks, until its end or an empty line. */
function isOpenFormula(group: BlockGroup, rest: string): boolean {
  return group.tokens[0]?.type === 'paragraph' && opensFormula.test(group.source) && !/\n[ \t]*\n/.test(rest);
}
