export interface Look {
  isDark: boolean;
  font: string;
  colors: Record<string, string>;
}

/** Take over how the page looks, without a background of our own, so that its own shows through. */
export function applyLook({ isDark, font, colors }: Look): void {
  const { style } = document.documentElement;
  style.colorScheme = isDark ? 'dark' : 'light';
  for (const [name, color] of Object.entries(colors)) style.setProperty(`--salon-${name}`, color);
  style.setProperty('--salon-font', font);
}
