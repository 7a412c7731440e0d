const scrollers = '.salon-code code, .salon-table, .salon-math[data-display]';

/** Some browsers let the keyboard scroll only what can have the focus, which what needs no scrolling shouldn't. */
const observer =
  typeof ResizeObserver === 'undefined'
    ? undefined
    : new ResizeObserver((entries) => {
        for (const { target } of entries) {
          if (!(target instanceof HTMLElement)) continue;
          if (!target.isConnected) observer?.unobserve(target);
          else if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
          else target.removeAttribute('tabindex');
        }
      });

/** Let the keyboard scroll the wide blocks among `nodes`, for as long as they are too wide. */
export function scrollByKeyboard(nodes: Iterable<Node>): void {
  for (const node of nodes) {
    if (!(node instanceof Element)) continue;
    if (node.matches(scrollers)) observer?.observe(node);
    for (const element of node.querySelectorAll(scrollers)) observer?.observe(element);
  }
}
