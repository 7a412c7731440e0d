export type { Answer } from './answer';
export type { Client, ListedConversation } from './client';
export { connect, type ConnectOptions } from './connect';
export type { AskOptions, Conversation, Judgement } from './conversation';
export {
  AuthenticationError,
  ClientError,
  ConflictError,
  ConnectionLost,
  ForbiddenError,
  NotFoundError,
  RateError,
  ReplyFailed,
  SalonError,
  TooLargeError,
  UnavailableError,
  type ErrorDetails,
} from './errors';
export { filesOf } from './files-of';
export type { FileSource } from './file-source';
export type { Output } from './outputs';
export type { Answered } from './reply-log';
export { textOf } from './text-of';
export type {
  EndpointParameter,
  EndpointView,
  Entry,
  Failure,
  FileRef,
  Message,
  PageConfig,
  Part,
  Reply,
  RunEvent,
} from '@salon/protocol';
