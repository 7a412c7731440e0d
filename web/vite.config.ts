import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Every browser that we support reads woff2; the older forms of KaTeX's fonts would only weigh. */
const onlyWoff2: Plugin = {
  name: 'only-woff2',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('katex.min.css')) return undefined;
    return code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("[^"]*"\)/g, '');
  },
};

/** Notes which packages of others are in a build; `finish-build` collects their licences. */
const bundledPackages: Plugin = {
  name: 'bundled-packages',
  generateBundle(_, bundle) {
    const folders = new Set<string>();
    for (const output of Object.values(bundle)) {
      const ids = output.type === 'chunk' ? Object.keys(output.modules) : output.originalFileNames;
      for (const id of ids) {
        const folder = /^[^?]*\/node_modules\/(?:@[^/]+\/)?[^/?]+/.exec(id.replaceAll('\0', ''));
        if (folder) folders.add(folder[0].slice(folder[0].indexOf('node_modules/')));
      }
    }
    this.emitFile({ type: 'asset', fileName: 'packages.json', source: JSON.stringify([...folders].sort()) });
  },
};

/** The page, and what runs in sandboxed frames: builds of their own, as they share no files. */
const entries: Record<string, string> = {
  app: 'packages/app/src/main.ts',
  diagram: 'packages/frames/src/diagram.ts',
  html: 'packages/frames/src/html.ts',
  plot: 'packages/frames/src/plot.ts',
};

const sharedWithLater =
  /node_modules\/(?:svelte|clsx|esm-env)|packages\/(?:protocol|client|store)|packages\/ui\/src\/(?:[\w-]+\.ts|(?:chat|icons|i18n)\/|components\/[\w-]+\.ts)/;

export default defineConfig(({ mode }) => ({
  base: './',
  logLevel: 'warn',
  plugins: [svelte(), onlyWoff2, bundledPackages],
  build: {
    outDir: `.build/${mode}`,
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 6000,
    rollupOptions: {
      input: { [mode]: entries[mode] ?? '' },
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        // Modules that the page shares with parts that load later are in one file, not in one each.
        codeSplitting: { groups: [{ name: 'shared', test: sharedWithLater, minShareCount: 2 }] },
      },
    },
  },
}));
