const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Return an identifier of 100 random bits; works in insecure contexts too. */
export function newId(prefix: 'turn' | 'conv' | 'msg' | 'page' | 'file'): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  return `${prefix}-${Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('')}`;
}
