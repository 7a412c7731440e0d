import { ProblemError, type Client } from '@salon/client';
import type { FileRef, FilesConfig } from '@salon/protocol';
import { observable, type Observable } from './observable';

/** A file on its way into the next message. */
export interface Attachment {
  number: number;
  name: string;
  size_bytes: number;
  mediaType: string;
  /** The file itself; files of a message that was taken back have none. */
  file: Blob | undefined;
  /** The share that is uploaded, from 0 to 1. */
  share: number;
  /** The server's reference to it, once it is uploaded. */
  ref: FileRef | undefined;
  /** The code of the problem for which it is not accepted, or could not be uploaded. */
  problem: string | undefined;
}

export interface Attachments extends Observable<Attachment[]> {
  /** Attach a file and upload it. */
  add(file: Blob, name: string): void;
  /** Attach files that are uploaded already. */
  put(refs: FileRef[]): void;
  remove(number: number): void;
  retry(number: number): void;
  /** Empty the list and return its files, or `undefined` while one is not uploaded; refused ones stay. */
  take(): FileRef[] | undefined;
}

const most = 20;

/** Return an empty list; without `config` nothing can be attached. */
export function createAttachments(client: Client, config: FilesConfig | undefined): Attachments {
  const list = observable<Attachment[]>([]);
  const aborts = new Map<number, AbortController>();
  let next = 1;

  function change(number: number, changes: Partial<Attachment>): void {
    list.set(list.get().map((one) => (one.number === number ? { ...one, ...changes } : one)));
  }

  async function upload(number: number, file: Blob, name: string): Promise<void> {
    const abort = new AbortController();
    aborts.set(number, abort);
    change(number, { problem: undefined, share: 0 });
    try {
      const ref = await client.upload(file, name, (share) => change(number, { share }), abort.signal);
      if (list.get().some((one) => one.number === number)) change(number, { ref, share: 1 });
      else await client.removeFile(ref.id).catch(() => undefined);
    } catch (error) {
      change(number, { problem: error instanceof ProblemError ? error.problem.code : 'file.lost' });
    } finally {
      aborts.delete(number);
    }
  }

  function remove(number: number): void {
    const removed = list.get().find((one) => one.number === number);
    aborts.get(number)?.abort();
    list.set(list.get().filter((one) => one.number !== number));
    if (removed?.ref && removed.file) client.removeFile(removed.ref.id).catch(() => undefined);
  }

  function append(attachment: Omit<Attachment, 'number'>): number {
    const number = next++;
    // A refused file replaces another refused one, but none that can be sent.
    if (config?.count === 'single')
      for (const one of list.get()) if (!attachment.problem || one.problem) remove(one.number);
    list.set([...list.get(), { number, ...attachment }]);
    return number;
  }

  return {
    get: list.get,
    subscribe: list.subscribe,
    add(file, name) {
      if (!config || (config.count !== 'single' && list.get().length >= most)) return;
      const problem = refusal(file, name, config);
      const common = { name, size_bytes: file.size, mediaType: file.type, file, share: 0, ref: undefined, problem };
      const number = append(common);
      if (!problem) void upload(number, file, name);
    },
    put(refs) {
      for (const ref of refs) {
        const { name, size_bytes, media_type: mediaType } = ref;
        append({ name, size_bytes, mediaType, file: undefined, share: 1, ref, problem: undefined });
      }
    },
    remove,
    retry(number) {
      const found = list.get().find((one) => one.number === number);
      if (found?.file) void upload(number, found.file, found.name);
    },
    take() {
      if (list.get().some(({ ref, problem }) => !ref && !problem)) return undefined;
      const refs = list.get().flatMap(({ ref }) => ref ?? []);
      list.set(list.get().filter(({ ref }) => !ref));
      return refs;
    },
  };
}

/** Why a file would be refused, as far as that shows without its content. */
function refusal(file: Blob, name: string, { size_bytes = Infinity, types = [] }: FilesConfig): string | undefined {
  if (file.size > size_bytes) return 'file.too-large';
  const family = file.type.split('/')[0];
  const fits = types.some(
    (type) =>
      type === 'file' ||
      type === family ||
      type === file.type ||
      type === `${family}/*` ||
      (type.startsWith('.') && name.toLowerCase().endsWith(type)),
  );
  return types.length > 0 && file.type !== '' && !fits ? 'file.type' : undefined;
}
