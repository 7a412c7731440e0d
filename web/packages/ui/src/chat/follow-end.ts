const near_px = 100;

export interface EndFollower {
  /** Scroll to the end and follow it from now on. */
  toEnd(): void;
  destroy(): void;
}

/**
 * Keep `scroller` at its end while `content` grows, unless the reader went up.
 *
 * `onAway` hears whether the end is out of sight.
 */
export function followEnd(
  scroller: HTMLElement,
  content: HTMLElement,
  isFollowing: boolean,
  onAway: (isAway: boolean) => void,
): EndFollower {
  let isPinned = isFollowing;
  let lastTop = scroller.scrollTop;

  const distance = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;

  function onScroll(): void {
    const top = scroller.scrollTop;
    const left = distance();
    if (top < lastTop - 1 && left > 8) isPinned = false;
    else if (left < near_px) isPinned = isFollowing;
    lastTop = top;
    onAway(left > near_px);
  }

  function toEnd(): void {
    isPinned = isFollowing;
    scroller.scrollTop = scroller.scrollHeight;
    lastTop = scroller.scrollTop;
    onAway(false);
  }

  const observer = new ResizeObserver(() => {
    if (isPinned) toEnd();
    else onAway(distance() > near_px);
  });
  observer.observe(content);
  observer.observe(scroller);
  scroller.addEventListener('scroll', onScroll, { passive: true });
  return {
    toEnd,
    destroy() {
      observer.disconnect();
      scroller.removeEventListener('scroll', onScroll);
    },
  };
}
