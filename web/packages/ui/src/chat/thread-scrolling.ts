import type { Conversation } from '@salon/store';
import { tick } from 'svelte';
import type { EndFollower } from './follow-end';
import { keepPlace } from './keep-place';
import type { ThreadView } from './thread-view';

const loadWithin_px = 800;

export interface ThreadScrollingOptions {
  conversation: Conversation;
  view: ThreadView;
  scroller: () => HTMLElement;
  content: () => HTMLElement;
  follower: () => EndFollower | undefined;
  /** Called with whether earlier messages are being loaded from the server. */
  onLoading: (isLoading: boolean) => void;
}

/** What of a long conversation is in the document depends on where its reader is. */
export interface ThreadScrolling {
  /** Change the part that is in the document; the reader keeps the place, and the keyboard the thread. */
  move(change: () => void): Promise<void>;
  /** Bring the messages before or after the part into the document, when its reader comes near them. */
  onscroll(): Promise<void>;
  toEnd(): Promise<void>;
  /** Bring a message into sight, or a place in it. */
  reveal(id: string, placeIn?: (message: Element) => Range | undefined): Promise<void>;
}

/** Return the scrolling of a thread. */
export function createThreadScrolling(options: ThreadScrollingOptions): ThreadScrolling {
  const { conversation, view, scroller, content, follower, onLoading } = options;
  let isMoving = false;

  const distanceToEnd = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight;
  const isNearTop = () => scroller().scrollTop < loadWithin_px;

  async function move(change: () => void): Promise<void> {
    const hadFocus = content().contains(document.activeElement);
    await keepPlace(scroller(), content(), async () => {
      change();
      await tick();
    });
    if (hadFocus && !content().contains(document.activeElement)) scroller().focus({ preventScroll: true });
  }

  async function showEarlier(): Promise<void> {
    if (view.isAtStart(conversation.get().messages)) {
      onLoading(true);
      try {
        await conversation.loadEarlier();
      } catch {
        return; // The connection's banner says so; scrolling up tries again.
      } finally {
        onLoading(false);
      }
      // Loading may take long, and the reader has gone elsewhere.
      if (!isNearTop()) return;
    }
    await move(() => view.earlier(conversation.get().messages));
  }

  return {
    move,
    async onscroll() {
      if (isMoving) return;
      const { messages, hasEarlier } = conversation.get();
      const hasBefore = messages.length > 0 && (hasEarlier || !view.isAtStart(messages));
      isMoving = true;
      try {
        if (isNearTop() && hasBefore) await showEarlier();
        else if (!view.isAtEnd(messages) && distanceToEnd() < loadWithin_px)
          await move(() => view.later(conversation.get().messages));
      } finally {
        isMoving = false;
      }
    },
    async toEnd() {
      view.toEnd();
      await tick();
      follower()?.toEnd();
    },
    async reveal(id, placeIn) {
      follower()?.letGo();
      const find = () => content().querySelector(`[data-id="${CSS.escape(id)}"]`);
      if (!find()) {
        view.around(conversation.get().messages, id);
        await tick();
      }
      // Messages above get their real heights only when they come into sight, so this is done twice.
      for (let attempt = 0; attempt < 2; attempt++) {
        const message = find();
        message?.scrollIntoView({ block: 'center' });
        const place = message && placeIn?.(message)?.getBoundingClientRect();
        if (place)
          scroller().scrollTop += place.top - scroller().getBoundingClientRect().top - scroller().clientHeight / 2;
        await new Promise(requestAnimationFrame);
      }
    },
  };
}
