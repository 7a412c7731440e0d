export interface Theme {
  isDark: boolean;
  font: string;
  colors: Record<string, string>;
}

/** Apply the page's colours and font; the background stays transparent, so that the page's own is visible. */
export function applyTheme({ isDark, font, colors }: Theme): void {
  const { style } = document.documentElement;
  style.colorScheme = isDark ? 'dark' : 'light';
  for (const [name, color] of Object.entries(colors)) style.setProperty(`--salon-${name}`, color);
  style.setProperty('--salon-font', font);
}
