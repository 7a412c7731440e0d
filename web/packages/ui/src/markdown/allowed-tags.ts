/** The HTML that a text may use; every other tag is shown as text. */
export const allowedTags: ReadonlySet<string> = new Set(
  (
    'a abbr b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 ' +
    'h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup table tbody ' +
    'td tfoot th thead time tr u ul var'
  ).split(' '),
);
