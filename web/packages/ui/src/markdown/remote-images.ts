/** What happens to images that a text wants from other hosts, which could carry data out. */
export type RemoteImages = 'ask' | 'allow' | 'block';

const shown = new Set<string>();

/** Whether an image may be loaded: it is from here, the author allows all, or the reader asked for it. */
export function mayLoad(src: string, policy: RemoteImages): boolean {
  return policy === 'allow' || hostOf(src) === undefined || (policy === 'ask' && shown.has(src));
}

/** The place of an image that is not loaded: a link that names the host, or what loads it. */
export function imagePlace(src: string, alt: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = src;
  link.className = 'salon-remote-image';
  link.textContent = [alt, hostOf(src)].filter(Boolean).join(' · ');
  link.dataset['alt'] = alt;
  return link;
}

/** The place of a film or a sound that is not loaded: a link to it. */
export function mediaPlace(src: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = src;
  link.textContent = src;
  return link;
}

/** Say what a click on the places of images below `root` does. */
export function nameImagePlaces(root: ParentNode, name: (host: string) => string): void {
  for (const place of root.querySelectorAll<HTMLAnchorElement>('.salon-remote-image')) place.title = name(place.host);
}

/** Load an image that the reader asked for, in this place and from now on. */
export function showImage(place: HTMLAnchorElement): void {
  const src = place.getAttribute('href') ?? '';
  shown.add(src);
  const image = document.createElement('img');
  image.alt = place.dataset['alt'] ?? '';
  image.tabIndex = -1;
  image.referrerPolicy = 'no-referrer';
  image.src = src;
  place.replaceWith(image);
  image.focus({ preventScroll: true });
}

/** The host that `src` would be fetched from, unless it is our own. */
function hostOf(src: string): string | undefined {
  if (!URL.canParse(src, document.baseURI)) return undefined;
  const url = new URL(src, document.baseURI);
  return /^https?:$/.test(url.protocol) && url.origin !== new URL(document.baseURI).origin ? url.host : undefined;
}
