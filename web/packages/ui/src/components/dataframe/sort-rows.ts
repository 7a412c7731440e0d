export type Cell = string | number | boolean | null;
export interface Order {
  column: number;
  isDescending: boolean;
}

/** The rows in an order; numbers by size, texts as the language sorts them, empty cells last either way. */
export function sortRows(rows: Cell[][], order: Order | undefined, lang: string): Cell[][] {
  if (!order) return rows;
  const { column, isDescending } = order;
  const collator = new Intl.Collator(lang, { numeric: true });
  const compare = (left: Cell, right: Cell) =>
    typeof left === 'number' && typeof right === 'number'
      ? left - right
      : collator.compare(String(left), String(right));
  return [...rows].sort((first, second) => {
    const [left = null, right = null] = [first[column], second[column]];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return isDescending ? compare(right, left) : compare(left, right);
  });
}

/** The rows in which some cell has a text, whatever its case. */
export function rowsWith(rows: Cell[][], text: string, lang: string): Cell[][] {
  const wanted = text.trim().toLocaleLowerCase(lang);
  if (!wanted) return rows;
  return rows.filter((row) =>
    row.some((cell) =>
      String(cell ?? '')
        .toLocaleLowerCase(lang)
        .includes(wanted),
    ),
  );
}

/** The table as text that spreadsheets take. */
export function tableText(headers: string[], rows: Cell[][]): string {
  const field = (cell: Cell) => {
    const text = cell === null ? '' : String(cell);
    return /[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [headers, ...rows].map((row) => row.map(field).join('\t')).join('\n');
}
