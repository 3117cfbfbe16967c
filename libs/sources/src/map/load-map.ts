import { looseName, type Synonyms } from '../header.ts'
import { attributeOf, listName } from '../list-attributes.ts'
import { formats } from '../read/part.ts'
import type { Row } from '../row.ts'
import { namesSecret } from '../secret-columns.ts'
import { folded, listOf, textOf } from '../value.ts'
import { compileEach, compileWhere } from './conditions.ts'
import { compileExpression, compileReference } from './expressions.ts'
import type {
  AccessMap,
  AccountRule,
  ApplicationRule,
  EntitlementRule,
  Expression,
  GrantRule,
  IdentityRule,
  Input,
  PersonFields,
  Rule,
  UsageRule,
} from './map.ts'
import { applicationFields, entitlementFields, mapMembers, personFields, sectionMembers } from './map-members.ts'
import { type MapNode, parseMapText } from './map-node.ts'

/** The names of columns in a map. */
interface Words {
  /** Those that rules read, and their synonyms. */
  readonly mentioned: ReadonlySet<string>
  readonly synonyms: Synonyms
}

/** Reads a map and checks it completely. @throws MapError with the line */
export function loadMap(file: string, text: string, isGiven = false): AccessMap {
  const root = parseMapText(file, text)
  const members = sharingSections(root.only(mapMembers.map))
  members.get('map')?.oneOf(['1'])
  const inputs = [...(members.get('inputs')?.members() ?? [])].map(([name, node]) => loadInput(name, node))
  const names = inputs.map(({ name }) => name)
  const words: Words = { mentioned: columnsReadBy(members), synonyms: loadSynonyms(members.get('synonyms')) }
  const rules = <T>(section: string, load: (node: MapNode, rule: Rule, words: Words) => T): T[] =>
    (members.get(section)?.list() ?? []).map((node) => load(node, loadRule(node, names), words))
  const map: AccessMap = {
    file,
    isGiven,
    name: members.get('name')?.text() ?? '',
    isGeneric: members.get('generic')?.isTrue() ?? false,
    title: members.get('title')?.text() ?? '',
    checked: members.get('checked')?.text() ?? '',
    loses:
      members
        .get('loses')
        ?.oneOrMany()
        .map((each) => each.text()) ?? [],
    inputs,
    reads: columnsReadOf(names, members),
    synonyms: words.synonyms,
    identities: rules('identities', loadIdentityRule),
    accounts: rules('accounts', loadAccountRule),
    applications: rules('applications', loadApplicationRule),
    entitlements: rules('entitlements', loadEntitlementRule),
    grants: rules('grants', loadGrantRule),
    usage: rules('usage', loadUsageRule),
  }
  const isUseful = [map.identities, map.accounts, map.entitlements, map.grants, map.usage].some(
    (list) => list.length > 0,
  )
  if (!isUseful) throw root.fail('has no rules; it needs one of identities, accounts, entitlements, grants, usage')
  return map
}

/** The members of a map, in which each rule has the members of the sets that it takes with `with`. */
function sharingSections(map: ReadonlyMap<string, MapNode>): ReadonlyMap<string, MapNode> {
  const sets = map.get('shared')?.members() ?? new Map<string, MapNode>()
  const shared = new Map([...sets].map(([name, node]) => [name, node.only(mapMembers.shared)]))
  const taken = new Set<string>()
  for (const rule of sectionNames.flatMap((name) => map.get(name)?.list() ?? [])) {
    for (const node of rule.members().get('with')?.oneOrMany() ?? []) taken.add(node.text())
  }
  // What no rule takes would not be checked.
  for (const [name, node] of sets) if (!taken.has(name)) throw node.fail(`no rule has "with: ${name}"`)
  return new Map([...map].map(([name, node]) => [name, name in sectionMembers ? node.sharing(shared) : node]))
}

/** Members of a rule, and of the objects in it, whose values are not columns. */
const wordsOfRules = new Set(['from', 'last', 'first', 'other_columns', 'may_be_list'])
const wordsBelow = new Set([
  ...['text', 'cel', 'table', 'else', 'rdn', 'after', 'date', 'split', 'escapes', 'join', 'list', 'match', 'among'],
  ...['is', 'not', 'filled', 'begins', 'not_begins', 'ends', 'not_ends', 'contains', 'not_contains', 'entries'],
])
const sectionNames = Object.keys(sectionMembers)

