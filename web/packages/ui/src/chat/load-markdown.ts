type MarkdownModule = typeof import('../markdown');

let loaded: MarkdownModule | undefined;
let loading: Promise<MarkdownModule> | undefined;

/** Load what shows Markdown, which an empty chat does not need; tries again after a failure. */
export function loadMarkdown(): Promise<MarkdownModule> {
  loading ??= import('../markdown').then(
    (module) => (loaded = module),
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** What `loadMarkdown` has loaded. */
export const loadedMarkdown = (): MarkdownModule | undefined => loaded;
