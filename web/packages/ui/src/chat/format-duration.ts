import type { Words } from '../i18n/words';

/** 5 → "5 s", 0.5 → "0.5 s", 0.05 → "50.0 ms". */
export function formatDuration(duration_s: number, words: Words): string {
  if (Number.isInteger(duration_s)) return words.seconds(String(duration_s));
  if (duration_s >= 0.1) return words.seconds(duration_s.toFixed(1));
  return words.milliseconds((duration_s * 1000).toFixed(1));
}
