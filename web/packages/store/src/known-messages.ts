import { bytesOf, copyLimits, copyOf } from '@salon/client';
import type { StoredMessage } from '@salon/protocol';
import { latestLeaf, pathTo, withVersions } from './branches';
import type { ShownMessage } from './conversation-state';
import type { LoadedConversation } from './library';
import { joined, pathUpTo } from './path';

/** The messages of a conversation that the browser knows. */
export interface KnownMessages {
  /** Begin with a path of which nothing else is known. */
  start(path: StoredMessage[]): void;
  /** Begin with a conversation of the library; returns the path that was shown last. */
  open(conversation: LoadedConversation): StoredMessage[];
  clear(): void;
  /** Put the confirmed messages of `shown` at the end of the known path, and return that. */
  extend(shown: ShownMessage[]): StoredMessage[];
  /** Add messages of any branch. */
  add(messages: readonly StoredMessage[]): void;
  /** The messages of all branches. */
  all(): StoredMessage[];
  /** The path that ends with the confirmed messages of `shown`, up to the message with `id`. */
  upTo(shown: ShownMessage[], id: string | null | undefined): StoredMessage[];
  /** The same, and other branches, within the limits of a copy for a server that has lost them. */
  copyUpTo(shown: ShownMessage[], id: string | null | undefined): StoredMessage[];
  /** The path through a version of a message to the end of its branch; empty where that is not known. */
  branchOf(version: string): ShownMessage[];
  /** The messages of a path, with the ids of their other versions. */
  withVersions(path: readonly ShownMessage[]): ShownMessage[];
}

/** Return an empty store; without `hasBranches`, it remembers the path that is shown and nothing else. */
export function createKnownMessages(hasBranches: boolean): KnownMessages {
  let path: StoredMessage[] = [];
  let byId = new Map<string, StoredMessage>();

  function add(messages: readonly StoredMessage[]): void {
    if (!hasBranches) return;
    for (const message of messages) {
      const old = byId.get(message.id);
      byId.set(message.id, message.signature || !old?.signature ? message : { ...message, signature: old.signature });
    }
  }

  function clear(): void {
    path = [];
    byId = new Map();
  }

  function start(given: StoredMessage[]): void {
    clear();
    path = given;
    add(path);
  }

  const upTo = (shown: ShownMessage[], id: string | null | undefined) => pathUpTo(joined(path, shown), id);

  return {
    start,
    open({ messages, entry }) {
      start(messages);
      if (hasBranches) path = pathTo(byId, entry.head ?? latestLeaf(byId, undefined));
      return path;
    },
    clear,
    extend: (shown) => (path = joined(path, shown)),
    add,
    all: () => [...byId.values()],
    upTo,
    copyUpTo(shown, id) {
      const wanted = upTo(shown, id);
      return hasBranches ? withOtherBranches(wanted, byId) : copyOf(wanted);
    },
    branchOf: (version) => (byId.has(version) ? withVersions(pathTo(byId, latestLeaf(byId, version)), byId) : []),
    withVersions(shown) {
      if (!hasBranches) return [...shown];
      const versions = new Map(
        withVersions(pathTo(byId, shown.at(-1)?.id), byId).map((message) => [message.id, message.versions]),
      );
      return shown.map((message) => {
        const others = versions.get(message.id);
        return message.versions || !others ? message : { ...message, versions: others };
      });
    },
  };
}

/** A path, followed by messages of other branches, parents first, within the limits of a copy. */
function withOtherBranches(path: StoredMessage[], known: ReadonlyMap<string, StoredMessage>): StoredMessage[] {
  const copy = copyOf(path);
  const ids = new Set(copy.map(({ id }) => id));
  const root = copy[0]?.parent ?? null;
  let bytes = copy.reduce((sum, message) => sum + bytesOf(message), 0);
  const others = [...known.values()]
    .filter(({ id }) => !ids.has(id))
    .sort((one, other) => one.created_at - other.created_at);
  for (const message of others) {
    const isReachable = ids.has(message.parent ?? '') || (message.parent ?? null) === root;
    if (!isReachable || copy.length >= copyLimits.messages || bytes + bytesOf(message) > copyLimits.bytes) continue;
    bytes += bytesOf(message);
    copy.push(message);
    ids.add(message.id);
  }
  return copy;
}
