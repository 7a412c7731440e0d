import type { Client as Core } from '@salon/client';
import type { EndpointView, FileRef } from '@salon/protocol';
import { typed } from './error-of';
import { isFileRef, openFile, type FileSource } from './file-source';
import { sentValue } from './sent-value';

const never = new AbortController().signal;

/** How a file is uploaded. */
interface UploadOptions {
  name?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Return what uploads files, for themselves, for messages and as values of inputs. */
export function createUploads(core: Core) {
  async function upload(file: Blob | string, { name, signal = never }: UploadOptions = {}): Promise<FileRef> {
    const opened = await openFile(file);
    return await typed(
      core.upload(opened.content, name ?? opened.name, () => {}, signal),
      signal,
    );
  }

  /** Upload the files that are not uploaded yet. */
  async function uploadAll(files: readonly FileSource[], signal: AbortSignal): Promise<FileRef[]> {
    return await Promise.all(files.map(async (file) => (isFileRef(file) ? file : upload(file, { signal }))));
  }

  /** Return values by the ids of inputs; they are given by the parameters' names, or by the ids themselves. */
  async function valuesOf(
    endpoint: EndpointView | undefined,
    given: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const { parameters = [] } = endpoint ?? {};
    const idOf = (name: string) => parameters.find((parameter) => parameter.name === name)?.input ?? name;
    const values = Object.entries(given).map(
      async ([name, value]) => [idOf(name), await sentValue(value, (content) => upload(content, { signal }))] as const,
    );
    return Object.fromEntries(await Promise.all(values));
  }

  return { upload, uploadAll, valuesOf };
}
