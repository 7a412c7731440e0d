import type { Problem } from '@salon/protocol';

/** The server's refusal of a request. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfter_s: number | undefined,
  ) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = 'ProblemError';
  }

  /** Read the problem from an answer; one that is not of the protocol's form gets a code of its status. */
  static async from(response: Response): Promise<ProblemError> {
    const body: unknown = await response.json().catch(() => undefined);
    const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
    return new ProblemError(
      isProblem(body) ? body : unknownProblem(response),
      Number.isFinite(retryAfter) ? retryAfter : undefined,
    );
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}

function unknownProblem({ status, statusText }: Response): Problem {
  return { status, code: `http.${status}`, title: statusText, detail: '' };
}
