import { foldText } from './fold-text';

interface Place {
  node: Text;
  start: number;
  end: number;
}

/** The occurrences of `query` in the text below `root`, also across the borders of bold words or links. */
export function findRanges(root: Element, query: string): Range[] {
  const wanted = foldText(query);
  if (wanted === '') return [];
  let folded = '';
  const places: Place[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue;
    let at = 0;
    for (const character of node.data) {
      const end = at + character.length;
      for (const unit of foldText(character)) {
        folded += unit;
        for (let i = 0; i < unit.length; i++) places.push({ node, start: at, end });
      }
      at = end;
    }
  }
  const ranges: Range[] = [];
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length)) {
    const first = places[at];
    const last = places[at + wanted.length - 1];
    if (!first || !last) break;
    const range = document.createRange();
    range.setStart(first.node, first.start);
    range.setEnd(last.node, last.end);
    ranges.push(range);
  }
  return ranges;
}
