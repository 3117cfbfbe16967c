import { alterTableEffects } from './alter-table.ts'
import { type Effects, moment, nothing, referenced } from './effects.ts'
import { listParts } from './sql-statements.ts'

type Rule = readonly [RegExp, (match: RegExpExecArray, words: string) => Partial<Effects>]

const rules: readonly Rule[] = [
  [
    /^create (?:unlogged )?table (?:if not exists )?(\w+)(?: partition of (\w+))?/,
    ([, table, parent], words) => ({
      creates: [`table ${table}`],
      locks: [...referenced(words), ...(parent === undefined ? [] : [moment(parent, 'ACCESS EXCLUSIVE')])],
    }),
  ],
  [
    /^create (unique )?index (concurrently )?(?:if not exists )?(?:(\w+) )?on (?:only )?(\w+)/,
    ([, unique, concurrently, index = 'without a name', table = '']) => ({
      creates: [`index ${index}`],
      undecided:
        unique === undefined
          ? []
          : [{ thing: `table ${table}`, says: `old processes may write what the unique index ${index} refuses` }],
      locks: [{ table, lock: concurrently === undefined ? 'SHARE' : 'SHARE UPDATE EXCLUSIVE', lasts: 'rows' }],
    }),
  ],
  [
    /^alter table (?:if exists )?(?:only )?(\w+) (.*)$/,
    ([, table = '', actions = '']) => alterTableEffects(table, actions),
  ],
  [
    /^create (or replace )?(function|procedure|view) (\w+)/,
    ([, replace, kind, name]) => ({
      creates: [`${kind} ${name}`],
      undecided:
        replace === undefined
          ? []
          : [{ thing: `${kind} ${name}`, says: `old processes use the ${kind} ${name}, which is another one then` }],
    }),
  ],
  [
    /^create (?:or replace )?trigger (\w+) .*?\bon (\w+)/,
    ([, name, table = '']) => ({
      creates: [`trigger ${table}.${name}`],
      undecided: [{ thing: `table ${table}`, says: `what old processes write to ${table} meets the trigger ${name}` }],
      locks: [moment(table, 'SHARE ROW EXCLUSIVE')],
    }),
  ],
  [
    /^(create|alter) policy (\w+) on (\w+)/,
    ([, , name, table = '']) => ({
      creates: [`policy ${table}.${name}`],
      undecided: [
        {
          thing: `table ${table}`,
          says: `old processes may see or write other rows of ${table} by the policy ${name}`,
        },
      ],
      locks: [moment(table, 'ACCESS EXCLUSIVE')],
    }),
  ],
  [
    /^drop (table|function|procedure|view|materialized view|sequence|type|domain|schema) (?:if exists )?(\w.*)$/,
    ([, kind, names = '']) => ({
      contracts: namesOf(names).map((name) => ({ thing: `${kind} ${name}`, says: `the ${kind} ${name} is dropped` })),
      locks: kind === 'table' ? namesOf(names).map((name) => moment(name, 'ACCESS EXCLUSIVE')) : [],
    }),
  ],
  [
    /^drop index (?:concurrently )?(?:if exists )?(\w.*)$/,
    ([, names = '']) => ({
      undecided: namesOf(names).map((name) => ({
        thing: `index ${name}`,
        says: `old processes may rely on the index ${name}: "on conflict" needs a unique one`,
      })),
    }),
  ],
  [
    /^drop (policy|trigger) (?:if exists )?(\w+) on (\w+)/,
    ([, kind, name, table = '']) => ({
      undecided: [
        { thing: `${kind} ${table}.${name}`, says: `the ${kind} ${name} of ${table} holds for old processes, too` },
      ],
      locks: [moment(table, 'ACCESS EXCLUSIVE')],
    }),
  ],
  [
    /^alter (function|procedure|view|index|sequence|type|domain) (?:if exists )?(\w+)(.*)$/,
    ([, kind, name, rest = '']) => {
      const about = { thing: `${kind} ${name}`, says: `the ${kind} ${name} is changed: ${rest.trim()}` }
      return / rename | set schema /.test(rest) ? { contracts: [about] } : { undecided: [about] }
    },
  ],
  [
    /^revoke .*? on (?:(table|function|procedure|sequence|schema) )?(\w.*?) from /,
    ([, kind = 'table', names = '']) => ({
      contracts: namesOf(names).map((name) => ({ thing: `${kind} ${name}`, says: `rights on ${name} are revoked` })),
    }),
  ],
  [
    /^select (keep_tenants_apart|keep_within_reader_scope) ?\( ?'(\w+)'/,
    ([, , table = '']) => ({
      undecided: [{ thing: `table ${table}`, says: `old processes may see or write other rows of ${table}` }],
      locks: [moment(table, 'ACCESS EXCLUSIVE')],
    }),
  ],
  [
    /^(?:update|delete from) (?:only )?(\w+)/,
    ([, table = '']) => ({ locks: [{ table, lock: 'ROW EXCLUSIVE', lasts: 'rows' }] }),
  ],
  [/^lock table (\w+)/, ([, table = '']) => ({ locks: [moment(table, 'ACCESS EXCLUSIVE')] })],
  [
    /^create (type|domain|sequence|schema|extension|role) (?:if not exists )?(\w+)/,
    ([, kind, name]) => ({ creates: [`${kind} ${name}`] }),
  ],
  [/^(grant|insert|comment|set|reset|analyze|alter default privileges)\b/, () => ({})],
]

/** The names in a list of objects, without the parameters of functions. */
function namesOf(list: string): string[] {
  return listParts(list).map((part) => /^\w+/.exec(part)?.[0] ?? part)
}

/** The effects of one statement, by its text alone. An unknown statement is undecided. */
export function statementEffects(words: string): Effects {
  for (const [form, effects] of rules) {
    const match = form.exec(words)
    if (match !== null) return { ...nothing, ...effects(match, words) }
  }
  const shown = words.length > 60 ? `${words.slice(0, 60)}…` : words
  return { ...nothing, undecided: [{ thing: '', says: `it is not known what this does: ${shown}` }] }
}
