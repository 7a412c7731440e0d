import { observable, type Observable } from './observable';
import type { SafeStorage } from './safe-storage';

/** The text being written; it survives a refresh. */
export interface Composer extends Observable<string> {
  set(text: string): void;
  /** Clear the text and return it, or return `undefined` when it is nothing but white space. */
  take(): string | undefined;
  /** Restore the text taken last where the present one is empty; returns whether it did. */
  recall(): boolean;
}

export function createComposer(storage: SafeStorage, key: string): Composer {
  const text = observable(storage.get(key) ?? '');
  let lastTaken = '';

  function set(value: string): void {
    text.set(value);
    if (value) storage.set(key, value);
    else storage.remove(key);
  }

  return {
    get: text.get,
    subscribe: text.subscribe,
    set,
    take() {
      const value = text.get();
      if (value.trim() === '') return undefined;
      lastTaken = value;
      set('');
      return value;
    },
    recall() {
      if (text.get() !== '' || lastTaken === '') return false;
      set(lastTaken);
      return true;
    },
  };
}
