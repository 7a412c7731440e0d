import type { Client } from '@salon/client';
import type { FeedbackView, FileRef, Message, Notice, OutputDelta, OutputSet } from '@salon/protocol';
import type { ConversationState } from './conversation-state';
import type { LikeEvent } from './feedback-changes';
import type { Library } from './library';
import type { Observable } from './observable';
import type { SavedCopy } from './saved-copy';

/** The conversation on the page and the actions on it. */
export interface Conversation extends Observable<ConversationState> {
  send(text: string, example?: number, files?: FileRef[]): void;
  /** Send the text of a suggested reply. */
  choose(value: string): void;
  /** Another version of the answer to a user's message, the last one by default. */
  retry(userMessage?: string): void;
  /** Another version of a user's message, with all its files or with `files`; what followed the old one stays with that. */
  edit(id: string, text: string, files?: FileRef[]): void;
  /** Take the last exchange back; returns the user's text and files. */
  undo(): Promise<Undone | undefined>;
  switchTo(version: string): Promise<void>;
  /** Replace the reader's feedback on a message; of several messages in a row, on the first. */
  setFeedback(id: string, feedback: FeedbackView): void;
  stop(): void;
  /** Begin a new conversation and delete this one. */
  clear(): void;
  /** Begin a new conversation, and leave this one as it is; its reply goes on without its reader. */
  startNew(options?: { isTemporary?: boolean }): void;
  /** Begin a new conversation with messages that a function of the page has set, and leave this one as it is. */
  prefill(messages: Message[]): void;
  /** Go to another conversation of the library. */
  open(id: string): Promise<void>;
  loadEarlier(): Promise<void>;
  /** Load the whole conversation, for searching, printing and saving it. */
  loadAll(): Promise<void>;
  /** Show the browser's copy, then the server's state, and follow a reply that is being written. */
  restore(): Promise<void>;
  /** Another tab changed this conversation: show the change, and follow the reply that is being written there. */
  refreshFrom(conversation: string): Promise<void>;
}

export interface Undone {
  text: string;
  files: FileRef[];
}

export interface ConversationOptions {
  client: Client;
  saved: SavedCopy;
  /** The list in which conversations are kept, if there is one. */
  library?: Library;
  schedule: (callback: () => void) => void;
  /** Resolve after a while, earlier when the network comes back. */
  pause: () => Promise<void>;
  isOffline: () => boolean;
  now_s: () => number;
  onNotice: (notice: Notice) => void;
  onOutput: (event: OutputSet | OutputDelta) => void;
  /** The name of the chat. */
  chat: string;
  /** The present values of the chat's additional inputs. */
  inputs: () => Record<string, unknown>;
  /** The key of the server's session state, where that is not the conversation. */
  session?: string;
  /** This conversation changed on the server: other tabs have to refresh it. */
  onServerChange: (conversation: string) => void;
  /** Whether readers may give feedback on messages. */
  asksFeedback?: boolean;
  /** The reader gave feedback on a message, and the server has stored it. */
  onLike?: (event: LikeEvent) => void;
  /** An action, not a reply, was refused or could not reach the server. */
  onRefused: (error: unknown) => void;
}
