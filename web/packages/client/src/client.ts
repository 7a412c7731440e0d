import type {
  CallRequest,
  ChangeRequest,
  ConversationDocument,
  ConversationList,
  ConversationView,
  DocumentsView,
  EndpointsView,
  Entry,
  EntryView,
  FeedbackKept,
  FeedbackRequest,
  FeedbacksView,
  FileRef,
  ImportView,
  ShareList,
  ShareRequest,
  ShareView,
  SharedView,
  StoredMessage,
  TurnRequest,
} from '@salon/protocol';
import { backoff } from './backoff';
import { followRun } from './follow-run';
import { ProblemError } from './problem-error';
import { request, type RequestOptions } from './request';
import type { Transport } from './transport';
import { upload } from './upload';
import { watch } from './watch';

export type DocumentFormat = 'json' | 'markdown' | 'html';

export type TurnStream = AsyncGenerator<Entry[]>;

/** The native protocol, one method a request. Every method may throw `ProblemError`. */
export interface Client {
  /** Send a turn and follow its run to the end; `copy` serves a server that lost the conversation. */
  send(turn: TurnRequest, copy: () => StoredMessage[], signal: AbortSignal): TurnStream;
  /** Call a function that is bound to an event of the page, and follow its run to the end. */
  call(call: CallRequest, signal: AbortSignal): TurnStream;
  /** Follow a run that somebody started, from its beginning. */
  follow(run: string, signal: AbortSignal): TurnStream;
  /** Stop a run after the last entry that was shown; tries again while the server can't be reached. */
  cancel(run: string, seen: number): Promise<void>;
  /** The last `limit` messages, or those before the one named. */
  conversation(id: string, page?: { before?: string; limit?: number }): Promise<ConversationView>;
  /** Yield the last message's id whenever a conversation changes, until aborted; see `watch`. */
  watch(id: string, signal: AbortSignal): AsyncGenerator<string>;
  undo(id: string): Promise<ConversationView>;
  switchTo(id: string, message: string): Promise<ConversationView>;
  remove(id: string): Promise<void>;
  /** A page of the list of conversations that the server keeps, or those with words that are searched. */
  conversations(query: { chat: string; before?: string; search?: string }): Promise<ConversationList>;
  /** Name or pin a conversation in that list. */
  change(id: string, changes: ChangeRequest): Promise<EntryView>;
  /** Give the conversations of the browser's visitor to the signed-in user. */
  adopt(): Promise<void>;
  /** Import the conversations of a file. */
  importConversations(file: Blob, chat: string): Promise<ImportView>;
  /** Read the conversations of a file, which the server does not store. */
  readDocuments(file: Blob): Promise<DocumentsView>;
  /** Write a conversation as a document, and give it a file name. */
  writeDocument(document: ConversationDocument, format: DocumentFormat): Promise<{ content: Blob; name: string }>;
  /** Share a conversation as it is now with everybody who has the share's id. */
  share(id: string): Promise<ShareView>;
  /** Share a conversation that the server does not store. */
  shareCopy(share: ShareRequest): Promise<ShareView>;
  /** List the user's shares. */
  shares(): Promise<ShareList>;
  revoke(share: string): Promise<void>;
  /** Read a shared conversation. */
  shared(share: string): Promise<SharedView>;
  /** Copy a shared conversation into a new one of the user's. */
  continueShare(share: string, chat: string): Promise<EntryView>;
  /** The address of a conversation as a document. */
  exportAddress(id: string, format: DocumentFormat): string;
  /** Replace the feedback on a message; `copy` is like that of `send`. */
  sendFeedback(id: string, feedback: FeedbackRequest, copy: () => StoredMessage[]): Promise<FeedbackKept>;
  /** The feedback on the messages of a conversation, which the server itself may have lost. */
  feedback(id: string): Promise<FeedbacksView>;
  /** Upload a file for a turn, over cuts; `onProgress` gets the share that is sent, from 0 to 1. */
  upload(file: Blob, name: string, onProgress: (share: number) => void, signal: AbortSignal): Promise<FileRef>;
  removeFile(id: string): Promise<void>;
  /** List the endpoints that programs may call. */
  endpoints(): Promise<EndpointsView>;
}

