import DOMPurify from 'dompurify';
import { allowedTags } from './allowed-tags';

const ownClasses = new Set(['salon-code', 'salon-math', 'salon-table', 'salon-task']);
const attributes =
  'align alt checked cite class colspan data-checked data-display data-language datetime dir height href lang open ' +
  'rowspan src start title width';

// Given once: reading a configuration costs more than cleaning a paragraph.
DOMPurify.setConfig({
  ALLOWED_TAGS: [...allowedTags],
  ALLOWED_ATTR: attributes.split(' '),
  ADD_URI_SAFE_ATTR: ['data-language'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/(?:png|jpeg|gif|webp);|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  RETURN_DOM_FRAGMENT: true,
});

/** Turn HTML of any origin into nodes that are safe to insert. */
export function sanitize(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true });
  for (const element of fragment.querySelectorAll('[class]')) {
    if (!isOwnClass(element.className)) element.removeAttribute('class');
  }
  for (const link of fragment.querySelectorAll('a')) secureLink(link);
  for (const image of fragment.querySelectorAll('img')) {
    const host = otherHost(image.getAttribute('src') ?? '');
    if (host) image.replaceWith(remoteImage(image, host));
  }
  return fragment;
}

function isOwnClass(name: string): boolean {
  return ownClasses.has(name) || name.startsWith('hljs-');
}

function secureLink(link: HTMLAnchorElement): void {
  const href = link.getAttribute('href') ?? '';
  if (/^data:/i.test(href)) link.removeAttribute('href');
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
}

/** The host of an image that would be fetched from elsewhere, which could carry data out. */
function otherHost(src: string): string | undefined {
  if (!URL.canParse(src, document.baseURI)) return undefined;
  const url = new URL(src, document.baseURI);
  return /^https?:$/.test(url.protocol) && url.origin !== new URL(document.baseURI).origin ? url.host : undefined;
}

function remoteImage(image: HTMLImageElement, host: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = image.src;
  link.className = 'salon-remote-image';
  link.textContent = image.alt ? `${image.alt} · ${host}` : host;
  secureLink(link);
  return link;
}
