const pause_ms = 50;

/** Call back when the page has nothing else to do, after `atMost_ms` in any case. */
export function whenIdle(callback: () => void, atMost_ms: number): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(callback, { timeout: atMost_ms });
  else setTimeout(callback, pause_ms);
}
