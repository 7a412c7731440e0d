import { nameAlerts, type AlertKind } from './alerts';
import { allowedTags } from './allowed-tags';
import { withinBudget } from './budget';
import { addCodeBars } from './code-bar';
import { drawDiagrams, type DiagramWords } from './diagrams';
import { addFootnoteButtons } from './footnotes';
import { queueHighlighting } from './highlight-queue';
import type { Links } from './links';
import { fillPlaces, isHtml, type HtmlFrames } from './html-frames';
import { morph } from './morph';
import type { Parser } from './parser';
import { nameImagePlaces, type RemoteImages } from './remote-images';
import { renderBlocks } from './render-blocks';
import { renderMath } from './render-math';
import { scrollByKeyboard } from './scroll-by-keyboard';
import { groupBlocks, splitBlocks, type BlockGroup, type Split } from './split-blocks';

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
  alerts: Record<AlertKind, string>;
}

export interface MarkdownOptions {
  words: MarkdownWords;
  parser: Parser;
  remoteImages: RemoteImages;
  /** Shows HTML that would otherwise be sanitised, once its block is closed. */
  frames?: HtmlFrames;
  /** The longest that one update may take. */
  budget_ms?: number;
}

/** Return a view that owns the children of `container`. */
export function createMarkdownView(container: HTMLElement, options: MarkdownOptions): MarkdownView {
  const { words, parser, remoteImages, frames, budget_ms } = options;
  const isElement = frames ? isHtml : (name: string) => allowedTags.has(name);
  let text = '';
  let frozenSource = '';
  let frozenCount = 0;
  let links: Links = {};
  let footnotes = new Map<string, number>();
  let isFinished = false;
  let isShowing = false;
  let isPlain = false;
  let reach = frameBudget;

  function forget(): void {
    frozenSource = '';
    frozenCount = 0;
    footnotes = new Map();
    isPlain = false;
  }

  function render(groups: BlockGroup[], numbers: Map<string, number>, isClosed = true): DocumentFragment {
    const nodes = renderBlocks(groups, {
      parser,
      footnotes: numbers,
      remoteImages,
      // What still grows would be another document in a frame with each word.
      frames: isClosed ? frames : undefined,
    });
    addCodeBars(nodes, words.copyCode);
    addFootnoteButtons(nodes, words.footnote);
    nameAlerts(nodes, words.alerts);
    // An end that has not come will not come any more.
    if (isClosed) for (const formula of nodes.querySelectorAll('.salon-math')) formula.removeAttribute('data-open');
    if (remoteImages === 'ask') nameImagePlaces(nodes, words.loadImage);
    return nodes;
  }

  /** Divide what is not frozen; a new link definition sets everything free, as links before it may use it. */
  function divide(isEnd: boolean): Split & { closedSource: string } {
    const source = text.slice(frozenSource.length);
    const split = splitBlocks(parser, source, { ...links }, isEnd, isElement);
    const closedSource = source.slice(0, source.length - split.open.length);
    if (closedSource.includes(']:')) {
      const known = Object.keys(links).length;
      parser.read(closedSource, { links, isElement, isGrowing: false });
      if (frozenCount > 0 && Object.keys(links).length > known) {
        forget();
        return divide(isEnd);
      }
    }
    return { ...split, closedSource };
  }

  function renderOpen(open: string): DocumentFragment {
    const groups = groupBlocks(parser.read(open, { links: { ...links }, isElement, isGrowing: true }), isElement);
    return render(groups, new Map(footnotes), false);
  }

  function update(isEnd: boolean): void {
    const { closed, open, closedSource } = divide(isEnd);
    const nodes = render(closed, footnotes);
    const closedCount = nodes.childNodes.length;
    if (open) nodes.append(renderOpen(open));
    const hasFormulas = nodes.querySelector('.salon-math') !== null;
    morph(container, frozenCount, nodes);
    const frozen = [...container.childNodes].slice(frozenCount, frozenCount + closedCount);
    frozenSource += closedSource;
    frozenCount += closedCount;
    queueHighlighting(frozen);
    drawDiagrams(frozen, words);
    if (frames) fillPlaces(frozen, frames);
    scrollByKeyboard(frozen);
    if (hasFormulas) renderMath(container);
  }

  /** Show what is not frozen as it was written. */
  function showPlain(): void {
    const nodes = document.createDocumentFragment();
    const place = document.createElement('div');
    place.className = 'salon-plain';
    place.dir = 'auto';
    place.textContent = text.slice(frozenSource.length);
    nodes.append(place);
    morph(container, frozenCount, nodes);
  }

  /** Show what fits in a frame, then go on in the next one. */
  function show(): void {
    if (isPlain) {
      showPlain();
      return;
    }
    const whole = text;
    const before = frozenSource.length;
    const end = whole.lastIndexOf('\n\n', before + reach);
    const isTooMuch = whole.length - before > reach && end > before;
    try {
      if (isTooMuch) text = whole.slice(0, end + 2);
      withinBudget(() => update(isFinished && !isTooMuch), budget_ms);
    } catch {
      isPlain = true;
    } finally {
      text = whole;
    }
    // What has no end within reach is one block.
    reach = isTooMuch && frozenSource.length === before ? reach * 2 : frameBudget;
    isShowing = isTooMuch && !isPlain;
    container.toggleAttribute('data-pending', isShowing);
    if (isPlain) showPlain();
    else if (isShowing) requestAnimationFrame(show);
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
