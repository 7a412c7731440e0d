import { readFileSync } from 'node:fs';
import type { ThoughtPart } from '@salon/protocol';
import { describe, expect, test } from 'vitest';
import { childrenOf, isInside } from '../src/chat/thought-tree';
import { rowsWith, sortRows, tableText, type Cell } from '../src/components/dataframe/sort-rows';
import { formatSize } from '../src/components/format-size';
import { views } from '../src/components/registry';
import { inputs } from '../src/inputs/registry';
import { resolveSource } from '../src/components/resolve-source';

const schema = new URL('../../../../protocol/schema/components.json', import.meta.url);

test('every component of the server has a view or an input, and every one of these a component', () => {
  const { $defs } = JSON.parse(readFileSync(schema, 'utf8')) as { $defs: object };
  const forms = Object.keys($defs).filter((name) => name.endsWith('Props'));
  const kinds = forms.map((name) => name.slice(0, -'Props'.length).toLowerCase());
  const several: Record<string, string[]> = {
    browserstate: [],
    button: ['button', 'downloadbutton', 'uploadbutton'],
    choice: ['checkboxgroup', 'dropdown', 'radio'],
  };
  const ofForm = (kind: string) => several[kind] ?? [kind];

  expect([...new Set([...Object.keys(views), ...Object.keys(inputs)])].sort()).toEqual(kinds.flatMap(ofForm).sort());
});

describe('a source', () => {
  const file = { id: 'abc.def', name: 'a b/ü.png', media_type: 'image/png', size_bytes: 5 };

  test('that is a file is found below the page, with its name escaped', () => {
    expect(resolveSource({ file: 0 }, [file])?.href).toBe('files/abc.def/a%20b%2F%C3%BC.png');
  });

  test('that is an address is taken as it is, and named by its last step', () => {
    expect(resolveSource({ url: 'https://example.com/x/a%20b.wav?c' })).toMatchObject({
      href: 'https://example.com/x/a%20b.wav?c',
      name: 'a b.wav',
    });
    expect(resolveSource({ url: 'https://example.com/%E0%A4%A' })?.name).toBe('%E0%A4%A');
    expect(resolveSource({ url: 'author/1f2e.png/a%20b.png' })).toMatchObject({
      href: 'author/1f2e.png/a%20b.png',
      name: 'a b.png',
    });
  });

  test('that names no file is nothing', () => {
    expect(resolveSource({ file: 1 }, [file])).toBeUndefined();
    expect(resolveSource(null)).toBeUndefined();
  });
});

describe('a table', () => {
  const rows: Cell[][] = [
    ['b', 10],
    ['a', null],
    ['c', 2],
  ];

  test('sorts numbers by size and leaves empty cells at the end either way', () => {
    expect(sortRows(rows, { column: 1, isDescending: false }, 'en').map(([name]) => name)).toEqual(['c', 'b', 'a']);
    expect(sortRows(rows, { column: 1, isDescending: true }, 'en').map(([name]) => name)).toEqual(['b', 'c', 'a']);
  });

  test('keeps the rows that have what is looked for, in any case', () => {
    const people: Cell[][] = [
      ['Ann', 1],
      ['Bob', 12],
      [null, 3],
    ];
    expect(rowsWith(people, ' AN ', 'en')).toEqual([['Ann', 1]]);
    expect(rowsWith(people, '1', 'en')).toHaveLength(2);
    expect(rowsWith(people, ' ', 'en')).toHaveLength(3);
  });

  test('is copied as spreadsheets read it', () => {
    expect(
      tableText(
        ['x', 'y'],
        [
          ['a\tb', null],
          ['say "hi"', true],
        ],
      ),
    ).toBe('x\ty\n"a\tb"\t\n"say ""hi"""\ttrue');
  });
});

test('sizes are in the units of the language', () => {
  expect([0, 999, 1_500, 123_456_789].map((size) => formatSize(size, 'en'))).toEqual([
    '0 bytes',
    '999 bytes',
    '1.5 kB',
    '123 MB',
  ]);
});

describe('a thought', () => {
  const thought = (title: string, id?: string, parent?: string): ThoughtPart => ({
    type: 'thought',
    title,
    ...(id && { id }),
    ...(parent && { parent }),
  });

  test('stands inside the one that it names', () => {
    const [outer, inner] = [thought('A', 'a'), thought('B', 'b', 'a')];

    expect(childrenOf(outer, [outer, inner])).toEqual([inner]);
    expect(isInside(inner, [outer, inner])).toBe(true);
    expect(isInside(outer, [outer, inner])).toBe(false);
  });

  test('that would stand inside itself, or in one that is not there, stands alone', () => {
    const circle = [thought('A', 'a', 'b'), thought('B', 'b', 'a'), thought('C', 'c', 'none')];

    expect(circle.map((one) => isInside(one, circle))).toEqual([false, false, false]);
  });
});
