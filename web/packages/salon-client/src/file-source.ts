import type { FileRef } from '@salon/protocol';
import { ClientError } from './errors';

/** A file to go with a message: its content, its path (in Node), or one that was uploaded before. */
export type FileSource = Blob | string | FileRef;

/** Whether something is a file that the server has. */
export function isFileRef(value: unknown): value is FileRef {
  return typeof value === 'object' && value !== null && 'id' in value && 'media_type' in value && 'size_bytes' in value;
}

/** The content and the name of a file; what lies at a path is read while it is sent. */
export async function openFile(source: Blob | string): Promise<{ content: Blob; name: string }> {
  if (typeof source !== 'string') return { content: source, name: 'name' in source ? String(source.name) : 'file' };
  // Not imported: bundlers for browsers would look for it.
  const files = globalThis.process?.getBuiltinModule?.('node:fs');
  if (!files)
    throw new ClientError('file.path', `There are no paths here: give a \`Blob\` or a \`File\`, not \`${source}\`.`);
  try {
    return { content: await files.openAsBlob(source), name: source.split(/[/\\]/).at(-1) || 'file' };
  } catch (error) {
    throw new ClientError('file.path', `\`${source}\` cannot be read.`, { cause: error });
  }
}
