import type { ArchiveEntry } from './archive';
import type { DocumentAction } from './browser-documents';
import { createBrowserStorage, type BrowserLibraryOptions } from './browser-storage';
import type { Library } from './library';

/** Return the library of the browser's archive; without an archive, it lasts until the page is closed. */
export function createBrowserLibrary(options: BrowserLibraryOptions): Library {
  const { archive, onChanged, onRemoved } = options;
  const storage = createBrowserStorage(options);
  const { list, attempt } = storage;

  async function change(id: string, changes: Partial<ArchiveEntry>): Promise<void> {
    const old = list.find(id);
    if (old) list.put({ ...old, ...changes });
    await storage.written();
    await attempt(async () => {
      await archive?.change(id, changes);
      onChanged();
    });
  }

  async function remove(id: string): Promise<() => Promise<void>> {
    await storage.written();
    const backup = await archive?.load(id).catch(() => undefined);
    list.remove(id);
    storage.forget(id);
    await attempt(async () => {
      await archive?.remove(id);
      onRemoved(id);
    });
    return async () => {
      list.restore(id);
      if (!backup) return;
      const { entry, messages } = backup;
      const { title, isNamed, isPinned } = entry;
      list.put(entry);
      await attempt(async () => {
        await archive?.save(entry, messages);
        // Saving leaves these alone, as another tab may have changed them.
        if (isNamed || isPinned) await archive?.change(id, { title, isNamed, isPinned });
        onChanged();
      });
    };
  }

  /** They need the server anyhow, so they are loaded when they are needed. */
  async function documents(): Promise<Pick<Library, DocumentAction>> {
    const { createDocuments } = await import('./browser-documents');
    return createDocuments(options, storage, change);
  }

  return {
    get: list.get,
    subscribe: list.subscribe,
    problem: storage.problem,
    keepsMessages: true,
    async load(id) {
      await storage.written();
      return await attempt(async () => archive?.load(id));
    },
    keep: storage.keep,
    rename(id, title) {
      const name = title.trim();
      return change(id, name === '' ? { isNamed: false } : { title: name, isNamed: true });
    },
    pin: (id, isPinned) => change(id, { isPinned }),
    remove,
    search: async (words) => (await attempt(async () => archive?.search(words))) ?? [],
    async refresh() {
      archive?.forgetTexts();
      await attempt(async () => list.replace((await archive?.entries()) ?? list.get()));
    },
    sharesOf: (id) => list.find(id)?.shares ?? [],
    share: async (id) => await (await documents()).share(id),
    unshare: async (id) => await (await documents()).unshare(id),
    documentOf: async (id, format) => await (await documents()).documentOf(id, format),
    importFile: async (file) => await (await documents()).importFile(file),
  };
}
