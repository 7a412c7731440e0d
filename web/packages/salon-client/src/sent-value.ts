import type { FileRef } from '@salon/protocol';
import { isFileRef } from './file-source';

/** A value in the form in which turns and calls send it; `upload` is asked for each content in it. */
export async function sentValue(value: unknown, upload: (content: Blob) => Promise<FileRef>): Promise<unknown> {
  if (value instanceof Blob) return { $file: (await upload(value)).id };
  if (isFileRef(value)) return { $file: value.id };
  if (Array.isArray(value)) return await Promise.all(value.map((item) => sentValue(item, upload)));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).map(async ([name, item]) => [name, await sentValue(item, upload)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
