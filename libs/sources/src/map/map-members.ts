// The members that a map and its parts may have, in one place: the reader of maps refuses others, and the JSON Schema of maps for
// editors is made from the same lists.

export const personFields = [
  'display_name',
  'email',
  'username',
  'department',
  'job_title',
  'employment_type',
  'employment_status',
  'status',
  'type',
] as const
export const applicationFields = ['display_name', 'description'] as const
export const entitlementFields = [
  ...applicationFields,
  'resource_type',
  'resource',
  'attribute',
  'risk_level',
  'privileged',
] as const

const ruleMembers = ['from', 'where', 'each', 'with']
const personChoices = ['attributes_from', 'other_columns', 'ignored_columns', 'last', 'first']
const personMembers = [
  ...[...ruleMembers, 'id', 'keys', ...personFields, 'last_day', 'manager', 'attributes'],
  ...personChoices,
]
const cellMembers = ['column', 'or', 'table', 'else', 'rdn', 'after', 'date', 'split', 'escapes', 'join', 'list']

interface Members {
  readonly allowed: readonly string[]
  readonly required: readonly string[]
}

const members = (allowed: readonly string[], required: readonly string[] = []): Members => ({ allowed, required })

/** The sections of a map, each a list of rules. */
export const sectionMembers = {
  identities: members(personMembers, ['from', 'id']),
  accounts: members([...personMembers, 'application', 'identity'], ['from', 'id', 'application']),
  applications: members([...ruleMembers, 'id', ...applicationFields], ['from', 'id']),
  entitlements: members(
    [...ruleMembers, 'application', 'id', 'keys', 'last', 'first', ...entitlementFields],
    ['from', 'application', 'id'],
  ),
  grants: members(
    [
      ...[...ruleMembers, 'application', 'holder', 'entitlement', 'granted_at', 'last_used_at', 'ends'],
      ...['not_held', 'may_be_list'],
    ],
    ['from', 'holder', 'entitlement'],
  ),
  usage: members([...ruleMembers, 'holder', 'application', 'day'], ['from', 'holder', 'application', 'day']),
} as const

const sections = Object.values(sectionMembers)
/** What a rule needs stands in the rule itself. */
const neededByRules = new Set(['with', ...sections.flatMap(({ required }) => required)])
const sharedMembers = [...new Set(sections.flatMap(({ allowed }) => allowed))].filter(
  (name) => !neededByRules.has(name),
)

export const mapMembers = {
  map: members(
    [
      ...['map', 'name', 'title', 'checked', 'loses', 'generic', 'inputs', 'synonyms', 'shared'],
      ...Object.keys(sectionMembers),
    ],
    ['map', 'name', 'inputs'],
  ),
  shared: members(sharedMembers),
  input: members([
    ...[
      'glob',
      'columns',
      'only',
      'format',
      'path',
      'tree',
      'beside',
      'not_beside',
      'connections',
      'lacks',
      'optional',
      'short_rows',
      'sheet',
      'needs',
    ],
  ]),
  tree: members(['children', 'name', 'separator'], ['children', 'name', 'separator']),
  notHeld: members(['column', 'is'], ['column', 'is']),
  cell: members(cellMembers, ['column']),
  expression: members(['text', 'cel', ...cellMembers]),
  reference: members(['text', 'cel', ...cellMembers, 'match', 'among', 'application']),
  condition: members(
    ['column', 'is', 'not', 'filled', 'begins', 'not_begins', 'ends', 'not_ends', 'contains', 'not_contains'],
    ['column'],
  ),
  each: members(['column', 'split', 'escapes', 'as', 'entries', 'where'], ['column', 'as']),
} as const

export const kinds = ['identities', 'accounts', 'entitlements'] as const
