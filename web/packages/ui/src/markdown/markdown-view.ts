import { addCodeBars } from './code-bar';
import { completeTail } from './complete-tail';
import { queueHighlighting } from './highlight-queue';
import { morph } from './morph';
import { readBlocks, type Links } from './parser';
import { renderBlocks } from './render-blocks';
import { renderMath } from './render-math';
import { splitBlocks, type Split } from './split-blocks';

/** Shows a growing text as Markdown in one element. */
export interface MarkdownView {
  /** Show `text`; when it continues the last one, what was closed is not touched again. */
  update(text: string, isFinished: boolean): void;
}

/** Return a view that owns the children of `container`. */
export function createMarkdownView(container: HTMLElement, copyLabel: string): MarkdownView {
  let text = '';
  let frozenSource = '';
  let frozenCount = 0;
  let links: Links = {};

  function forget(): void {
    frozenSource = '';
    frozenCount = 0;
  }

  /** Divide what is not frozen; a new link definition sets everything free, as links before it may use it. */
  function divide(isFinished: boolean): Split & { closedSource: string } {
    const source = text.slice(frozenSource.length);
    const split = splitBlocks(source, { ...links }, isFinished);
    const closedSource = source.slice(0, source.length - split.open.length);
    if (closedSource.includes(']:')) {
      const known = Object.keys(links).length;
      readBlocks(closedSource, links);
      if (frozenCount > 0 && Object.keys(links).length > known) {
        forget();
        return divide(isFinished);
      }
    }
    return { ...split, closedSource };
  }

  function update(isFinished: boolean): void {
    const { closed, open, closedSource } = divide(isFinished);
    const nodes = renderBlocks(closed);
    const closedCount = nodes.childNodes.length;
    if (open) nodes.append(renderBlocks(splitBlocks(completeTail(open), { ...links }, true).closed));
    addCodeBars(nodes, copyLabel);
    morph(container, frozenCount, nodes);
    const frozen = [...container.childNodes].slice(frozenCount, frozenCount + closedCount);
    frozenSource += closedSource;
    frozenCount += closedCount;
    queueHighlighting(frozen);
    renderMath(container);
  }

  return {
    update(next, isFinished) {
      text = next.includes('\r') ? next.replace(/\r\n?/g, '\n') : next;
      if (!text.startsWith(frozenSource)) {
        forget();
        links = {};
      }
      try {
        update(isFinished);
      } catch {
        forget();
        container.textContent = text;
      }
    },
  };
}
