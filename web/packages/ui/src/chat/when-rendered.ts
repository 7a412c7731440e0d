const atMost_ms = 10_000;

/** Resolve when everything below `root` is rendered: text in slices, formulas, diagrams. */
export async function whenRendered(root: Element): Promise<void> {
  const start = performance.now();
  const isUnfinished = () => root.querySelector('[data-pending], .salon-math:not([data-source])') !== null;
  do await new Promise(requestAnimationFrame);
  while (isUnfinished() && performance.now() - start < atMost_ms);
}
