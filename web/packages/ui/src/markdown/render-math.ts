type Katex = typeof import('./katex');

const unset = '.salon-math:not([data-source], [data-open])';
const slice_ms = 8;

let katex: Promise<Katex> | undefined;
let loaded: Katex | undefined;

/**
 * Typeset the formulas below `root` that are not yet, a few a frame; loads KaTeX the first time
 * one appears.
 */
export function renderMath(root: Element): void {
  if (!root.querySelector(unset)) return;
  if (loaded) typesetSome(root, loaded);
  else {
    katex ??= import('./katex');
    void katex.then((module) => {
      loaded = module;
      typesetSome(root, module);
    });
  }
}

function typesetSome(root: Element, { typeset }: Katex): void {
  const start = performance.now();
  for (const element of root.querySelectorAll<HTMLElement>(unset)) {
    if (performance.now() - start > slice_ms) {
      requestAnimationFrame(() => renderMath(root));
      return;
    }
    typeset(element);
  }
}