/**
 * The columns that rules read, by their loose names, so that `other_columns` takes all others. The columns by which an input is
 * recognised do not count as read.
 */
function columnsReadBy(map: ReadonlyMap<string, MapNode>): ReadonlySet<string> {
  const lastDays = lastDayColumns(map)
  const columns: string[] = []
  for (const [name, words] of map.get('synonyms')?.members() ?? []) {
    if (!lastDays.has(name)) columns.push(...words.texts())
  }
  for (const input of map.get('inputs')?.members().values() ?? []) {
    columns.push(...(input.members().get('tree')?.texts() ?? []))
  }
  for (const rule of rulesOf(map)) columns.push(...columnsOfRule(rule).filter((column) => !lastDays.has(column)))
  return new Set(columns.map(looseName))
}

/** The columns of the last day of a person. They decide the status of the person, and are also attributes. */
function lastDayColumns(map: ReadonlyMap<string, MapNode>): ReadonlySet<string> {
  const rules = (['identities', 'accounts'] as const).flatMap((section) => map.get(section)?.list() ?? [])
  return new Set(rules.flatMap((rule) => [...(rule.members().get('last_day')?.texts(wordsBelow) ?? [])]))
}

/** The columns that rules read, by the input that they read them from, as the map names them. */
function columnsReadOf(
  inputs: readonly string[],
  map: ReadonlyMap<string, MapNode>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const reads = new Map(inputs.map((name) => [name, new Set<string>()]))
  for (const rule of rulesOf(map)) {
    const columns = [...columnsOfRule(rule), ...[...rule.texts()].flatMap(columnsOfCel)]
    for (const input of rule.members().get('from')?.oneOrMany() ?? []) {
      const read = reads.get(input.text())
      for (const column of columns) read?.add(column)
    }
  }
  return reads
}

function rulesOf(map: ReadonlyMap<string, MapNode>): MapNode[] {
  return sectionNames.flatMap((name) => map.get(name)?.list() ?? [])
}

function columnsOfRule(rule: MapNode): string[] {
  const columns = [...rule.texts()].flatMap(columnsInBraces)
  for (const [name, node] of rule.members()) {
    if (wordsOfRules.has(name)) continue
    // The keys of their members are names, not words of the map.
    const isNamed = name === 'keys' || name === 'attributes'
    const expressions = isNamed ? [...node.members().values()] : [node]
    for (const expression of expressions) columns.push(...expression.texts(wordsBelow))
  }
  return columns
}

