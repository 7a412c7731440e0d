import { ProblemError } from '@salon/client';
import {
  AuthenticationError,
  ClientError,
  ConflictError,
  ConnectionLost,
  ForbiddenError,
  NotFoundError,
  RateError,
  SalonError,
  TooLargeError,
  UnavailableError,
} from './errors';

const byStatus: Record<number, typeof ClientError | typeof NotFoundError> = {
  401: AuthenticationError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  413: TooLargeError,
  429: RateError,
};

/** The public error for an error of the core: the class of its status, or a lost connection. */
export function errorOf(error: unknown): SalonError {
  if (error instanceof SalonError) return error;
  if (error instanceof ProblemError) {
    const { status, code, detail } = error.problem;
    const Kind = byStatus[status] ?? (status < 500 ? ClientError : UnavailableError);
    return new Kind(code, detail || `The server answered ${status}.`, { status, retryAfter_s: error.retryAfter_s });
  }
  if (error instanceof SyntaxError) {
    return new SalonError('client.answer', `This is not the answer of a Salon application: ${error.message}`, {
      cause: error,
    });
  }
  const words = error instanceof Error ? error.message : String(error);
  return new ConnectionLost('client.lost', `The server cannot be reached: ${words}`, { cause: error });
}

/** Await a call of the core, and throw its errors as public ones; the reason of an abort is thrown as it is. */
export async function typed<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw errorOf(error);
  }
}
