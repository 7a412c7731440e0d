import type { Failure, MessageView, Progress, Reply, Status } from '@salon/protocol';

/** A message of the path; `isUnsent` while the server has not confirmed it. */
export interface ShownMessage extends MessageView {
  isUnsent?: boolean;
  /** The number of the example that it is, while the server has not added that one's files. */
  example?: number;
}

/** A reply that is being written. */
export interface LiveReply {
  answers: string;
  /** It was asked for on this page. */
  isOwn: boolean;
  reply: Reply;
  /** The reader stopped it; the shown reply stays as it is until the server has ended the run. */
  isStopped: boolean;
  queuePosition: number;
  progress: Progress | undefined;
  /** Ids of the versions that this reply is another one of. */
  versions: string[];
}

/** The ending of a run without messages, none of which could carry its status. */
export interface Ending {
  answers: string;
  status: Status;
  failure?: Failure;
  versions: string[];
}

export interface ConversationState {
  id: string;
  messages: ShownMessage[];
  hasEarlier: boolean;
  live: LiveReply | undefined;
  ending: Ending | undefined;
  /** It is not kept, neither here nor on the server, longer than it is open. */
  isTemporary?: boolean;
  /** A function of the page has set the messages, and none was sent yet, so that the server does not know them. */
  isPrefilled?: boolean;
}
