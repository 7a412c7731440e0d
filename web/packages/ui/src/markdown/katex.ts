import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Typeset one formula in place; its source stays in `data-source`. */
export function typeset(element: HTMLElement): void {
  const source = element.textContent ?? '';
  const nodes = document.createElement('span');
  try {
    katex.render(source, nodes, {
      displayMode: element.dataset['display'] === 'true',
      trust: false,
      throwOnError: false,
      maxExpand: 1000,
      maxSize: 20,
      strict: 'ignore',
    });
  } catch {
    nodes.textContent = source;
  }
  element.dataset['source'] = source;
  element.replaceChildren(...nodes.childNodes);
}
