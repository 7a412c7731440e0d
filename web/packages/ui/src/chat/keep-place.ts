/** Make a change to `content` without moving what the reader sees of it in `scroller`. */
export async function keepPlace(scroller: HTMLElement, content: HTMLElement, change: () => Promise<void>): Promise<void> {
  const top = scroller.getBoundingClientRect().top;
  const anchor = [...content.querySelectorAll('[data-id]')].find((element) => element.getBoundingClientRect().bottom > top);
  const before = anchor?.getBoundingClientRect().top ?? 0;
  await change();
  if (anchor?.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - before;
}
