/** Load a text of our own server; where it is gone, there is none. */
export async function loadText(address: string): Promise<string> {
  const response = await fetch(address).catch(() => undefined);
  return response?.ok ? response.text() : '';
}
