import { ProblemError } from '@salon/client';
import type { FileRef } from '@salon/protocol';
import type { PageContext } from '../page-context';

export interface Taken {
  refs: FileRef[];
  /** The reason why the rest could not be uploaded, to be shown. */
  problem: string;
}

/** Upload files one after the other until one is refused; `onShare` gets the share that is uploaded, from 0 to 1. */
export async function takeFiles(
  files: File[],
  { client, words }: PageContext,
  onShare: (share: number) => void,
): Promise<Taken> {
  const refs: FileRef[] = [];
  try {
    for (const [index, file] of files.entries()) {
      const onProgress = (one: number) => onShare((index + one) / files.length);
      refs.push(await client.upload(file, file.name, onProgress, new AbortController().signal));
    }
  } catch (error) {
    const code = error instanceof ProblemError ? error.problem.code : 'file.lost';
    return { refs, problem: words.failures[code] ?? words.failures['other'] ?? '' };
  }
  return { refs, problem: '' };
}

/** The `accept` of a file picker for these types. */
export function acceptOf(types: readonly string[]): string {
  return types.map((type) => (/^[a-z]+$/.test(type) && type !== 'file' ? `${type}/*` : type)).join(',');
}
