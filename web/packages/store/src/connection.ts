import type { Link } from '@salon/client';
import { observable, type Observable } from './observable';

export type ConnectionState = Link | 'back';

/** The connection as it is shown to the reader; `back` for a moment after it was lost. */
export interface Connection extends Observable<ConnectionState> {
  report(link: Link): void;
}

export function createConnection(after: (milliseconds: number, callback: () => void) => void): Connection {
  const state = observable<ConnectionState>('online');
  return {
    get: state.get,
    subscribe: state.subscribe,
    report(link) {
      if (link !== 'online') {
        state.set(link);
      } else if (state.get() === 'lost' || state.get() === 'stopping') {
        state.set('back');
        after(2500, () => state.get() === 'back' && state.set('online'));
      }
    },
  };
}
