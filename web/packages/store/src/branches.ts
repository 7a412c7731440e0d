import type { StoredMessage } from '@salon/protocol';
import type { ShownMessage } from './conversation-state';

type Known = ReadonlyMap<string, StoredMessage>;

/** The messages from the first to the one with `id`. */
export function pathTo(known: Known, id: string | undefined): StoredMessage[] {
  const path: StoredMessage[] = [];
  const seen = new Set<string>();
  for (let next = known.get(id ?? ''); next && !seen.has(next.id); next = known.get(next.parent ?? '')) {
    seen.add(next.id);
    path.unshift(next);
  }
  return path;
}

/** The end of the branch that was added to last below a message, or in all. */
export function latestLeaf(known: Known, id: string | undefined): string | undefined {
  const children = new Map<string, StoredMessage[]>();
  for (const message of known.values())
    children.set(message.parent ?? '', [...(children.get(message.parent ?? '') ?? []), message]);
  const latest = (messages: StoredMessage[] = []) =>
    messages.reduce<StoredMessage | undefined>(
      (last, one) => (last && last.created_at > one.created_at ? last : one),
      undefined,
    );
  const seen = new Set<string>();
  let at = id ?? latest([...known.values()].filter(({ parent }) => !known.has(parent ?? '')))?.id;
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    const below = latest(children.get(at));
    if (!below) return at;
    at = below.id;
  }
  return at;
}

/** A path with the ids of each message's other versions. */
export function withVersions(path: readonly StoredMessage[], known: Known): ShownMessage[] {
  const siblings = new Map<string, string[]>();
  const all = [...known.values()].sort((one, other) => one.created_at - other.created_at);
  for (const { id, parent } of all) siblings.set(parent ?? '', [...(siblings.get(parent ?? '') ?? []), id]);
  return path.map((message) => {
    const versions = siblings.get(message.parent ?? '') ?? [];
    return versions.length > 1 ? { ...message, versions } : message;
  });
}
