import DOMPurify from 'dompurify';
import { allowedTags } from './allowed-tags';
import { applyHarmlessStyle } from './harmless-style';
import { imagePlace, mayLoad, mediaPlace, type RemoteImages } from './remote-images';

const ownClasses = new Set([
  'salon-alert',
  'salon-alert-title',
  'salon-code',
  'salon-math',
  'salon-table',
  'salon-task',
  'salon-footnote',
  'salon-footnote-mark',
]);
/** What the highlighter says of parts of a name, such as `function_`. */
const isSubclass = /^[a-z]+_$/;
const attributes =
  'align alt bgcolor border checked cite class color colspan controls data-alert data-checked data-display data-label ' +
  'data-language data-open data-style datetime dir height href lang loop media muted open playsinline poster reversed ' +
  'rowspan size span src srcset start title type valign value width';

// Given once: reading a configuration costs more than cleaning a paragraph.
DOMPurify.setConfig({
  ALLOWED_TAGS: [...allowedTags],
  ALLOWED_ATTR: attributes.split(' '),
  ADD_URI_SAFE_ATTR: ['data-language', 'data-label', 'data-style'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/(?:png|jpeg|gif|webp);|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  RETURN_DOM_FRAGMENT: true,
});

let policy: RemoteImages = 'block';

// Of a style only what is harmless is set, later, one by one.
DOMPurify.addHook('beforeSanitizeAttributes', (element) => {
  if (element.nodeType !== 1) return;
  const style = element.getAttribute('style');
  element.removeAttribute('data-style');
  if (style) element.setAttribute('data-style', style);
});

// Here and not later: an image begins to load as soon as it belongs to the page's document.
DOMPurify.addHook('afterSanitizeAttributes', (element) => {
  const name = element.nodeName;
  if (name !== 'SOURCE') element.removeAttribute('srcset');
  const candidates = (element.getAttribute('srcset') ?? '')
    .split(/,\s+/)
    .map((part) => part.trim().split(/\s+/, 1)[0] ?? '');
  if (candidates.some((address) => address && !mayLoad(address, policy))) element.removeAttribute('srcset');
  const poster = element.getAttribute('poster');
  if (poster && !mayLoad(poster, policy)) element.removeAttribute('poster');
  const src = /^(?:IMG|VIDEO|AUDIO|SOURCE)$/.test(name) ? (element.getAttribute('src') ?? '') : '';
  if (src === '' || mayLoad(src, policy)) return;
  element.removeAttribute('src');
  const owner = name === 'SOURCE' ? element.closest('video, audio') : element;
  owner?.setAttribute('data-remote', src);
});

/** Turn HTML of any origin into nodes that are safe to insert; without `remoteImages` nothing else is loaded. */
export function sanitize(html: string, remoteImages: RemoteImages = 'block'): DocumentFragment {
  policy = remoteImages;
  const fragment = DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true });
  policy = 'block';
  for (const element of fragment.querySelectorAll('[class]')) {
    const own = [...element.classList].filter(isOwnClass);
    if (own.length > 0) element.className = own.join(' ');
    else element.removeAttribute('class');
  }
  for (const image of fragment.querySelectorAll<HTMLImageElement>('img[data-remote]')) {
    image.replaceWith(imagePlace(image.getAttribute('data-remote') ?? '', image.alt));
  }
  for (const media of fragment.querySelectorAll('video, audio')) {
    const remote = media.getAttribute('data-remote');
    if (remote !== null) media.replaceWith(mediaPlace(remote));
    else media.setAttribute('controls', '');
  }
  for (const element of fragment.querySelectorAll<HTMLElement>('[data-style]')) applyHarmlessStyle(element);
  for (const list of fragment.querySelectorAll('ol')) measureNumbers(list);
  for (const image of fragment.querySelectorAll('img')) image.referrerPolicy = 'no-referrer';
  for (const link of fragment.querySelectorAll('a')) secureLink(link);
  return fragment;
}

function isOwnClass(name: string): boolean {
  return ownClasses.has(name) || /^hljs-[\w-]+$/.test(name) || isSubclass.test(name);
}

/** Say how many digits a list's numbers have, so that there is room for them. */
function measureNumbers(list: HTMLOListElement): void {
  const last = list.reversed ? Math.max(list.start, list.children.length) : list.start + list.children.length - 1;
  const digits = Math.max(String(list.start).length, String(last).length);
  if (digits > 2) list.style.setProperty('--salon-digits', String(digits));
}

function secureLink(link: HTMLAnchorElement): void {
  const href = link.getAttribute('href') ?? '';
  if (/^data:/i.test(href)) link.removeAttribute('href');
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
}
