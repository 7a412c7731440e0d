import type { ArchiveEntry } from '@salon/store';

export interface EntryGroup {
  /** `pinned`, `today`, `yesterday`, `week`, `month`, or a month such as `2026-10`. */
  name: string;
  entries: ArchiveEntry[];
}

const day_ms = 24 * 3600 * 1000;

/** Conversations by the time of their last message; pinned ones first. */
export function groupEntries(entries: readonly ArchiveEntry[], now: Date): EntryGroup[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const groups = new Map<string, ArchiveEntry[]>();
  const sorted = [...entries].sort((one, other) => other.updatedAt - one.updatedAt);
  for (const pinned of [true, false]) {
    for (const entry of sorted) {
      if (entry.isPinned !== pinned) continue;
      const name = pinned ? 'pinned' : nameOf(new Date(entry.updatedAt * 1000), today);
      groups.set(name, [...(groups.get(name) ?? []), entry]);
    }
  }
  return [...groups].map(([name, group]) => ({ name, entries: group }));
}

function nameOf(date: Date, today: number): string {
  const time = date.getTime();
  if (time >= today) return 'today';
  if (time >= today - day_ms) return 'yesterday';
  if (time >= today - 7 * day_ms) return 'week';
  if (time >= today - 30 * day_ms) return 'month';
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`;
}
