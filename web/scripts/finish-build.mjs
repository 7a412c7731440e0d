/** Turns what Vite built into the folder that the Python package serves, and prints its sizes. */
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const web = new URL('../', import.meta.url);
const built = new URL('.build/', web);
const target = new URL('../src/salon/_static/', web);
const compressible = /\.(?:html|js|css|svg|json)$/;
const firstLoadLimit = 75 * 1024;

await rm(target, { recursive: true, force: true });
await mkdir(new URL('assets/', target), { recursive: true });
await writeFile(new URL('.gitkeep', target), '');

const { styles, script } = await readEntry();
for (const name of await readdir(new URL('assets/', built))) {
  if (`assets/${name}` !== styles) await copyFile(new URL(`assets/${name}`, built), new URL(`assets/${name}`, target));
}
const css = (await readFile(new URL(styles, built), 'utf8')).trim();
await writePage('index.html', { styles: css, script });
await writePage('login.html', { styles: tokensOf(css) });

await copyFile(new URL('packages/app/icon.svg', web), new URL('icon.svg', target));

const sizes = await compress(['index.html', 'login.html', ...(await readdir(new URL('assets/', target))).map((name) => `assets/${name}`)]);
await writeFile(new URL('manifest.json', target), `${JSON.stringify(sizes, null, 1)}\n`);
report();

async function readEntry() {
  const manifest = JSON.parse(await readFile(new URL('manifest.json', built), 'utf8'));
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry);
  return { script: entry.file, styles: entry.css[0], imports: entry.imports };
}

/** Fill in the build's own placeholders, `%name%`; those of the server, `{{name}}`, stay. */
async function writePage(name, values) {
  const template = await readFile(new URL(`packages/app/${name}`, web), 'utf8');
  const page = template.replace(/%(styles|script)%/g, (_, key) => values[key]);
  await writeFile(new URL(name, target), page);
}

/** The layers of tokens and basics alone. */
function tokensOf(allStyles) {
  return allStyles.match(/@layer (?:tokens|base)\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}/g).join('');
}

async function compress(names) {
  const all = {};
  for (const name of names.sort()) {
    const bytes = await readFile(new URL(name, target));
    all[name] = { size: bytes.length };
    if (!compressible.test(name)) continue;
    const gzip = gzipSync(bytes, { level: 9 });
    const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } });
    all[name] = { size: bytes.length, gzip: gzip.length, br: br.length };
    if (name.endsWith('.html')) continue;
    await writeFile(new URL(`${name}.gz`, target), gzip);
    await writeFile(new URL(`${name}.br`, target), br);
  }
  return all;
}

function report() {
  const first = ['index.html', script];
  const total = first.reduce((sum, name) => sum + sizes[name].br, 0);
  for (const name of first) console.log(`${name}  ${kib(sizes[name].size)}, br ${kib(sizes[name].br)}, gzip ${kib(sizes[name].gzip)}`);
  console.log(`first load: ${kib(total)} in ${first.length} requests (limit ${kib(firstLoadLimit)})`);
  if (total > firstLoadLimit) process.exitCode = 1;
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
