import { flushSync } from 'svelte';
import type { ThreadView } from './thread-view';
import { whenRendered } from './when-rendered';

export interface Printing {
  /** Put all messages into the document and print it; does nothing while that is under way. */
  print(): Promise<void>;
  /** The browser begins to print, by its own menu or for `print`. */
  begun(): void;
  ended(): void;
}

export interface PrintingOptions {
  view: ThreadView;
  content: () => HTMLElement;
  /** Load the messages that are not loaded yet. */
  load: () => Promise<void>;
  /** Remember where the reader is; the function returned goes back there. */
  keepPlace: () => () => void;
}

/** Printing of a whole conversation, of which only a part is in the document otherwise. */
export function createPrinting({ view, content, load, keepPlace }: PrintingOptions): Printing {
  let isPrinting = false;
  let hasBegun = false;
  let goBack: (() => void) | undefined;

  function showAll(): void {
    if (goBack) return;
    const returnToPlace = keepPlace();
    const showPart = view.everything();
    goBack = () => {
      showPart();
      flushSync();
      returnToPlace();
    };
    flushSync();
  }

  function ended(): void {
    goBack?.();
    goBack = undefined;
  }

  return {
    async print() {
      if (isPrinting) return;
      isPrinting = true;
      try {
        await load().catch(() => undefined);
        showAll();
        await whenRendered(content());
        hasBegun = false;
        window.print();
        // Where printing is not allowed, nothing begins and nothing ends.
        if (!hasBegun) ended();
      } finally {
        isPrinting = false;
      }
    },
    begun() {
      hasBegun = true;
      showAll();
    },
    ended,
  };
}
