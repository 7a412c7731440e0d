/** A value that can be watched; `subscribe` calls the listener at once and returns how to stop. */
export interface Observable<T> {
  get(): T;
  subscribe(listener: (value: T) => void): () => void;
}

export interface Writable<T> extends Observable<T> {
  set(value: T): void;
}

/** Return a watchable value; listeners are called with every other value that is set, in order of subscription. */
export function observable<T>(initial: T): Writable<T> {
  const listeners = new Set<(value: T) => void>();
  let current = initial;
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) listener(value);
    },
    subscribe(listener) {
      const own = (value: T) => listener(value);
      listeners.add(own);
      listener(current);
      return () => listeners.delete(own);
    },
  };
}
