import type { FileRef } from '@salon/protocol';

let folder = 'files';

/** Find the files of the whole page in another folder: those of what somebody shared are with it. */
export function findFilesIn(other: string): void {
  folder = other;
}

/** Where the browser finds a file, relative to the page. */
export function fileAddress({ id, name }: Pick<FileRef, 'id' | 'name'>): string {
  return `${folder}/${id}/${encodeURIComponent(name)}`;
}
