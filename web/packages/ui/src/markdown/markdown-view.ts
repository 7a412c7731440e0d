import { addCodeBars } from './code-bar';
import { completeTail } from './complete-tail';
import { drawDiagrams, type DiagramWords } from './diagrams';
import { addFootnoteButtons } from './footnotes';
import { queueHighlighting } from './highlight-queue';
import type { Links } from './links';
import { fillPlaces, isHtml, type HtmlFrames } from './html-frames';
import { morph } from './morph';
import { readBlocks, type Parser } from './parser';
import { nameImagePlaces, type RemoteImages } from './remote-images';
import { renderBlocks } from './render-blocks';
import { renderMath } from './render-math';
import { scrollByKeyboard } from './scroll-by-keyboard';
import { splitBlocks, type BlockGroup, type Split } from './split-blocks';

/** Source that is rendered in one frame; what is longer takes several, so that the page stays quick. */
const frameBudget = 6000;

/** Shows a growing text as Markdown in one element. */
export interface MarkdownView {
  /** Show `text`; when it continues the last one, what was closed is not touched again. */
  update(text: string, isFinished: boolean): void;
}

export interface MarkdownWords extends DiagramWords {
  copyCode: string;
  footnote: (number: string) => string;
  loadImage: (host: string) => string;
}

export interface MarkdownOptions {
  words: MarkdownWords;
  parser: Parser;
  remoteImages: RemoteImages;
  /** Shows HTML that would otherwise be sanitised, once its block is closed. */
  frames?: HtmlFrames;
}

/** Return a view that owns the children of `container`. */
export function createMarkdownView(container: HTMLElement, options: MarkdownOptions): MarkdownView {
  const { words, parser, remoteImages, frames } = options;
  const isContainer = frames ? isHtml : undefined;
  let text = '';
  let frozenSource = '';
  let frozenCount = 0;
  let links: Links = {};
  let footnotes = new Map<string, number>();
  let isFinished = false;
  let isShowing = false;

  function forget(): void {
    frozenSource = '';
    frozenCount = 0;
    footnotes = new Map();
  }

  function render(groups: BlockGroup[], numbers: Map<string, number>, mayFrame = true): DocumentFragment {
    const nodes = renderBlocks(groups, {
      parser,
      footnotes: numbers,
      remoteImages,
      frames: mayFrame ? frames : undefined,
    });
    addCodeBars(nodes, words.copyCode);
    addFootnoteButtons(nodes, words.footnote);
    if (remoteImages === 'ask') nameImagePlaces(nodes, words.loadImage);
    return nodes;
  }

  /** Divide what is not frozen; a new link definition sets everything free, as links before it may use it. */
  function divide(isEnd: boolean): Split & { closedSource: string } {
    const source = text.slice(frozenSource.length);
    const split = splitBlocks(parser, source, { ...links }, isEnd, isContainer);
    const closedSource = source.slice(0, source.length - split.open.length);
    if (closedSource.includes(']:')) {
      const known = Object.keys(links).length;
      readBlocks(parser, closedSource, links);
      if (frozenCount > 0 && Object.keys(links).length > known) {
        forget();
        return divide(isEnd);
      }
    }
    return { ...split, closedSource };
  }

  function renderOpen(open: string): DocumentFragment {
    const { closed } = splitBlocks(parser, completeTail(open), { ...links }, true, isContainer);
    // What still grows would be another document in a frame with each word.
    return render(closed, new Map(footnotes), false);
  }

  function update(isEnd: boolean): void {
    const { closed, open, closedSource } = divide(isEnd);
    const nodes = render(closed, footnotes);
    const closedCount = nodes.childNodes.length;
    if (open) nodes.append(renderOpen(open));
    morph(container, frozenCount, nodes);
    const frozen = [...container.childNodes].slice(frozenCount, frozenCount + closedCount);
    frozenSource += closedSource;
    frozenCount += closedCount;
    queueHighlighting(frozen);
    drawDiagrams(frozen, words);
    if (frames) fillPlaces(frozen, frames);
    scrollByKeyboard(frozen);
    renderMath(container);
  }

  /** Show what fits in a frame, then go on in the next one. */
  function show(): void {
    const whole = text;
    const end = whole.lastIndexOf('\n\n', frozenSource.length + frameBudget);
    const isTooMuch = whole.length - frozenSource.length > frameBudget && end > frozenSource.length;
    isShowing = isTooMuch;
    container.toggleAttribute('data-pending', isTooMuch);
    try {
      if (isTooMuch) text = whole.slice(0, end + 2);
      update(isFinished && !isTooMuch);
    } catch {
      forget();
      container.textContent = text;
    } finally {
      text = whole;
    }
    if (isTooMuch) requestAnimationFrame(show);
  }

  return {
    update(next, nextIsFinished) {
      const before = text;
      const wasFinished = isFinished;
      text = next.includes('\r') ? next.replace(/\r\n?/g, '\n') : next;
      isFinished = nextIsFinished;
      if (!text.startsWith(frozenSource) || (wasFinished && text !== before)) {
        forget();
        links = {};
      }
      if (!isShowing) show();
    },
  };
}