const cancelAttempts = 8;

/** Return a client that talks through `transport`. */
export function createClient(transport: Transport): Client {
  /** Request JSON; the protocol guarantees its type. */
  async function read<T>(path: string, options?: RequestOptions): Promise<T> {
    return (await (await request(transport, path, options)).json()) as T;
  }

  const post = <T>(path: string, body: object) => read<T>(path, { method: 'POST', body });

  async function sendFeedback(
    id: string,
    feedback: FeedbackRequest,
    copy: () => StoredMessage[],
  ): Promise<FeedbackKept> {
    const send = (body: FeedbackRequest) =>
      read<FeedbackKept>(`api/conversations/${id}/feedback`, { method: 'POST', body, outlivesPage: !body.copy });
    try {
      return await send(feedback);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'conversation.unknown') throw error;
      return await send({ ...feedback, copy: copy() });
    }
  }

  async function cancel(run: string, seen: number): Promise<void> {
    for (let failures = 0; failures < cancelAttempts; failures++) {
      try {
        await request(transport, `api/runs/${run}/cancel`, { method: 'POST', body: { seen } });
        return;
      } catch (error) {
        if (error instanceof ProblemError) throw error;
        await transport.wait(backoff(failures), new AbortController().signal, failures + 1);
      }
    }
  }

  return {
    send: (turn, copy, signal) => followRun(transport, { turn, copy }, signal),
    call: (call, signal) => followRun(transport, { call }, signal),
    follow: (run, signal) => followRun(transport, { run }, signal),
    cancel,
    conversation: (id, { before, limit = 50 } = {}) =>
      read(`api/conversations/${id}?limit=${limit}${before ? `&before=${encodeURIComponent(before)}` : ''}`),
    watch: (id, signal) => watch(transport, id, signal),
    undo: (id) => post(`api/conversations/${id}/undo`, {}),
    switchTo: (id, message) => post(`api/conversations/${id}/switch`, { message }),
    remove: async (id) => {
      await request(transport, `api/conversations/${id}`, { method: 'DELETE', outlivesPage: true });
    },
    conversations: (query) => read(`api/conversations?${new URLSearchParams(query).toString()}`),
    change: (id, changes) => read(`api/conversations/${id}`, { method: 'PATCH', body: changes }),
    adopt: async () => {
      await request(transport, 'api/conversations/adopt', { method: 'POST', body: {} });
    },
    importConversations: (file, chat) =>
      post(`api/conversations/import?${new URLSearchParams({ chat }).toString()}`, file),
    readDocuments: (file) => post('api/documents/read', file),
    writeDocument: async (document, format) => {
      const response = await request(transport, `api/documents?format=${format}`, { method: 'POST', body: document });
      const [, name = ''] = /filename\*=utf-8''([^;]+)/.exec(response.headers.get('Content-Disposition') ?? '') ?? [];
      return { content: await response.blob(), name: decodeURIComponent(name) };
    },
    share: (id) => post(`api/conversations/${id}/share`, {}),
    shareCopy: (share) => post('api/shares', share),
    shares: () => read('api/shares'),
    revoke: async (share) => {
      await request(transport, `api/shares/${encodeURIComponent(share)}`, { method: 'DELETE' });
    },
    shared: (share) => read(`api/shared/${encodeURIComponent(share)}`),
    continueShare: (share, chat) => post(`api/shared/${encodeURIComponent(share)}/copy`, { chat }),
    exportAddress: (id, format) => new URL(`api/conversations/${id}/export?format=${format}`, transport.base).href,
    sendFeedback,
    feedback: (id) => read(`api/conversations/${id}/feedback`),
    upload: (file, name, onProgress, signal) => upload(transport, file, name, onProgress, signal),
    removeFile: async (id) => {
      await request(transport, `api/files/${id}`, { method: 'DELETE' });
    },
    endpoints: () => read('api/endpoints'),
  };
}
