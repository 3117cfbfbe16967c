import { kinds, mapMembers, sectionMembers } from './map/map-members.ts'
import { formats } from './read/part.ts'

type Schema = Readonly<Record<string, unknown>>

/** Editors read `007` as a number and `true` as a boolean, where a map has texts. */
const text: Schema = { type: ['string', 'number', 'boolean'] }
const flag: Schema = { enum: [true, false, 'true', 'false'] }
const column: Schema = { type: ['string', 'number', 'boolean'], minLength: 1 }
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` })
const listOf = (items: Schema): Schema => ({ type: 'array', items })
const oneOrMany = (schema: Schema): Schema => ({ anyOf: [schema, listOf(schema)] })
const named = (schema: Schema): Schema => ({ type: 'object', additionalProperties: schema })

/** The schemas of members that are not expressions. */
const kindsOfMembers: Readonly<Record<string, Schema>> = {
  from: oneOrMany(column),
  with: oneOrMany(column),
  where: oneOrMany(ref('condition')),
  each: oneOrMany(ref('each')),
  keys: named(ref('expression')),
  attributes: named(ref('expression')),
  manager: ref('reference'),
  identity: ref('reference'),
  holder: ref('reference'),
  entitlement: ref('reference'),
  attributes_from: column,
  other_columns: { enum: ['attributes', 'ignored'] },
  ignored_columns: listOf(column),
  last: { enum: ['wins'] },
  first: { enum: ['wins'] },
  not_held: oneOrMany(ref('notHeld')),
  may_be_list: flag,
}

const inputMembers: Readonly<Record<string, Schema>> = {
  glob: column,
  sheet: column,
  path: column,
  columns: listOf(column),
  beside: oneOrMany(column),
  not_beside: oneOrMany(column),
  connections: flag,
  lacks: oneOrMany(column),
  format: oneOrMany({ enum: formats }),
  tree: ref('tree'),
  only: flag,
  optional: flag,
  short_rows: flag,
  needs: oneOrMany(column),
}

const cellMembers: Readonly<Record<string, Schema>> = {
  column,
  or: oneOrMany(ref('expression')),
  table: named(text),
  else: text,
  rdn: column,
  after: column,
  date: oneOrMany(column),
  split: column,
  escapes: { enum: ['dn'] },
  join: text,
  list: flag,
  text: column,
  cel: column,
  match: oneOrMany(column),
  among: oneOrMany({ enum: kinds }),
}

const conditionMembers: Readonly<Record<string, Schema>> = {
  column,
  is: oneOrMany(text),
  not: oneOrMany(text),
  begins: oneOrMany(text),
  not_begins: oneOrMany(text),
  ends: oneOrMany(text),
  not_ends: oneOrMany(text),
  contains: oneOrMany(text),
  not_contains: oneOrMany(text),
  filled: flag,
}

const eachMembers: Readonly<Record<string, Schema>> = {
  column,
  split: column,
  as: column,
  escapes: { enum: ['dn'] },
  entries: flag,
  where: oneOrMany(ref('condition')),
}

interface Members {
  readonly allowed: readonly string[]
  readonly required: readonly string[]
}

function object({ allowed, required }: Members, kind: (name: string) => Schema | undefined): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(allowed.map((name) => [name, kind(name) ?? ref('expression')])),
  }
}

const sections = Object.keys(sectionMembers) as (keyof typeof sectionMembers)[]

/** The JSON Schema of maps, made from the same lists by which the reader of maps refuses members. */
export function mapSchema(): Schema {
  const top: Readonly<Record<string, Schema>> = {
    map: { enum: ['1', 1] },
    name: column,
    title: column,
    checked: column,
    loses: oneOrMany(column),
    generic: flag,
    inputs: named(ref('input')),
    synonyms: named(listOf(column)),
    shared: named(ref('shared')),
    ...Object.fromEntries(sections.map((name) => [name, listOf(ref(`${name}Rule`))])),
  }
  const cell = (name: string) => cellMembers[name]
  const needed = ['column', 'text', 'cel'].map((name) => ({ required: [name] }))
  const noLoneElse = { dependentRequired: { else: ['table'], escapes: ['split'] } }
  const asColumnOr = (members: Members): Schema => ({
    anyOf: [column, { ...object(members, cell), anyOf: needed, ...noLoneElse }],
  })
  const useful = sections.filter((name) => name !== 'applications')
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A map of access data',
    ...object(mapMembers.map, (name) => top[name]),
    anyOf: useful.map((name) => ({ required: [name], properties: { [name]: { minItems: 1 } } })),
    $defs: {
      input: object(mapMembers.input, (name) => inputMembers[name]),
      tree: object(mapMembers.tree, () => column),
      shared: object(mapMembers.shared, (name) => kindsOfMembers[name]),
      notHeld: object(mapMembers.notHeld, (name) => (name === 'is' ? oneOrMany(column) : column)),
      expression: asColumnOr(mapMembers.expression),
      reference: asColumnOr(mapMembers.reference),
      condition: {
        ...object(mapMembers.condition, (name) => conditionMembers[name]),
        minProperties: 2,
        maxProperties: 2,
      },
      each: object(mapMembers.each, (name) => eachMembers[name]),
      ...Object.fromEntries(
        sections.map((name) => [`${name}Rule`, object(sectionMembers[name], (member) => kindsOfMembers[member])]),
      ),
    },
  }
}
