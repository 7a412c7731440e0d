import type { Token } from 'marked';
import { allowedTags } from './allowed-tags';
import type { Parser } from './parser';

/** Shows HTML that the page itself must not hold, in frames. */
export interface HtmlFrames {
  /** Gives HTML as it is. */
  parser: Parser;
  /** Fill a place with a frame that shows `html`. */
  show(place: HTMLElement, html: string): void;
}

const tag = /<([a-z][\w:-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/gi;
const lostAttribute = /\s(?:style|class|id|on[a-z]+)\s*=/i;

/** Whether a name is one of HTML's, or of what HTML holds. */
export function isHtml(name: string): boolean {
  return name === 'svg' || name === 'math' || !(document.createElement(name) instanceof HTMLUnknownElement);
}

/** Whether blocks hold HTML of which the page would leave something out. */
export function needsFrame(parser: Parser, tokens: Token[]): boolean {
  let isNeeded = false;
  void parser.walkTokens(tokens, ({ type, raw }) => {
    if (type !== 'html') return;
    for (const [, name = '', attributes = ''] of raw.matchAll(tag)) {
      const lower = name.toLowerCase();
      isNeeded ||= isHtml(lower) && (!allowedTags.has(lower) || lostAttribute.test(attributes));
    }
  });
  return isNeeded;
}

/** The place of a frame, which carries its HTML as an attribute, where it is nothing but text. */
export function framePlace(html: string): HTMLElement {
  const place = document.createElement('div');
  place.className = 'salon-html';
  place.dataset['html'] = html;
  return place;
}

/** Have the places in `nodes` filled that are not yet. */
export function fillPlaces(nodes: Node[], { show }: HtmlFrames): void {
  for (const node of nodes) {
    if (!(node instanceof HTMLElement) || !node.matches('.salon-html:not([data-filled])')) continue;
    node.dataset['filled'] = '';
    show(node, node.dataset['html'] ?? '');
  }
}
