import type { DocumentFormat } from '@salon/client';
import type { StoredMessage } from '@salon/protocol';
import type { ArchiveEntry, SearchHit } from './archive';
import type { Observable } from './observable';
import type { Saved } from './saved-copy';

/** Why conversations are not kept: no storage, no room in it, or no connection to the server. */
export type LibraryProblem = 'missing' | 'full' | 'lost';

/** Actions that only a library on the server has. */
export interface ServerActions {
  /** There are older conversations, which are not listed yet. */
  hasMore: Observable<boolean>;
  loadMore(): Promise<void>;
  /** This browser has conversations from before its reader signed in. */
  canAdopt: Observable<boolean>;
  adopt(): Promise<void>;
  /** Delete a removed conversation for good: its removal can no longer be undone. */
  forget(id: string): Promise<void>;
  /** The page is closed: delete all removed conversations for good. */
  flush(): void;
}

/** The list of a visitor's conversations. */
export interface Library extends Observable<ArchiveEntry[]> {
  problem: Observable<LibraryProblem | undefined>;
  /** It stores the messages of all branches that it is given, as no server does that for it. */
  keepsMessages: boolean;
  onServer?: ServerActions;
  load(id: string): Promise<LoadedConversation | undefined>;
  /** Store what is known of a conversation; called often, it writes soon, and only new messages. */
  keep(saved: Saved, head: string | null): void;
  rename(id: string, title: string): Promise<void>;
  pin(id: string, isPinned: boolean): Promise<void>;
  /** Remove a conversation; returns a function that undoes the removal. */
  remove(id: string): Promise<() => Promise<void>>;
  search(words: string): Promise<SearchHit[]>;
  /** The ids of a conversation's shares. */
  sharesOf(id: string): readonly string[];
  /** Share a conversation as it is shown now, and return the share's id; rejects where that fails. */
  share(id: string): Promise<string>;
  /** Revoke all shares of a conversation; rejects where that fails. */
  unshare(id: string): Promise<void>;
  /** A conversation as a document to be saved; rejects where that fails. */
  documentOf(id: string, format: DocumentFormat): Promise<SavedDocument>;
  /** Import the conversations of a file, also of other chat systems' exports; rejects where that fails. */
  importFile(file: Blob): Promise<{ count: number; skipped: number }>;
  /** Read the list again, as another tab has changed something. */
  refresh(): Promise<void>;
}

export interface LoadedConversation {
  entry: Pick<ArchiveEntry, 'head'>;
  messages: StoredMessage[];
}

/** A document to be downloaded; `name` is empty where the server names the file. */
export interface SavedDocument {
  address: string;
  name: string;
}
