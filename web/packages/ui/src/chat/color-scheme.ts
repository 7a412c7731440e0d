import { observable, type Observable, type SafeStorage } from '@salon/store';

export type Scheme = 'system' | 'light' | 'dark';

/** The reader's choice between light and dark; kept in the browser. */
export interface ColorScheme extends Observable<Scheme> {
  /** On to the next of system, light, dark. */
  next(): void;
}

const order: Scheme[] = ['system', 'light', 'dark'];
const key = 'salon.color-scheme';

/** `apply` shows a choice; the page's inline script has applied the kept one before. */
export function createColorScheme(storage: SafeStorage, apply: (scheme: Scheme) => void): ColorScheme {
  const scheme = observable<Scheme>(order.find((known) => known === storage.get(key)) ?? 'system');
  return {
    get: scheme.get,
    subscribe: scheme.subscribe,
    next() {
      const chosen = order[(order.indexOf(scheme.get()) + 1) % order.length] ?? 'system';
      storage.set(key, chosen);
      apply(chosen);
      scheme.set(chosen);
    },
  };
}
