// @vitest-environment jsdom
import type { ComponentPart } from '@salon/protocol';
import type { ComponentChanges } from '@salon/store';
import { fireEvent, waitFor } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { inputs } from '../src/inputs/registry';
import { createPage, fileRef, mountInPage, refusal, type PageOptions } from './page';

// jsdom parses no colours, so the names that the tests use are told to it.
CSS.supports = (_name: string, value?: string) => /^(#[0-9a-f]{3,8}|red)$/i.test(value ?? '');

/** Mount the input of a kind, and collect the changes and events that it emits. */
async function mount(kind: string, props: object, part: Partial<ComponentPart> = {}, options: PageOptions = {}) {
  const { default: Input } = await inputs[kind]!.load();
  const changes: ComponentChanges[] = [];
  const events: unknown[] = [];
  const page = mountInPage(
    Input as never,
    {
      id: 'c1',
      part: { type: 'component', kind, props: props as Record<string, unknown>, ...part },
      isDisabled: false,
      onchange: (change: ComponentChanges) => void changes.push(change),
      onevent: (event: string, data?: unknown) => void events.push(data === undefined ? event : [event, data]),
    },
    createPage(options),
  );
  const values = () => changes.map((change) => (change.props as { value?: unknown } | undefined)?.value);
  return { ...page, changes, events, values };
}

describe('a textbox', () => {
  test('emits what is typed, and submits with Enter', async () => {
    const page = await mount('textbox', { label: 'Name', hides_label: true, max_lines: 1 });
    const box = page.getByRole('textbox', { name: 'Name' });
    await page.user.type(box, 'A{Enter}');

    expect(page.changes).toEqual([{ text: 'A' }]);
    expect(page.events).toEqual(['focus', 'submit']);
  });

  test('of several lines submits with Shift+Enter', async () => {
    const page = await mount('textbox', { lines: 3 });
    await page.user.type(page.getByRole('textbox'), '{Enter}');
    expect(page.events).toEqual(['focus']);
    await page.user.keyboard('{Shift>}{Enter}{/Shift}');

    expect(page.events).toEqual(['focus', 'submit']);
  });

  test('has the button that submits it, and the one that copies it', async () => {
    const page = await mount('textbox', { submit: 'Go', copyable: true }, { text: 'copy me' });
    await page.user.click(page.getByRole('button', { name: 'Go' }));
    await page.user.click(page.getByRole('button', { name: 'Copy message' }));

    expect(page.events).toEqual(['submit']);
    expect(await navigator.clipboard.readText()).toBe('copy me');
  });
});

describe('a number', () => {
  test('is a number, and nothing when it is empty', async () => {
    const page = await mount('number', { value: 4 });
    const box = page.getByRole('spinbutton');
    await page.user.clear(box);
    await page.user.type(box, '2.5{Enter}');

    expect(page.values().at(0)).toBeNull();
    expect(page.values().at(-1)).toBe(2.5);
    expect(page.events).toEqual(['focus', 'submit']);
  });
});

describe('a slider', () => {
  test('keeps a typed value within its bounds, and names both of its boxes', async () => {
    const page = await mount('slider', { label: 'Size', hides_label: true, minimum: 0, maximum: 10, value: 3 });
    expect(page.getByRole('slider', { name: 'Size' })).toHaveProperty('value', '3');
    const box = page.getByRole('spinbutton', { name: 'Value of Size' });
    await fireEvent.change(box, { target: { value: '12' } });

    expect(page.values()).toEqual([10]);
    expect(page.events).toEqual(['release']);
  });
});

describe('a checkbox', () => {
  test('is switched by keyboard, and told as selected', async () => {
    const page = await mount('checkbox', { label: 'Fast', value: false, info: 'Less exact' });
    const box = page.getByRole('checkbox', { name: 'Fast', description: 'Less exact' });
    box.focus();
    await page.user.keyboard(' ');

    expect(page.values()).toEqual([true]);
    expect(page.events).toEqual([['select', { value: 'Fast', selected: true }]]);
  });
});

const choices = ['red', 'green', 'blue'].map((value) => ({ value, label: value.toUpperCase() }));

describe('choices', () => {
  test('of which one is taken are radio buttons', async () => {
    const page = await mount('radio', { label: 'Colour', choices, value: 'red' });
    expect(page.getByRole('radiogroup', { name: 'Colour' })).toBeTruthy();
    await page.user.click(page.getByRole('radio', { name: 'GREEN' }));

    expect(page.values()).toEqual(['green']);
    expect(page.events).toEqual([['select', { index: 1, value: 'green', selected: true }]]);
  });

  test('of which several are taken keep the order of the choices, and may all be taken at once', async () => {
    const page = await mount('checkboxgroup', { choices, value: ['blue'], selects_all: true });
    await page.user.click(page.getByRole('checkbox', { name: 'RED' }));
    await page.user.click(page.getByRole('checkbox', { name: 'Select all' }));

    expect(page.values()).toEqual([
      ['red', 'blue'],
      ['red', 'green', 'blue'],
    ]);
  });
});

describe('a dropdown', () => {
  test('is opened, searched and chosen from by keyboard', async () => {
    const page = await mount('dropdown', { choices, value: null, label: 'Colour', hides_label: true });
    const box = page.getByRole('combobox', { name: 'Colour' });
    expect(box.getAttribute('aria-expanded')).toBe('false');
    await page.user.type(box, 'e');
    expect(page.getAllByRole('option').map((option) => option.textContent?.trim())).toEqual(['RED', 'GREEN', 'BLUE']);
    await page.user.keyboard('{ArrowDown}');
    expect(box.getAttribute('aria-activedescendant')).toBe('c1-1');
    await page.user.keyboard('{Enter}');

    expect(page.values()).toEqual(['green']);
    expect(box.getAttribute('aria-expanded')).toBe('false');
  });

  test('says that nothing is found, and closes with Escape', async () => {
    const page = await mount('dropdown', { choices, value: null });
    await page.user.type(page.getByRole('combobox'), 'violet');
    expect(page.getByRole('option').textContent).toContain('Nothing found');
    await page.user.keyboard('{Escape}');

    expect(page.queryByRole('listbox')).toBeNull();
  });

  test('takes another value where that is allowed', async () => {
    const page = await mount('dropdown', { choices, value: null, custom: true });
    await page.user.type(page.getByRole('combobox'), 'violet{Enter}');

    expect(page.values()).toEqual(['violet']);
  });

  test('of several values removes the last one with Backspace, and each by its button', async () => {
    const page = await mount('dropdown', { choices, value: ['red', 'blue'], multiselect: true });
    await page.user.type(page.getByRole('combobox'), '{Backspace}');
    await page.user.click(page.getByRole('button', { name: 'Remove RED' }));

    expect(page.values()).toEqual([['red'], ['blue']]);
  });
});

describe('a date', () => {
  test('has seconds where it has a time', async () => {
    const page = await mount('datetime', { value: '2024-05-01 10:00:00', include_time: true });
    const box = page.container.querySelector('input')!;
    expect(box.value).toMatch(/^2024-05-01T10:00/);
    await fireEvent.change(box, { target: { value: '2024-06-02T11:30' } });

    expect(page.values()).toEqual(['2024-06-02 11:30:00']);
  });

  test('is none when it is emptied', async () => {
    const page = await mount('datetime', { value: '2024-05-01', include_time: false });
    await fireEvent.change(page.container.querySelector('input')!, { target: { value: '' } });

    expect(page.values()).toEqual([null]);
  });
});

describe('a colour', () => {
  test('may be typed, and what is no colour is put back', async () => {
    const page = await mount('colorpicker', { label: 'Ink', value: '#112233' });
    const box = page.getByRole('textbox', { name: 'Value of Ink' });
    await fireEvent.change(box, { target: { value: 'red' } });
    await fireEvent.change(box, { target: { value: 'bluish' } });

    expect(page.values()).toEqual(['red']);
    expect(box).toHaveProperty('value', '#112233');
  });
});

describe('JSON', () => {
  test('is taken when it is valid, and otherwise the reason is told', async () => {
    const page = await mount('json', { value: { a: 1 } });
    const box = page.getByRole('textbox');
    expect(box).toHaveProperty('value', '{\n  "a": 1\n}');
    await fireEvent.change(box, { target: { value: '{"a":' } });
    expect(page.getByRole('alert').textContent).toContain('Invalid JSON');
    expect(box.getAttribute('aria-invalid')).toBe('true');
    await fireEvent.change(box, { target: { value: '[2]' } });

    expect(page.values()).toEqual([[2]]);
    expect(page.queryByRole('alert')).toBeNull();
  });
});

describe('code', () => {
  test('is typed without the browser’s corrections', async () => {
    const page = await mount('code', {}, { text: 'a' });
    const box = page.getByRole('textbox');
    await page.user.type(box, 'b');

    expect(page.changes).toEqual([{ text: 'ab' }]);
    expect(box.getAttribute('spellcheck')).toBe('false');
  });
});

describe('a button', () => {
  test('emits its click', async () => {
    const page = await mount('button', { variant: 'primary' }, { text: 'Run' });
    await page.user.click(page.getByRole('button', { name: 'Run' }));

    expect(page.events).toEqual(['click']);
  });

  test('with an address is a link that cannot reach this page', async () => {
    const page = await mount('button', { link: 'https://example.org/' }, { text: 'Docs' });

    expect(page.getByRole('link', { name: 'Docs' }).getAttribute('rel')).toContain('noopener');
  });

  test('for a download has the name of the file', async () => {
    const file = new File(['x'], 'report.txt', { type: 'text/plain' });
    const part = { text: 'Save', files: [fileRef('f1', file)] };
    const page = await mount('downloadbutton', { source: { file: 0 } }, part);

    expect(page.getByRole('link', { name: 'Save' }).getAttribute('download')).toBe('report.txt');
  });

  test('for an upload tells the files, or why the server refuses them', async () => {
    const note = new File(['note'], 'note.txt', { type: 'text/plain' });
    const choose = async (page: Awaited<ReturnType<typeof mount>>) =>
      await fireEvent.change(page.container.querySelector('input')!, { target: { files: [note] } });
    const good = await mount('uploadbutton', {}, { text: 'Upload' });
    await choose(good);
    await waitFor(() => expect(good.changes).toMatchObject([{ props: { sources: [{ file: 0 }] } }]));
    expect(good.events).toEqual(['upload']);
    good.unmount();

    const bad = await mount('uploadbutton', {}, { text: 'Upload' }, { upload: () => refusal(413, 'files.no-room') });
    await choose(bad);
    await waitFor(() => expect(bad.notices.get()).toMatchObject([{ level: 'error' }]));
    expect(bad.changes).toEqual([]);
  });
});

describe('an input of files', () => {
  const cat = new File(['cat'], 'cat.png', { type: 'image/png' });

  test('takes one that is dropped on it', async () => {
    const page = await mount('image', {});
    const area = page.container.querySelector('.salon-upload')!;
    await fireEvent.drop(area, { dataTransfer: { files: [cat], types: ['Files'] } });

    await waitFor(() => expect(page.changes).toMatchObject([{ props: { source: { file: 0 } }, files: [{}] }]));
    expect(page.events).toEqual(['upload']);
  });

  test('takes one that is pasted, of several the first', async () => {
    const page = await mount('file', { count: 'single' });
    const area = page.container.querySelector('.salon-upload')!;
    await fireEvent.paste(area, { clipboardData: { files: [cat, new File(['b'], 'b.png')] } });

    await waitFor(() => expect(page.changes).toMatchObject([{ props: { sources: [{ file: 0 }] } }]));
    expect(page.changes[0]?.files).toHaveLength(1);
  });

  test('shows its files by name, and removes one of them', async () => {
    const files = [fileRef('f1', cat), fileRef('f2', new File(['dog'], 'dog.png', { type: 'image/png' }))];
    const page = await mount('file', { count: 'multiple', sources: [{ file: 0 }, { file: 1 }] }, { files });
    await page.user.click(page.getByRole('button', { name: 'Remove file cat.png' }));

    expect(page.changes).toEqual([{ files: [files[1]], props: { sources: [{ file: 0 }] } }]);
  });

  test('says why the server refuses one', async () => {
    const page = await mount('image', {}, {}, { upload: () => refusal(415, 'file.type') });
    await fireEvent.drop(page.container.querySelector('.salon-upload')!, { dataTransfer: { files: [cat] } });

    expect((await page.findByRole('alert')).textContent).toBe('This type of file is not accepted.');
  });

  test('with a text has both', async () => {
    const page = await mount('multimodaltextbox', { placeholder: 'Ask' }, { text: '' });

    expect(page.getByPlaceholderText('Ask')).toBeTruthy();
    expect(page.getByRole('button', { name: 'Drop a file here, or choose one' })).toBeTruthy();
  });
});

describe('a table', () => {
  const table = { headers: ['name', 'age'], rows: [['Ann', 5]] };

  test('names its cells, and keeps numbers as numbers', async () => {
    const page = await mount('dataframe', table);
    await fireEvent.change(page.getByRole('textbox', { name: 'age, row 1' }), { target: { value: '6' } });
    await fireEvent.change(page.getByRole('textbox', { name: 'name, row 1' }), { target: { value: '7' } });

    expect(page.changes.map(({ props }) => (props as typeof table).rows)).toEqual([[['Ann', 6]], [['7', 5]]]);
  });

  test('has a new row when one types below the last, and fewer by their buttons', async () => {
    const page = await mount('dataframe', table);
    await fireEvent.change(page.getByRole('textbox', { name: 'name, row 2' }), { target: { value: 'Bo' } });
    await page.user.click(page.getByRole('button', { name: 'Remove row 1' }));

    expect(page.changes.map(({ props }) => (props as typeof table).rows)).toEqual([
      [
        ['Ann', 5],
        ['Bo', null],
      ],
      [],
    ]);
  });
});

test('no input can be used while it is disabled', async () => {
  for (const kind of Object.keys(inputs)) {
    const { default: Input } = await inputs[kind]!.load();
    const part: ComponentPart = {
      type: 'component',
      kind,
      text: 'text',
      props: { choices: [{ value: 1, label: 'One' }] },
    };
    const page = mountInPage(Input as never, { id: 'c1', part, isDisabled: true, onchange() {}, onevent() {} });
    const usable = [...page.container.querySelectorAll(':is(input, textarea, button):not([hidden], :disabled)')];
    expect({ kind, usable }).toEqual({ kind, usable: [] });
    page.unmount();
  }
});
