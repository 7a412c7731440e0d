/** Turns what Vite built into the folder that the Python package serves, and prints its sizes. */
import { copyFile, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const web = new URL('../', import.meta.url);
const built = new URL('.build/', web);
const target = new URL('../src/salon/_static/', web);
const compressible = /\.(?:html|js|css|svg|json)$/;
const firstLoadLimit = 75 * 1024;

await rm(target, { recursive: true, force: true });
await mkdir(new URL('assets/', target), { recursive: true });
await mkdir(new URL('frames/', target), { recursive: true });
await writeFile(new URL('.gitkeep', target), '');

const app = await takeOver('app');
const styles = app.css[0];
const script = app.file;
const shared = (app.imports ?? []).map((key) => app.manifest[key].file);
const preloads = shared.map((file) => `<link rel="modulepreload" href="${file}">`).join('');
const css = (await readFile(new URL(`app/${styles}`, built), 'utf8')).trim();
await writePage('index.html', { styles: css, script, preloads });
await writePage('login.html', { styles: tokensOf(css) });
await rm(new URL(styles, target));
for (const frame of ['diagram', 'html', 'plot']) {
  await writePage(`frames/${frame}.html`, { script: (await takeOver(frame)).file });
}

await copyFile(new URL('packages/app/icon.svg', web), new URL('icon.svg', target));

await writeFile(new URL('THIRD-PARTY-NOTICES', target), await notices(['app', 'diagram', 'html', 'plot']));

const assets = (await readdir(new URL('assets/', target))).map((name) => `assets/${name}`);
const sizes = await compress(['index.html', 'login.html', ...assets]);
await writeFile(new URL('manifest.json', target), `${JSON.stringify(sizes, null, 1)}\n`);
report();

/** Copy the files of one build, and return its entry. */
async function takeOver(build) {
  await cp(new URL(`${build}/assets/`, built), new URL('assets/', target), { recursive: true });
  const manifest = JSON.parse(await readFile(new URL(`${build}/manifest.json`, built), 'utf8'));
  return { ...Object.values(manifest).find(({ isEntry }) => isEntry), manifest };
}

/** Fill in the build's own placeholders, `%name%`; those of the server, `{{name}}`, stay. */
async function writePage(name, values) {
  const template = await readFile(
    new URL(name.includes('/') ? `packages/${name}` : `packages/app/${name}`, web),
    'utf8',
  );
  const page = template.replace(/%(styles|script|preloads)%/g, (_, key) => values[key]);
  await writeFile(new URL(name, target), page);
}

/** The layers of tokens and basics alone. */
function tokensOf(allStyles) {
  return allStyles.match(/@layer (?:tokens|base)\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}/g).join('');
}

/** Return the licences of all packages that are in some build, each package once. */
async function notices(builds) {
  const lists = await Promise.all(builds.map((build) => readFile(new URL(`${build}/packages.json`, built), 'utf8')));
  const folders = [...new Set(lists.flatMap((list) => JSON.parse(list)))].sort();
  const entries = await Promise.all(folders.map(notice));
  const head = 'The page contains these packages. Each is followed by its licence.\n';
  return [head, ...new Set(entries)].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Return the licence notice of one package; without a licence it must not be bundled. */
async function notice(folder) {
  const root = new URL(`${folder}/`, web);
  const { name, version, license, author } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
  const files = (await readdir(root)).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map(async (file) => (await readFile(new URL(file, root), 'utf8')).trim()));
  if (!license && !texts.length) throw new Error(`${name} has no licence, so it cannot be a part of the page.`);
  const holder = typeof author === 'string' ? author : author?.name;
  if (!texts.length) texts.push(`Copyright ${holder ?? `the authors of ${name}`}. Licensed under ${license}.`);
  return `${name} ${version} (${license ?? 'licence below'})\n\n${texts.join('\n\n')}\n`;
}

async function compress(names) {
  const all = {};
  for (const name of names.sort()) {
    const bytes = await readFile(new URL(name, target));
    all[name] = { size: bytes.length };
    if (!compressible.test(name)) continue;
    const gzip = gzipSync(bytes, { level: 9 });
    const br = brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
    });
    all[name] = { size: bytes.length, gzip: gzip.length, br: br.length };
    if (name.endsWith('.html')) continue;
    // The plain form is made from the packed one for the rare client that wants it: half the size of the wheel.
    await writeFile(new URL(`${name}.gz`, target), gzip);
    await writeFile(new URL(`${name}.br`, target), br);
    await rm(new URL(name, target));
  }
  return all;
}

function report() {
  const first = ['index.html', script, ...shared];
  const total = first.reduce((sum, name) => sum + sizes[name].br, 0);
  const all = Object.values(sizes).reduce((sum, { size, gzip, br }) => sum + (br ? gzip + br : size), 0);
  for (const name of first)
    console.log(`${name}  ${kib(sizes[name].size)}, br ${kib(sizes[name].br)}, gzip ${kib(sizes[name].gzip)}`);
  console.log(
    `first load: ${kib(total)} in ${first.length} requests (limit ${kib(firstLoadLimit)}); all files: ${kib(all)}`,
  );
  if (total > firstLoadLimit) process.exitCode = 1;
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
