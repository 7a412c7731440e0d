import type { Notice } from '@salon/protocol';
import { observable, type Observable } from './observable';

/** A notice of the page's own, which may offer to do something. */
export interface PageNotice extends Notice {
  action?: { name: string; onclick: () => void | Promise<void> };
  /** It is not shown any more. */
  onGone?: () => void;
}

export interface ShownNotice extends PageNotice {
  id: number;
}

/** Passing messages, newest last; at most five at a time. */
export interface Notices extends Observable<ShownNotice[]> {
  push(notice: PageNotice): void;
  dismiss(id: number): void;
}

const maxShown = 5;

export function createNotices(): Notices {
  const shown = observable<ShownNotice[]>([]);
  let next = 1;
  function show(next: ShownNotice[]): void {
    const gone = shown.get().filter((notice) => !next.includes(notice));
    shown.set(next);
    for (const { onGone } of gone) onGone?.();
  }

  return {
    get: shown.get,
    subscribe: shown.subscribe,
    push: (notice) => show([...shown.get(), { ...notice, id: next++ }].slice(-maxShown)),
    dismiss: (id) => show(shown.get().filter((notice) => notice.id !== id)),
  };
}
