import type { Failure } from '@salon/protocol';

/** Details of an error besides its code and its message. */
export interface ErrorDetails {
  /** The HTTP status of the refusal. */
  status?: number | undefined;
  /** After how many seconds the same request may work. */
  retryAfter_s?: number | undefined;
  /** The error that this one comes from. */
  cause?: unknown;
}

/** Base of all errors that the client throws. */
export class SalonError extends Error {
  override readonly name: string = 'SalonError';
  /** The HTTP status of the refusal, where there was one. */
  readonly status: number | undefined;
  /** The number of seconds after which the same request may work, where the server gives it. */
  readonly retryAfter_s: number | undefined;

  /**
   * @param code A stable, dotted identifier such as `conversation.unknown`; safe to show and to test for.
   * @param message What happened, the offending value and what to do.
   * @param details What else is known.
   */
  constructor(
    readonly code: string,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, 'cause' in details ? { cause: details.cause } : {});
    this.status = details.status;
    this.retryAfter_s = details.retryAfter_s;
  }
}

/** The request is wrong; it has to be changed. */
export class ClientError extends SalonError {
  override readonly name: string = 'ClientError';
}

/** The request is larger than what the server accepts. */
export class TooLargeError extends ClientError {
  override readonly name: string = 'TooLargeError';
}

/** Nobody is signed in where somebody has to be, or the name or the password is wrong. */
export class AuthenticationError extends ClientError {
  override readonly name: string = 'AuthenticationError';
}

/** The request may not be made from there, or by that user. */
export class ForbiddenError extends ClientError {
  override readonly name: string = 'ForbiddenError';
}

/** The resource does not exist, or belongs to another user; the two cannot be told apart on purpose. */
export class NotFoundError extends SalonError {
  override readonly name: string = 'NotFoundError';
}

/** The request does not fit the present state; load it again, then retry. */
export class ConflictError extends SalonError {
  override readonly name: string = 'ConflictError';
}

/** Not now: the same request may work later. */
export class UnavailableError extends SalonError {
  override readonly name: string = 'UnavailableError';
}

/** Too many requests at once; the same request works after a while. */
export class RateError extends UnavailableError {
  override readonly name: string = 'RateError';
}

/** The server cannot be reached, or cannot be reached any more; a reply goes on without its reader. */
export class ConnectionLost extends UnavailableError {
  override readonly name: string = 'ConnectionLost';
}

/** A reply ended before it was complete. */
export class ReplyFailed extends SalonError {
  override readonly name: string = 'ReplyFailed';
  /** The failure, as the server reports it; `undefined` when the reply was cancelled. */
  readonly failure: Failure | undefined;

  /**
   * @param failure The failure, as the server reports it; `undefined` when the reply was cancelled.
   * @param text The text of the reply until then.
   */
  constructor(
    failure: Failure | undefined,
    readonly text: string,
  ) {
    super(failure?.code ?? 'run.cancelled', failure?.message ?? 'It was stopped.');
    this.failure = failure;
  }
}
