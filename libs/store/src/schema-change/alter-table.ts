import { type Doubt, type Effects, nothing, referenced, type TableLock } from './effects.ts'
import { listParts } from './sql-statements.ts'

/** Expressions that give each row another value, so that the whole table is rewritten. */
const volatile =
  /gen_random_uuid|uuidv7|clock_timestamp|random\(|nextval|timeofday|\bgenerated (always|by default) as\b|\b(small|big)?serial\b/

/** The effects of the actions of one `alter table`. */
export function alterTableEffects(table: string, actions: string): Effects {
  const all = listParts(actions).map((action) => actionEffects(table, action))
  return {
    creates: all.flatMap(({ creates }) => creates),
    contracts: all.flatMap(({ contracts }) => contracts),
    undecided: all.flatMap(({ undecided }) => undecided),
    locks: all.flatMap(({ locks }) => locks),
  }
}

function actionEffects(table: string, action: string): Effects {
  const of = (says: string, thing = `table ${table}`): Doubt => ({ thing, says })
  const lock = (lasts: TableLock['lasts'], kind: TableLock['lock'] = 'ACCESS EXCLUSIVE'): TableLock[] => [
    { table, lock: kind, lasts },
  ]
  const column = /^(?:drop|alter|rename)(?: column)? (?:if exists )?(\w+)/.exec(action)?.[1] ?? ''
  const ofColumn = (says: string) => of(says, `column ${table}.${column}`)
  switch (true) {
    case /^add (constraint|check|unique|primary key|foreign key|exclude)\b/.test(action):
      return addedConstraint(table, action)
    case /^add\b/.test(action):
      return addedColumn(table, action)
    case /^validate constraint/.test(action):
      return { ...nothing, locks: lock('rows', 'SHARE UPDATE EXCLUSIVE') }
    case /^drop constraint/.test(action): {
      const name = /^drop constraint (?:if exists )?(\w+)/.exec(action)?.[1]
      const says = `old processes may rely on the constraint ${name} of ${table}, or not expect what it refused`
      return { ...nothing, undecided: [of(says, `constraint ${table}.${name}`)], locks: lock('moment') }
    }
    case /^drop\b/.test(action):
      return { ...nothing, contracts: [ofColumn(`the column ${column} of ${table} is dropped`)], locks: lock('moment') }
    case /^rename\b/.test(action): {
      const says = `something of ${table} is renamed: ${action}`
      return { ...nothing, contracts: [/^rename to\b/.test(action) ? of(says) : ofColumn(says)], locks: lock('moment') }
    }
    case /^alter (column )?\w+ (set data )?type\b/.test(action):
      return {
        ...nothing,
        contracts: [ofColumn(`the column ${column} of ${table} gets another type`)],
        locks: lock('rows'),
      }
    case /^alter (column )?\w+ set not null/.test(action):
      return {
        ...nothing,
        contracts: [ofColumn(`old processes may leave ${column} of ${table} null`)],
        locks: lock('rows'),
      }
    case /^alter (column )?\w+ drop default/.test(action):
      return {
        ...nothing,
        contracts: [ofColumn(`old processes rely on the default of ${column} of ${table}`)],
        locks: lock('moment'),
      }
    case /^alter (column )?\w+ drop not null/.test(action):
      return {
        ...nothing,
        undecided: [ofColumn(`old processes may not expect null in ${column} of ${table}`)],
        locks: lock('moment'),
      }
    case /^alter (column )?\w+ set (default|storage|statistics|compression)\b/.test(action):
      return { ...nothing, locks: lock('moment') }
    case /^set \(/.test(action):
      return { ...nothing, locks: lock('moment', 'SHARE UPDATE EXCLUSIVE') }
    case /^set schema\b/.test(action):
      return { ...nothing, contracts: [of(`${table} is moved to another schema`)], locks: lock('moment') }
    default:
      return {
        ...nothing,
        undecided: [of(`old processes use ${table}, which is changed: ${action}`)],
        locks: lock('moment'),
      }
  }
}

function addedColumn(table: string, action: string): Effects {
  const name = /^add (?:column )?(?:if not exists )?(\w+)/.exec(action)?.[1] ?? ''
  const isDemanded = / not null\b| primary key\b/.test(action) && !/ default | generated /.test(action)
  const isWritten = volatile.test(action) || / unique\b| primary key\b/.test(action)
  return {
    ...nothing,
    creates: [`column ${table}.${name}`],
    contracts: isDemanded
      ? [
          {
            thing: `table ${table}`,
            says: `old processes add rows to ${table} without ${name}, which must not be null and has no default`,
          },
        ]
      : [],
    locks: [{ table, lock: 'ACCESS EXCLUSIVE', lasts: isWritten ? 'rows' : 'moment' }, ...referenced(action)],
  }
}

function addedConstraint(table: string, action: string): Effects {
  const name = /^add constraint (\w+)/.exec(action)?.[1] ?? ''
  const isForeignKey = /\bforeign key\b/.test(action)
  const isLookedAt = !/ not valid$/.test(action) && !/ using index /.test(action)
  return {
    ...nothing,
    creates: [`constraint ${table}.${name}`],
    undecided: [
      { thing: `table ${table}`, says: `old processes may write to ${table} what the new constraint ${name} refuses` },
    ],
    locks: [
      { table, lock: isForeignKey ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE', lasts: isLookedAt ? 'rows' : 'moment' },
      ...referenced(action),
    ],
  }
}
