import { numberFootnotes } from './footnote-extension';
import { inlineTags } from './html-tags';
import { framePlace, needsFrame, type HtmlFrames } from './html-frames';
import type { Parser } from './parser';
import type { RemoteImages } from './remote-images';
import { sanitize } from './sanitize';
import type { BlockGroup } from './split-blocks';

const mayHoldHtml = /<[a-z!/?]/i;

export interface RenderOptions {
  parser: Parser;
  /** Numbers of the footnotes rendered before; new ones are added. */
  footnotes: Map<string, number>;
  remoteImages: RemoteImages;
  /** Where HTML is shown that the page would leave something out of; without, that is left out. */
  frames?: HtmlFrames | undefined;
}

/** Render groups of blocks; each that holds HTML by itself, so that a stray tag can't reach its neighbours. */
export function renderBlocks(groups: BlockGroup[], options: RenderOptions): DocumentFragment {
  const { parser, footnotes, remoteImages, frames } = options;
  numberFootnotes(footnotes);
  const rendered = document.createDocumentFragment();
  let html = '';
  const flush = () => {
    if (html) rendered.append(sanitize(html, remoteImages));
    html = '';
  };
  for (const { tokens, source } of groups) {
    if (frames && mayHoldHtml.test(source) && needsFrame(parser, tokens)) {
      flush();
      rendered.append(framePlace(frames.parser.parser(tokens)));
      continue;
    }
    const own = parser.parser(tokens);
    if (mayHoldHtml.test(source)) {
      flush();
      rendered.append(sanitize(own, remoteImages));
    } else html += own;
  }
  flush();
  for (const node of [...rendered.childNodes]) {
    if (!(node instanceof Text) || node.data.trim()) continue;
    if (!isInline(node.previousSibling) || !isInline(node.nextSibling)) node.remove();
  }
  return rendered;
}

/** Whether a space beside it separates words. */
function isInline(node: ChildNode | null): boolean {
  if (node instanceof Text) return node.data.trim() !== '';
  const name = node?.nodeName.toLowerCase() ?? '';
  return inlineTags.has(name) || /^(?:img|picture|video|audio)$/.test(name);
}
