import { parseDocument } from 'yaml'
import { isList, isMembers, textOf, type Value } from '../value.ts'

/**
 * The ConfigMap `aws-auth` of a cluster on AWS has its users and roles as lists of YAML within a text. Replaces the texts with the lists.
 * @param plain makes a value of what the parser of YAML returns
 */
export function withAccessOfAws(document: Value, plain: (value: unknown) => Value): Value {
  if (!isMembers(document) || textOf(document.kind) !== 'ConfigMap') return document
  const { data, metadata } = document
  if (!isMembers(data) || !isMembers(metadata) || textOf(metadata.name) !== 'aws-auth') return document
  const lists = Object.fromEntries(
    ['mapRoles', 'mapUsers'].flatMap((name) => {
      const parsed = listIn(data[name], plain)
      return parsed === undefined ? [] : [[name, parsed]]
    }),
  )
  return { ...document, data: { ...data, ...lists } }
}

function listIn(text: Value, plain: (value: unknown) => Value): Value {
  const document = parseDocument(textOf(text), { schema: 'failsafe', logLevel: 'silent', prettyErrors: false })
  if (document.errors.length > 0) return undefined
  const value = plain(document.toJS({ maxAliasCount: 100 }))
  return isList(value) ? value : undefined
}
