/** Frames in which the place is corrected. */
const maxCorrections = 4;

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
  // Elements get their real heights only near the viewport, so one correction is not enough; a reader who scrolls
  // meanwhile is left alone.
  let own = scroller.scrollTop;
  for (let count = 0; count < maxCorrections && anchor?.isConnected && scroller.scrollTop === own; count++) {
    scroller.scrollTop += anchor.getBoundingClientRect().top - before;
    own = scroller.scrollTop;
    await new Promise(requestAnimationFrame);
  }
}
