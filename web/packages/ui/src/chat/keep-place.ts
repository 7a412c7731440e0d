const looks = 4;

/** Make a change to `content` without moving what the reader sees of it in `scroller`. */
export async function keepPlace(
  scroller: HTMLElement,
  content: HTMLElement,
  change: () => Promise<void>,
): Promise<void> {
  const top = scroller.getBoundingClientRect().top;
  const anchor = [...content.querySelectorAll('[data-id]')].find(
    (element) => element.getBoundingClientRect().bottom > top,
  );
  const before = anchor?.getBoundingClientRect().top ?? 0;
  await change();
  // What came in gets its real heights only when it comes near, so it takes more than one look; none at a reader who moves.
  let own = scroller.scrollTop;
  for (let look = 0; look < looks && anchor?.isConnected && scroller.scrollTop === own; look++) {
    scroller.scrollTop += anchor.getBoundingClientRect().top - before;
    own = scroller.scrollTop;
    await new Promise(requestAnimationFrame);
  }
}
