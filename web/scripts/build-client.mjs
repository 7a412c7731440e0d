/** Builds the npm package `salon-client`: one module, its types in one file, and a package.json without dependencies. */
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { build } from 'vite';

const web = new URL('../', import.meta.url);
const source = new URL('packages/salon-client/', web);
const target = new URL('.build/salon-client/', web);
const entry = fileURLToPath(new URL('src/index.ts', source));

const licence = await readFile(new URL('node_modules/eventsource-parser/LICENSE', web), 'utf8');

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  configFile: false,
  logLevel: 'warn',
  build: {
    lib: { entry, formats: ['es'], fileName: () => 'index.js' },
    outDir: fileURLToPath(new URL('dist/', target)),
    target: 'es2022',
    minify: false,
    rolldownOptions: {
      output: { postBanner: `/*!\n * Contains eventsource-parser.\n *\n${licence.trim().replace(/^/gm, ' * ')}\n */` },
    },
  },
});
await writeFile(new URL('dist/index.d.ts', target), declarations(entry));
await copyFile(new URL('README.md', source), new URL('README.md', target));
await copyFile(new URL('../LICENSE', web), new URL('LICENSE', target));
await writeFile(new URL('package.json', target), `${JSON.stringify(await description(), null, 2)}\n`);
const files = await readdir(new URL('dist/', target));
if (files.sort().join() !== 'index.d.ts,index.js') throw new Error(`dist has ${files.join(', ')}.`);

/** The package.json; the version is that of the Python package. */
async function description() {
  const python = await readFile(new URL('../src/salon/__init__.py', web), 'utf8');
  const version = /^__version__ = "(.+)"$/m.exec(python)[1].replace(/^(\d+\.\d+\.\d+)\.?([a-z]+)(\d+)$/, '$1-$2.$3');
  return {
    name: 'salon-client',
    version,
    description: 'Talk to Salon chat applications from Node.js and browsers.',
    keywords: ['salon', 'chat', 'chatbot', 'llm', 'streaming'],
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.16' },
    files: ['dist'],
    types: './dist/index.d.ts',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  };
}

/**
 * The declarations of the entry's exports and of all types in them, in one file.
 *
 * Declarations are found by name, not by module: of two with the same name, the package's own is taken.
 */
function declarations(file) {
  const { config } = ts.readConfigFile(fileURLToPath(new URL('tsconfig.json', web)), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, fileURLToPath(web));
  const program = ts.createProgram([file], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    paths: { '@salon/*': [fileURLToPath(new URL('packages/*/src/index.ts', web))] },
  });
  const texts = new Map();
  program.emit(undefined, (name, text) => texts.set(name, text), undefined, true);
  const checker = program.getTypeChecker();
  const exported = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)))
    .map(({ name }) => name);

  const declared = new Map();
  for (const [name, text] of texts) {
    const parsed = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
    for (const statement of parsed.statements) {
      for (const own of namesOf(statement)) declared.set(own, [...(declared.get(own) ?? []), statement]);
    }
  }
  const needed = new Map();
  const add = (name) => {
    const all = declared.get(name) ?? [];
    const own = all.filter((statement) => statement.getSourceFile().fileName.includes('/salon-client/'));
    const [found, ...others] = own.length > 0 ? own : all;
    if (!found || needed.has(name)) return;
    if (others.length > 0) throw new Error(`Several declarations are called ${name}.`);
    needed.set(name, found);
    const visit = (node) => {
      if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node))
        add(firstName(node.typeName ?? node.expression));
      ts.forEachChild(node, visit);
    };
    visit(found);
  };
  exported.forEach(add);
  if (exported.some((name) => !needed.has(name)))
    throw new Error(`Not declared: ${exported.filter((name) => !needed.has(name)).join(', ')}.`);

  // A module of declarations exports all of them unless it has an export of its own.
  const statements = [...new Set(needed.values())].map(textOf);
  return `${statements.join('\n')}\nexport { ${exported.sort().join(', ')} };\n`;
}

function namesOf(statement) {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.text);
  return statement.name ? [statement.name.text] : [];
}

function firstName(node) {
  return ts.isIdentifier(node) ? node.text : firstName(node.left ?? node.expression);
}

/** A declaration with its comment, not exported by itself. */
function textOf(statement) {
  const said = ts
    .getJSDocCommentsAndTags(statement)
    .map((node) => node.getText())
    .join('\n');
  const code = statement
    .getText()
    .replace(/^export /, '')
    .replace(/^(?!declare)(?=class|function|const)/, 'declare ');
  return said ? `${said}\n${code}` : code;
}
