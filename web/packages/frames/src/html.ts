/** Shows an author's HTML inside a sandboxed frame, and reports its height to the page. */
import { applyTheme, type Theme } from './theme';

interface Order {
  html?: string;
  theme?: Theme;
}

// A height of the author's own would be one of the frame's, which follows the content's.
const basics = document.createElement('style');
basics.textContent =
  'html,body{height:auto!important}body{display:flow-root;margin:0;color:var(--salon-ink);font:1rem/1.6 var(--salon-font)}a{color:var(--salon-accent)}';
const base = document.createElement('base');
base.target = '_blank';
let shown: string | undefined;

addEventListener('message', ({ source, data }: MessageEvent<Order>) => {
  if (source !== parent) return;
  if (data.theme) applyTheme(data.theme);
  if (data.html !== undefined && data.html !== shown) show(data.html);
});
new ResizeObserver(tellHeight).observe(document.documentElement);
parent.postMessage({ isReady: true }, '*');

function show(html: string): void {
  shown = html;
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  document.head.replaceChildren(base, basics, ...parsed.head.childNodes);
  document.body.replaceWith(document.adoptNode(parsed.body));
  for (const script of [...document.scripts]) revive(script);
  tellHeight();
}

/** Scripts that were parsed elsewhere run only as new elements. */
function revive(script: HTMLScriptElement): void {
  const living = document.createElement('script');
  for (const { name, value } of script.attributes) living.setAttribute(name, value);
  living.textContent = script.textContent;
  script.replaceWith(living);
}

function tellHeight(): void {
  const height = Math.ceil(Math.max(document.documentElement.offsetHeight, document.body?.offsetHeight ?? 0));
  parent.postMessage({ height }, '*');
}
