const afterComposition_ms = 30;

/** Tells the Enter that sends from the one that ends an input method's composition. */
export interface EnterKey {
  compositionStarted(): void;
  compositionEnded(timeStamp: number): void;
  isSend(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'isComposing' | 'keyCode' | 'timeStamp'>): boolean;
}

/** In a box of several lines Enter breaks the line, and Shift+Enter sends. */
export function createEnterKey(hasLines = false): EnterKey {
  let isComposing = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  return {
    compositionStarted() {
      isComposing = true;
    },
    compositionEnded(timeStamp) {
      isComposing = false;
      endedAt = timeStamp;
    },
    isSend(event) {
      if (event.key !== 'Enter' || event.shiftKey !== hasLines || event.altKey) return false;
      if (isComposing || event.isComposing || event.keyCode === 229) return false;
      // Safari ends the composition first and reports its Enter as a plain key right after.
      return event.timeStamp - endedAt > afterComposition_ms;
    },
  };
}
