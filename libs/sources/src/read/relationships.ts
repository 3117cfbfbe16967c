import { isMembers, textOf, type Value } from '../value.ts'

/** `doc:plan#viewer@user:ana`, `doc:plan#viewer@team:ops#member`; a caveat or an end in brackets may follow. */
const relationship = /^([\w/-]+:[^\s#@]+)#(\w+)@([\w/-]+:[^\s#@[]+)(?:#(\w+|\.\.\.))?(?:\[[^\n]*\])?$/

/**
 * A file of SpiceDB's playground has its relationships as lines of a text. Adds them as records, like the tuples of OpenFGA. Other
 * documents, and one with a line in another form, stay as they are.
 */
export function withTuples(document: Value): Value {
  if (!isMembers(document) || document.tuples !== undefined || document.schema === undefined) return document
  const lines = textOf(document.relationships)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
  const found = lines.map((line) => relationship.exec(line))
  if (found.length === 0) return document
  const tuples: Value[] = []
  for (const match of found) {
    if (match === null) return document
    const [, object = '', relation = '', user = '', own = ''] = match
    tuples.push({ user: own === '' || own === '...' ? user : `${user}#${own}`, relation, object })
  }
  return { ...document, tuples }
}
