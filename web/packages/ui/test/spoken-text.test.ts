import { expect, test } from 'vitest';
import { spokenText } from '../src/chat/spoken-text';

test.each([
  ['The **report** is _ready_.', 'The report is ready.'],
  ['# Heading\n\nand `code`, [a link](https://host/a_(b)), ![a cat](cat.png)', 'Heading\n\nand code, a link, a cat'],
  ['- one\n- [x] two\n> said', 'one\ntwo\nsaid'],
  ['```python\nx = a * b\n```\nafter', 'x = a * b\n\nafter'],
  ['| a | b |\n| --- | --- |\n| 1 | 2 |', '| a | b |\n\n| 1 | 2 |'],
  ['2 * 3 * 4, snake_case_name, a*b*c', '2 * 3 * 4, snake_case_name, a*b*c'],
  ['1. first\n2. **第二**个', '1. first\n2. 第二个'],
])('%s is spoken without its signs', (markdown, spoken) => {
  expect(spokenText(markdown)).toBe(spoken);
});
