import type { Notice } from '@salon/protocol';
import { observable, type Observable } from './observable';

export interface ShownNotice extends Notice {
  id: number;
}

/** Passing messages, newest last; at most five at a time. */
export interface Notices extends Observable<ShownNotice[]> {
  push(notice: Notice): void;
  dismiss(id: number): void;
}

const maxShown = 5;

export function createNotices(): Notices {
  const shown = observable<ShownNotice[]>([]);
  let next = 1;
  return {
    get: shown.get,
    subscribe: shown.subscribe,
    push: (notice) => shown.set([...shown.get(), { ...notice, id: next++ }].slice(-maxShown)),
    dismiss: (id) => shown.set(shown.get().filter((notice) => notice.id !== id)),
  };
}
