import type { FileRef, UploadView } from '@salon/protocol';
import { backoff } from './backoff';
import { newId } from './new-id';
import { ProblemError } from './problem-error';
import { isUnavailable, request } from './request';
import type { Transport } from './transport';

const fruitlessAttempts = 4;

/**
 * Upload a file; after a cut, go on after the bytes that the server has, however long the server is away.
 *
 * Throws `ProblemError` when the server refuses, and the transport's error when it is aborted, when it waits no
 * longer, or when the server can be reached and still nothing more of the file arrives.
 */
export async function upload(
  transport: Transport,
  file: Blob,
  name: string,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<FileRef> {
  const id = newId('file');
  let after = 0;
  let wasCut = false;
  let failures = 0;
  let fruitless = 0;

  async function send(): Promise<FileRef> {
    const from = after;
    const query = `name=${encodeURIComponent(name)}&upload=${id}${from > 0 ? `&after=${from}` : ''}`;
    const address = new URL(`api/files?${query}`, transport.base).href;
    const rest = from > 0 ? file.slice(from, file.size, file.type) : file;
    const onShare = (share: number) =>
      onProgress(file.size > 0 ? (from + share * (file.size - from)) / file.size : share);
    const response = await transport.upload(address, rest, onShare, signal);
    if (!response.ok) throw await ProblemError.from(response);
    return (await response.json()) as FileRef;
  }

  /** Ask the server for the whole file; where it has a part only, return `undefined`, and set `after` to its size. */
  async function resume(): Promise<FileRef | undefined> {
    const response = await request(transport, `api/uploads/${id}`, { signal });
    const { file: whole, size_bytes = 0 } = (await response.json()) as UploadView;
    fruitless = size_bytes > after ? 0 : fruitless + 1;
    if (size_bytes > after) failures = 0;
    after = size_bytes;
    return whole ?? undefined;
  }

  while (true) {
    try {
      const whole = wasCut ? await resume() : undefined;
      return whole ?? (await send());
    } catch (error) {
      if (signal.aborted) {
        request(transport, `api/uploads/${id}`, { method: 'DELETE' }).catch(() => undefined);
        throw error;
      }
      if ((error instanceof ProblemError && !isPassing(error)) || fruitless >= fruitlessAttempts) throw error;
    }
    wasCut = true;
    failures += 1;
    await transport.wait(backoff(failures - 1), signal, failures);
  }
}

/** The server is away for a moment, or has another part of the file than we thought. */
function isPassing({ problem: { status, code } }: ProblemError): boolean {
  return isUnavailable(status) || code === 'upload.part' || code === 'upload.elsewhere';
}
