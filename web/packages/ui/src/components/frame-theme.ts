const tokens = ['background', 'surface', 'ink', 'ink-soft', 'ink-faint', 'line-color', 'fill', 'accent', 'code'];

export interface FrameTheme {
  isDark: boolean;
  font: string;
  /** The page's colours as they are at the moment, by token. */
  colors: Record<string, string>;
}

/** The styles that make the content of a frame fit the page at the moment. */
export function frameTheme(): FrameTheme {
  const probe = document.createElement('span');
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colors: Record<string, string> = {};
  for (const token of tokens) {
    probe.style.color = `var(--salon-${token})`;
    colors[token] = style.color;
  }
  const font = style.fontFamily;
  probe.remove();
  const [red = 0, green = 0, blue = 0] = (colors['background']?.match(/\d+/g) ?? []).map(Number);
  return { isDark: red + green + blue < 384, font, colors };
}