function columnsOfCel(text: string): string[] {
  if (!text.includes('row')) return []
  return [...text.matchAll(/\brow(?:\.(\w+)|\["([^"]+)"\])/g)].map(([, name, quoted]) => name ?? quoted ?? '')
}

function columnsInBraces(text: string): string[] {
  if (!text.includes('{')) return []
  return [...text.matchAll(/\{([^{}]+)\}/g)].flatMap(([, column = '']) => column.split('|'))
}

function loadInput(name: string, node: MapNode): Input {
  const members = node.only(mapMembers.input)
  const tree = members.get('tree')?.only(mapMembers.tree)
  const glob = members.get('glob')
  return {
    name,
    glob: glob === undefined ? undefined : globPattern(glob),
    columns:
      members
        .get('columns')
        ?.list()
        .map((each) => each.text()) ?? [],
    only: members.get('only')?.isTrue() ?? false,
    formats:
      members
        .get('format')
        ?.oneOrMany()
        .map((each) => each.oneOf(formats)) ?? [],
    path: members.get('path')?.text() ?? '',
    tree:
      tree === undefined
        ? undefined
        : {
            children: tree.get('children')?.text() ?? '',
            name: tree.get('name')?.text() ?? '',
            separator: tree.get('separator')?.text() ?? '',
          },
    beside:
      members
        .get('beside')
        ?.oneOrMany()
        .map((each) => each.text()) ?? [],
    notBeside:
      members
        .get('not_beside')
        ?.oneOrMany()
        .map((each) => each.text()) ?? [],
    hasConnections: members.get('connections')?.isTrue() ?? false,
    lacks:
      members
        .get('lacks')
        ?.oneOrMany()
        .map((each) => each.text()) ?? [],
    optional: members.get('optional')?.isTrue() ?? false,
    needs:
      members
        .get('needs')
        ?.oneOrMany()
        .map((each) => each.text()) ?? [],
    hasShortRows: members.get('short_rows')?.isTrue() ?? false,
    sheet: members.get('sheet')?.text(),
  }
}

/** `*` matches any characters except a slash, `?` one character. It matches the end of a name, so that folders do not matter. */
function globPattern(node: MapNode): RegExp {
  const text = node.text()
  if (text.length > 200) throw node.fail('is longer than 200 characters')
  const pattern = text.replaceAll(/\*+|\?|[.+^${}()|[\]\\]/g, (token) =>
    token.startsWith('*') ? '[^/]*' : token === '?' ? '[^/]' : `\\${token}`,
  )
  return new RegExp(`(^|/)${pattern}$`, 'i')
}

function loadSynonyms(node: MapNode | undefined): Readonly<Record<string, readonly string[]>> {
  if (node === undefined) return {}
  return Object.fromEntries([...node.members()].map(([name, words]) => [name, words.list().map((word) => word.text())]))
}

function loadRule(node: MapNode, inputs: readonly string[]): Rule {
  const members = node.members()
  const from = members.get('from')
  if (from === undefined) throw node.fail('"from" is missing; it names an input')
  return {
    from: from.oneOrMany().map((each) => each.oneOf(inputs)),
    line: node.line,
    where: compileWhere(members.get('where')),
    each: compileEach(members.get('each')),
  }
}

/** Compiles the members of one section. */
class Fields {
  readonly #members: ReadonlyMap<string, MapNode>

  constructor(members: ReadonlyMap<string, MapNode>) {
    this.#members = members
  }

  optional(name: string): Expression | undefined {
    const node = this.#members.get(name)
    return node === undefined ? undefined : compileExpression(node).value
  }

  required(name: string): Expression {
    return this.optional(name) ?? (() => undefined)
  }

  several(names: readonly string[]): Map<string, Expression> {
    const found = new Map<string, Expression>()
    for (const name of names) {
      const value = this.optional(name)
      if (value !== undefined) found.set(name, value)
    }
    return found
  }

  under(name: string): Map<string, Expression> {
    const members = [...(this.#members.get(name)?.members() ?? [])]
    return new Map(members.map(([key, node]) => [key, compileExpression(node).value]))
  }

  /** Attributes by their names; lists have the names that `listName` makes. */
  attributes(): Map<string, Expression> {
    const members = [...(this.#members.get('attributes')?.members() ?? [])]
    return new Map(
      members.map(([key, node]) => {
        const { value, isList } = compileExpression(node)
        return [isList ? listName(key) : key, value]
      }),
    )
  }
}

/** Attributes that Assay makes itself. */
const reservedAttributes = ['manager', 'directory_status']

function loadPerson(
  node: MapNode,
  members: ReadonlyMap<string, MapNode>,
  { mentioned, synonyms }: Words,
): PersonFields {
  const fields = new Fields(members)
  const idNode = members.get('id') ?? node
  const id = compileExpression(idNode)
  const manager = members.get('manager')
  const attributes = fields.attributes()
  for (const name of [...attributes.keys()].map(attributeOf)) {
    if ([...reservedAttributes, ...personFields].includes(name)) {
      throw members.get('attributes')?.fail(`"${name}" is a name that Assay uses itself; name the attribute otherwise`)
    }
    if (namesSecret(name)) {
      throw members
        .get('attributes')
        ?.fail(
          `"${name}" is the name of a secret, and everybody who reads people sees their attributes; leave it out, or give it another name if it holds none`,
        )
    }
  }
  return {
    id: id.value,
    idColumn: id.columns[0] ?? '',
    keys: fields.under('keys'),
    fields: fields.several(personFields),
    lastDay: fields.optional('last_day'),
    attributes,
    takesOtherColumns: members.get('other_columns')?.oneOf(['attributes', 'ignored']) === 'attributes',
    manager: manager === undefined ? undefined : compileReference(manager, ['identities']),
    lastWins: members.get('last')?.oneOf(['wins']) === 'wins',
    firstWins: members.get('first')?.oneOf(['wins']) === 'wins',
    attributesFrom: members.get('attributes_from')?.text(),
    mentioned,
    attributeColumns: attributeColumns(members.get('attributes'), synonyms),
  }
}

/** The columns of attributes, by each of the names that a table may have for them. */
function attributeColumns(attributes: MapNode | undefined, synonyms: Synonyms): ReadonlyMap<string, string> {
  const columns = [...(attributes?.members().values() ?? [])].filter((node) => node.isText).map((node) => node.text())
  return new Map(
    columns.flatMap((column) =>
      [column, ...(synonyms[column] ?? [])].map((name) => [looseName(name), column] as const),
    ),
  )
}

function loadIdentityRule(node: MapNode, rule: Rule, words: Words): IdentityRule {
  return { ...rule, ...loadPerson(node, node.only(sectionMembers.identities), words) }
}

function loadAccountRule(node: MapNode, rule: Rule, words: Words): AccountRule {
  const members = node.only(sectionMembers.accounts)
  const identity = members.get('identity')
  return {
    ...rule,
    ...loadPerson(node, members, words),
    application: new Fields(members).required('application'),
    identity: identity === undefined ? undefined : compileReference(identity, ['identities']),
  }
}

function loadApplicationRule(node: MapNode, rule: Rule): ApplicationRule {
  const fields = new Fields(node.only(sectionMembers.applications))
  return { ...rule, id: fields.required('id'), fields: fields.several(applicationFields) }
}

function loadEntitlementRule(node: MapNode, rule: Rule): EntitlementRule {
  const members = node.only(sectionMembers.entitlements)
  const fields = new Fields(members)
  return {
    ...rule,
    application: fields.required('application'),
    id: fields.required('id'),
    keys: fields.under('keys'),
    fields: fields.several(entitlementFields),
    lastWins: members.get('last')?.oneOf(['wins']) === 'wins',
    firstWins: members.get('first')?.oneOf(['wins']) === 'wins',
  }
}

function loadGrantRule(node: MapNode, rule: Rule): GrantRule {
  const members = node.only(sectionMembers.grants)
  const fields = new Fields(members)
  const notHeld = members.get('not_held')
  return {
    ...rule,
    application: fields.optional('application'),
    holder: compileReference(members.get('holder') ?? node, ['accounts', 'identities']),
    entitlement: compileReference(members.get('entitlement') ?? node, ['entitlements']),
    grantedAt: fields.optional('granted_at'),
    lastUsedAt: fields.optional('last_used_at'),
    ends: fields.optional('ends'),
    notHeld: notHeld === undefined ? undefined : compileNotHeld(notHeld),
    mayBeList: members.get('may_be_list')?.isTrue() ?? false,
  }
}

/** The first of its conditions that holds says why. */
function compileNotHeld(node: MapNode): GrantRule['notHeld'] {
  const conditions = node.oneOrMany().map(compileReason)
  return (row) => {
    for (const reasonOf of conditions) {
      const reason = reasonOf(row)
      if (reason !== undefined) return reason
    }
    return undefined
  }
}

function compileReason(node: MapNode): (row: Row) => string | undefined {
  const members = node.only(mapMembers.notHeld)
  const column = members.get('column')?.text() ?? ''
  const words =
    members
      .get('is')
      ?.oneOrMany()
      .map((each) => folded(each.text())) ?? []
  return (row) => {
    const value = listOf(row.get(column))
      .map(textOf)
      .find((each) => words.includes(folded(each)))
    return value === undefined ? undefined : `${row.nameOf(column)} is ${value}`
  }
}

function loadUsageRule(node: MapNode, rule: Rule): UsageRule {
  const members = node.only(sectionMembers.usage)
  const fields = new Fields(members)
  return {
    ...rule,
    holder: compileReference(members.get('holder') ?? node, ['accounts', 'identities']),
    application: fields.required('application'),
    day: fields.required('day'),
  }
}
