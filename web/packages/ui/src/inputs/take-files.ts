import { ProblemError } from '@salon/client';
import type { FileRef } from '@salon/protocol';
import type { PageContext } from '../page-context';

export interface Taken {
  refs: FileRef[];
  /** Why the rest could not be uploaded, in words. */
  problem: string;
}

/** Upload files one after the other, as far as that goes; `onShare` hears how far it is. */
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

/** What a file picker is told to offer. */
export function acceptOf(types: readonly string[]): string {
  return types.map((type) => (/^[a-z]+$/.test(type) && type !== 'file' ? `${type}/*` : type)).join(',');
}
