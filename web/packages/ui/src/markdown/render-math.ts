let katex: Promise<typeof import('./katex')> | undefined;

/** Typeset the formulas below `root` that are not yet; loads KaTeX the first time one appears. */
export function renderMath(root: Element): void {
  if (!root.querySelector('.salon-math:not([data-source])')) return;
  katex ??= import('./katex');
  void katex.then(({ typeset }) => {
    for (const element of root.querySelectorAll<HTMLElement>('.salon-math:not([data-source])')) typeset(element);
  });
}
