/** A valid set of files; each case replaces one of these files by another one, or adds a file. */
export const goodFiles = {
  'identities.csv': 'id,department\nada,Research\nbob,Sales\n',
  'entitlements.csv': 'id,application_id\nread,wiki\nwrite,wiki\n',
  'grants.csv': 'identity_id,entitlement_id\nada,read\nbob,write\n',
} as const

type Files = Readonly<Record<string, string | Buffer | undefined>>

/** The error of the import. The place is `file:line:column`, with 0 when the whole line or file is wrong. */
export const badImports: readonly (readonly [fault: string, files: Files, place: string, reason: RegExp])[] = [
  [
    'a missing column',
    { 'grants.csv': 'identity_id,granted_at\nada,2025-01-01\n' },
    'grants.csv:1:1',
    /^the column "entitlement_id" is missing$/,
  ],
  [
    'an unknown column',
    { 'grants.csv': 'identity_id,entitlement_id,colour\nada,read,red\n' },
    'grants.csv:1:28',
    /^the column "colour" is unknown; the columns are identity_id, entitlement_id, /,
  ],
  ['a column that stands there twice', { 'identities.csv': 'id,team,team\nada,a,b\n' }, 'identities.csv:1:9', /"team"/],
  ['an empty file', { 'grants.csv': '' }, 'grants.csv:1:1', /^the file is empty; its first row names the columns$/],
  ['a missing file', { 'grants.csv': undefined }, 'grants.csv:0:0', /^the file is missing$/],
  [
    'a row with too few fields',
    { 'identities.csv': 'id,department\nada\n' },
    'identities.csv:2:1',
    /has 1 fields, the header 2/,
  ],
  [
    'text behind a closing quote',
    { 'identities.csv': 'id,department\nada,"Re"search\n' },
    'identities.csv:2:9',
    /quote/,
  ],
  [
    'a quote inside an unquoted cell',
    { 'identities.csv': 'id,department\nada,Re"search\n' },
    'identities.csv:2:7',
    /quote/,
  ],
  [
    'a quote that is never closed',
    { 'identities.csv': 'id,department\nada,"Research\nbob,Sales\n' },
    'identities.csv:2:5',
    /quote.*never closed|not closed/,
  ],
  [
    'bytes that are not UTF-8',
    { 'identities.csv': Buffer.from('id,department\nada,Reséarch\n', 'latin1') },
    'identities.csv:2:8',
    /^byte 0xe9 is not valid UTF-8$/,
  ],
  [
    'U+0000',
    { 'identities.csv': 'id,department\nada,Re\0search\n' },
    'identities.csv:2:7',
    /^the character U\+0000 cannot be stored$/,
  ],
  [
    'a grant of an unknown entitlement',
    { 'grants.csv': 'identity_id,entitlement_id\nada,read\nada,delete\n' },
    'grants.csv:3:5',
    /^there is no entitlement "delete"$/,
  ],
  [
    'a grant to an unknown identity',
    { 'grants.csv': 'identity_id,entitlement_id\neve,read\n' },
    'grants.csv:2:1',
    /^there is no identity "eve"$/,
  ],
  ['an id that is empty', { 'identities.csv': 'id,department\n,Research\n' }, 'identities.csv:2:1', /^id is empty$/],
  [
    'an id that is too long',
    { 'identities.csv': `id\n${'x'.repeat(1001)}\n` },
    'identities.csv:2:1',
    /^id is longer than 1000 bytes$/,
  ],
  [
    'an id that stands there twice',
    { 'identities.csv': 'id\nada\nada\n' },
    'identities.csv:3:1',
    /"ada" stands here a second time/,
  ],
  [
    'a state that there is not',
    { 'identities.csv': 'id,status\nada,asleep\n' },
    'identities.csv:2:5',
    /^status: "asleep" is none of enabled, disabled, deleted$/,
  ],
  [
    'a day that there is not',
    { 'grants.csv': 'identity_id,entitlement_id,granted_at\nada,read,2025-02-30\n' },
    'grants.csv:2:10',
    /^granted_at: "2025-02-30" is neither a date/,
  ],
  [
    'a profile whose rule is wrong',
    { 'access_profiles.csv': 'id,display_name,cel_expression\np,P,subject.shoe == 44\n' },
    'access_profiles.csv:2:5',
    /^cel_expression: line 1, column \d+: .*shoe/,
  ],
  [
    'pairs that are no numbers',
    {
      'identities.csv': undefined,
      'entitlements.csv': undefined,
      'grants.csv': undefined,
      'pairs.txt': '1 2\n3 four\n',
    },
    'pairs.txt:2:3',
    /./,
  ],
  ['pairs beside a CSV set', { 'pairs.txt': '1 2\n' }, 'identities.csv:0:0', /stands alone/],
]
