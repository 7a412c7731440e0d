/** The HTML that a text may use; every other tag is shown as text. */
export const allowedTags: ReadonlySet<string> = new Set(
  (
    'a abbr acronym address article audio b bdi bdo big blockquote br caption center cite code col colgroup data dd del ' +
    'details dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark nobr ol p picture pre q ' +
    'rp rt ruby s samp section small source span strike strong sub summary sup table tbody td tfoot th thead time tr tt ' +
    'u ul var video wbr'
  ).split(' '),
);
