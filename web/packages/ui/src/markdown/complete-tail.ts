/** A link whose address has not come yet shows its words; a footnote's mark shows nothing. */
const unfinishedLink = /!?\[(?:\^[^\]\n]*|([^\]\n]*)(?:\]\([^)\n]*)?)$/;
const openers = /(\*\*\*|\*\*|__|~~|`+|\*)/g;

/**
 * Close what the last, unfinished paragraph leaves open, so that it looks as it will when its end
 * has come. Code fences need no closing.
 */
export function completeTail(source: string): string {
  const start = source.search(/[^\n]*(?:\n[^\n]+)*$/);
  const paragraph = source.slice(start);
  if (/^ {0,3}(?:```|~~~)/m.test(paragraph)) return source;
  if (/^ {0,3}(?:\$\$|\\\[)/.test(paragraph)) return source;
  const isInCode = (paragraph.match(/`/g)?.length ?? 0) % 2 === 1;
  const shown = source.slice(0, start) + (isInCode ? paragraph : paragraph.replace(unfinishedLink, '$1'));
  return shown.replace(/(?<=\s|^)[*_~`]+$/, '') + closers(paragraph);
}

function closers(paragraph: string): string {
  const open: string[] = [];
  for (const match of paragraph.matchAll(openers)) {
    const [mark] = match;
    const code = open.at(-1)?.startsWith('`') ? open.at(-1) : undefined;
    if (code) {
      if (mark === code) open.pop();
      continue;
    }
    const next = paragraph[match.index + mark.length];
    const opens = next !== undefined && !/\s/.test(next);
    if (open.at(-1) === mark) open.pop();
    else if (opens && (mark !== '*' || !/^[ \t]*$/.test(lineBefore(paragraph, match.index)))) open.push(mark);
  }
  return open.reverse().join('');
}

function lineBefore(text: string, index: number): string {
  return text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
}
