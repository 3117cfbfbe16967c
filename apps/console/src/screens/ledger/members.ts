import type { Entry } from '@assay/contracts/assay/ledger/v1/entry_pb'

/** The name of the object of an entry; undefined when the entry does not contain it. */
export function nameOfSubject({ beforeJson, afterJson }: Pick<Entry, 'beforeJson' | 'afterJson'>): string | undefined {
  for (const json of [afterJson, beforeJson]) {
    const members = membersOf(json)
    const candidate = members.candidate as { readonly displayName?: unknown } | undefined
    for (const name of [members.displayName, members.suggestedName, members.name, candidate?.displayName])
      if (typeof name === 'string' && name !== '') return name
  }
  return undefined
}

/** The members of a JSON object; none for anything else. */
export function membersOf(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = json === '' ? undefined : JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  } catch {
    return {}
  }
}
