import { observable, type Observable } from '@salon/store';

const may = observable(!document.hidden);

/**
 * Whether the page may keep a connection open for news: while it is visible, and one of the hidden pages.
 * Browsers share few connections among all their pages, so not every one may.
 */
export const mayWatch: Observable<boolean> = may;

function shown(): Promise<void> {
  return new Promise((resolve) => {
    document.addEventListener('visibilitychange', () => resolve(), { once: true });
  });
}

document.addEventListener('visibilitychange', () => {
  may.set(!document.hidden);
  if (!document.hidden || !('locks' in navigator)) return;
  void navigator.locks.request('salon.watch', { ifAvailable: true }, async (lock) => {
    if (!lock || !document.hidden) return;
    may.set(true);
    await shown();
  });
});
