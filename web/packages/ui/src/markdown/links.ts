/** Where reference links lead, by their label. */
export type Links = Record<string, { href: string | null; title: string | null }>;
