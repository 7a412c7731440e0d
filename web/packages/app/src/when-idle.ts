const atMost_ms = 1000;

/** Call back when the page has nothing else to do, after a second in any case. */
export function whenIdle(callback: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(callback, { timeout: atMost_ms });
  else setTimeout(callback, 100);
}
