/** Mermaid's variables, and the tokens of ours that they take. */
const variables: Record<string, string> = {
  background: 'surface',
  primaryColor: 'fill',
  primaryTextColor: 'ink',
  primaryBorderColor: 'accent',
  secondaryColor: 'code',
  secondaryTextColor: 'ink',
  secondaryBorderColor: 'line-color',
  tertiaryColor: 'surface',
  tertiaryTextColor: 'ink',
  tertiaryBorderColor: 'line-color',
  lineColor: 'ink-soft',
  textColor: 'ink',
  mainBkg: 'fill',
  nodeBorder: 'accent',
  clusterBkg: 'code',
  clusterBorder: 'line-color',
  titleColor: 'ink',
  edgeLabelBackground: 'background',
  noteBkgColor: 'fill-strong',
  noteTextColor: 'ink',
  noteBorderColor: 'line-color',
  actorBkg: 'fill',
  actorBorder: 'accent',
  actorTextColor: 'ink',
  signalColor: 'ink-soft',
  signalTextColor: 'ink',
};

/** How a diagram has to look to fit the page at the moment. */
export function diagramLook(): { isDark: boolean; theme: Record<string, string> } {
  const probe = document.createElement('span');
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const theme: Record<string, string> = { fontFamily: style.fontFamily, fontSize: '15px' };
  for (const [variable, token] of Object.entries(variables)) {
    probe.style.color = `var(--salon-${token})`;
    theme[variable] = style.color;
  }
  probe.remove();
  const [red = 0, green = 0, blue = 0] = (theme['background']?.match(/\d+/g) ?? []).map(Number);
  return { isDark: red + green + blue < 384, theme };
}

/** Call back whenever the page turns light or dark. */
export function onLookChange(callback: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', callback);
  new MutationObserver(callback).observe(document.documentElement, { attributeFilter: ['data-color-scheme'] });
}
