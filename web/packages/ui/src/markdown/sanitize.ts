import DOMPurify from 'dompurify';
import { allowedTags } from './allowed-tags';
import { imagePlace, mayLoad, type RemoteImages } from './remote-images';

const ownClasses = new Set([
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
  'align alt checked cite class colspan data-checked data-display data-label data-language datetime dir height href ' +
  'lang open rowspan src start title width';

// Given once: reading a configuration costs more than cleaning a paragraph.
DOMPurify.setConfig({
  ALLOWED_TAGS: [...allowedTags],
  ALLOWED_ATTR: attributes.split(' '),
  ADD_URI_SAFE_ATTR: ['data-language', 'data-label'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/(?:png|jpeg|gif|webp);|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  RETURN_DOM_FRAGMENT: true,
});

let policy: RemoteImages = 'block';

// Here and not later: an image begins to load as soon as it belongs to the page's document.
DOMPurify.addHook('afterSanitizeAttributes', (element) => {
  const src = element.nodeName === 'IMG' ? (element.getAttribute('src') ?? '') : '';
  if (src === '' || mayLoad(src, policy)) return;
  element.removeAttribute('src');
  element.setAttribute('data-remote', src);
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
  for (const image of fragment.querySelectorAll('img')) image.referrerPolicy = 'no-referrer';
  for (const link of fragment.querySelectorAll('a')) secureLink(link);
  return fragment;
}

function isOwnClass(name: string): boolean {
  return ownClasses.has(name) || /^hljs-[\w-]+$/.test(name) || isSubclass.test(name);
}

function secureLink(link: HTMLAnchorElement): void {
  const href = link.getAttribute('href') ?? '';
  if (/^data:/i.test(href)) link.removeAttribute('href');
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
}
