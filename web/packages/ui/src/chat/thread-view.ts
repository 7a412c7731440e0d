import { observable, type Observable } from '@salon/store';

/** What of the conversation is in the document: `size` messages up to `last`, or up to the end. */
export interface Shown {
  last: string | undefined;
  size: number;
}

interface Identified {
  id: string;
}

/**
 * Which part of a long conversation is in the document. It moves with the reader and never holds more than
 * three pages, so nothing grows with the length of the conversation.
 */
export interface ThreadView extends Observable<Shown> {
  /** The messages to show, in order. */
  part<M extends Identified>(messages: readonly M[]): M[];
  isAtStart(messages: readonly Identified[]): boolean;
  isAtEnd(messages: readonly Identified[]): boolean;
  earlier(messages: readonly Identified[]): void;
  later(messages: readonly Identified[]): void;
  toEnd(): void;
  /** Begin with the messages of one screen; the rest of the page follows when that is painted. */
  fill(): void;
  around(messages: readonly Identified[], id: string): void;
  /** Bring a message into sight, as `onReveal` knows how to. */
  reveal(id: string): Promise<void>;
  onReveal(reveal: (id: string) => Promise<void>): void;
  /** Show everything, for printing; the function returned goes back. */
  everything(): () => void;
}

const firstScreen = 12;
const page = 50;
const atMost = 3 * page;

export function createThreadView(): ThreadView {
  let bring: (id: string) => Promise<void> = () => Promise.resolve();
  const shown = observable<Shown>({ last: undefined, size: firstScreen });

  function endOf(messages: readonly Identified[]): number {
    const { last } = shown.get();
    const at = last === undefined ? -1 : messages.findIndex(({ id }) => id === last);
    return at < 0 ? messages.length : at + 1;
  }

  function show(messages: readonly Identified[], start: number, end: number): void {
    const size = Math.max(page, end - start);
    shown.set({ last: end >= messages.length ? undefined : messages[end - 1]?.id, size });
  }

  return {
    get: shown.get,
    subscribe: shown.subscribe,
    part(messages) {
      const end = endOf(messages);
      return messages.slice(Math.max(0, end - shown.get().size), end);
    },
    isAtStart: (messages) => endOf(messages) - shown.get().size <= 0,
    isAtEnd: (messages) => endOf(messages) === messages.length,
    earlier(messages) {
      const end = endOf(messages);
      const start = Math.max(0, end - shown.get().size - page);
      show(messages, start, Math.min(end, start + atMost));
    },
    later(messages) {
      const end = endOf(messages);
      const start = Math.max(0, end - shown.get().size);
      const newEnd = Math.min(messages.length, end + page);
      show(messages, Math.max(start, newEnd - atMost), newEnd);
    },
    toEnd: () => shown.set({ last: undefined, size: page }),
    fill: () => shown.set({ ...shown.get(), size: Math.max(page, shown.get().size) }),
    around(messages, id) {
      const at = messages.findIndex((message) => message.id === id);
      const start = Math.max(0, at - page / 2);
      show(messages, start, Math.min(messages.length, start + page));
    },
    reveal: (id) => bring(id),
    onReveal(reveal) {
      bring = reveal;
    },
    everything() {
      const before = shown.get();
      shown.set({ last: undefined, size: Number.POSITIVE_INFINITY });
      return () => shown.set(before);
    },
  };
}
