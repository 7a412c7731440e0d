import { ProblemError } from '@salon/client';
import type { Failure } from '@salon/protocol';

/** The server's refusal, or an error of the page's own, in the form in which failed replies have it. */
export function failureOf(error: unknown): Pick<Failure, 'code' | 'message'> {
  if (!(error instanceof ProblemError)) return { code: 'page.failed', message: String(error) };
  const { code, detail } = error.problem;
  return { code, message: detail };
}
