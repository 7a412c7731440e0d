const near_px = 100;

export interface EndFollower {
  /** Scroll to the end and follow it from now on. */
  toEnd(): void;
  /** Stay where the reader is, until they come to the end again. */
  letGo(): void;
  destroy(): void;
}

export interface FollowOptions {
  /** Whether to follow at all. */
  isFollowing: boolean;
  /** Whether the end of `content` is the end of the conversation. */
  isWhole: () => boolean;
  /** Hears whether the end is out of sight. */
  onAway: (isAway: boolean) => void;
}

/** Keep `scroller` at its end while `content` grows, unless the reader went up. */
export function followEnd(scroller: HTMLElement, content: HTMLElement, options: FollowOptions): EndFollower {
  const { isFollowing, isWhole, onAway } = options;
  let isPinned = false;
  let lastTop = scroller.scrollTop;

  const distance = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  const isNear = (left: number) => left < near_px && isWhole();

  function onScroll(): void {
    const top = scroller.scrollTop;
    const left = distance();
    if (top < lastTop - 1 && left > 8) isPinned = false;
    else if (isNear(left)) isPinned = isFollowing;
    lastTop = top;
    onAway(!isNear(left));
  }

  function toEnd(): void {
    isPinned = isFollowing;
    scroller.scrollTop = scroller.scrollHeight;
    lastTop = scroller.scrollTop;
    onAway(false);
  }

  const observer = new ResizeObserver(() => {
    if (isPinned) toEnd();
    else onAway(!isNear(distance()));
  });
  observer.observe(content);
  observer.observe(scroller);
  scroller.addEventListener('scroll', onScroll, { passive: true });
  return {
    toEnd,
    letGo() {
      isPinned = false;
    },
    destroy() {
      observer.disconnect();
      scroller.removeEventListener('scroll', onScroll);
    },
  };
}
