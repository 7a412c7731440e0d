/** Writes the TypeScript types of the protocol from its JSON Schemas; `--check` only compares. */
import { readFile, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';

const schemas = new URL('../../protocol/schema/', import.meta.url);
const target = new URL('../packages/protocol/src/generated.ts', import.meta.url);

/**
 * Schemas that the generator would misread: a default beside a `$ref` makes it write the type a second time, and a
 * schema of nothing but a default fits any value, not only objects.
 */
const readably = (_key, value) => {
  if (value?.$ref !== undefined) return { $ref: value.$ref };
  return value?.default === null && Object.keys(value).length === 1 ? { tsType: 'unknown' } : value;
};

const $defs = {};
for (const name of ['api', 'config', 'events', 'components']) {
  const text = await readFile(new URL(`${name}.json`, schemas), 'utf8');
  Object.assign($defs, JSON.parse(text, readably).$defs);
}

const source = await compile({ title: 'Protocol', type: 'object', $defs }, 'Protocol', {
  additionalProperties: false,
  bannerComment: '/* Generated from protocol/schema by `npm run generate`; not edited by hand. */',
  style: { singleQuote: true, printWidth: 120 },
  unreachableDefinitions: true,
});
const types = source
  .replace(
    /(\/\*\*\n| \*\n) \* This (interface|type) was referenced by .*\n \* via the .*\n( \*\/\n)?/g,
    (_, opening, _kind, closing) => (opening.startsWith('/**') ? '' : (closing ?? '')),
  )
  .replace(/(\/\*\*[^/]*\n)?export interface Protocol \{\}\n+/, '');

if (!process.argv.includes('--check')) {
  await writeFile(target, types);
} else if ((await readFile(target, 'utf8')) !== types) {
  console.error('packages/protocol/src/generated.ts differs from protocol/schema: run `npm run generate`.');
  process.exitCode = 1;
}
