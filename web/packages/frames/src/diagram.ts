/**
 * Draws Mermaid diagrams inside a sandboxed frame, which has no access to the page or its cookies: sources come
 * in as messages, pictures go out.
 */
import mermaid from 'mermaid';

interface Order {
  id: number;
  source: string;
  isDark: boolean;
  /** Colours and the font, as Mermaid's theme `base` takes them. */
  theme: Record<string, string>;
}

addEventListener('message', ({ source, data }: MessageEvent<Order>) => {
  if (source === parent) void draw(data);
});
parent.postMessage({ isReady: true }, '*');

async function draw({ id, source, isDark, theme }: Order): Promise<void> {
  try {
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: 'strict',
      suppressErrorRendering: true,
      theme: 'base',
      darkMode: isDark,
      themeVariables: { ...theme, darkMode: isDark },
      fontFamily: theme['fontFamily'] ?? 'sans-serif',
      htmlLabels: false,
      flowchart: { htmlLabels: false },
    });
    const { svg } = await mermaid.render(`diagram-${id}`, source);
    parent.postMessage({ id, svg: sized(svg) }, '*');
  } catch {
    parent.postMessage({ id }, '*');
  }
}

/** A picture needs a size of its own, in place of "as wide as there is room". */
function sized(svg: string): string {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  const [, , width, height] = (root.getAttribute('viewBox') ?? '').split(/\s+/);
  if (width && height) {
    root.setAttribute('width', width);
    root.setAttribute('height', height);
  }
  root.removeAttribute('style');
  return new XMLSerializer().serializeToString(root);
}
