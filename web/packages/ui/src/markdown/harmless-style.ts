const properties =
  /^(?:text-align|color|background(?:-color)?|font-(?:weight|style|size|family)|text-(?:decoration|transform)|vertical-align|white-space|float|clear|(?:max-|min-)?(?:width|height)|margin(?:-\w+)*|padding(?:-\w+)*|border(?:-\w+)*|display|justify-content|align-items|gap|list-style(?:-type)?|line-height|object-fit|direction)$/;
const values = /^(?:[\w#%.,\s"'-]|(?:rgb|hsl)a?\([\d.,%\s/]+\))+$/i;
const displays = /^(?:block|inline|inline-block|flex|inline-flex|table|table-cell|list-item)$/;
/** What goes over its neighbours, or is larger than anything that should be read. */
const excess = /(?:^|\s)-|\d{5}/;
const largestFont = /^(?:[0-3](?:\.\d+)?r?em|[1-3]?\d{1,2}(?:\.\d+)?%|[1-4]?\d(?:\.\d+)?p[xt]|[a-z-]+)$/i;

/** Set what `data-style` asks for, as far as it can't reach beyond the text: no positions, no addresses, no overlaps. */
export function applyHarmlessStyle(element: HTMLElement): void {
  const source = element.dataset['style'] ?? '';
  delete element.dataset['style'];
  for (const declaration of source.slice(0, 2000).split(';')) {
    const [name = '', ...rest] = declaration.split(':');
    const property = name.trim().toLowerCase();
    const value = rest
      .join(':')
      .replace(/!important/i, '')
      .trim();
    if (isHarmless(property, value)) element.style.setProperty(property, value);
  }
}

function isHarmless(property: string, value: string): boolean {
  if (!properties.test(property) || !values.test(value) || excess.test(value)) return false;
  if (property === 'display') return displays.test(value);
  if (property === 'font-size') return largestFont.test(value);
  return true;
}
