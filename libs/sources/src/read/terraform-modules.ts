import { DocumentRow, type Row } from '../row.ts'
import { isMembers, textOf, type Value } from '../value.ts'
import type { Part, RowReading, Skeleton } from './part.ts'
import { TableRows } from './table-rows.ts'
import { stateSkeleton } from './terraform-show.ts'

/** Whether a document is a state of Terraform before 0.12, which has resources by their addresses in each module. */
export function isStateOfModules(skeleton: Skeleton): boolean {
  const top = skeleton.get('')
  const module = skeleton.get('modules')
  return top?.has('terraform_version') === true && module?.has('resources') === true && module.has('path')
}

/** The same part with the resources of all modules in the form of a state of today. */
export function asStateOfModules(part: Part): Part {
  return {
    ...part,
    look: `${part.look}, a state of Terraform before 0.12`,
    skeleton: stateSkeleton,
    lists: new Set(['resources']),
    rows: (reading) => resourceRows(part, reading),
  }
}

async function* resourceRows(part: Part, { paths }: RowReading): AsyncGenerator<readonly Row[], void, undefined> {
  if (!paths.some(({ path }) => path === 'resources')) return
  for await (const batch of part.rows({ paths: [{ path: 'modules' }], synonyms: {} })) {
    if (batch instanceof TableRows) continue
    const rows = batch.flatMap((module) => {
      const resources = module.get('resources')
      return Object.entries(isMembers(resources) ? resources : {}).flatMap(([address, resource]) =>
        isMembers(resource)
          ? [new DocumentRow(part.name, `${module.at}.resources.${address}`, 'resources', stored(address, resource))]
          : [],
      )
    })
    if (rows.length > 0) yield rows
  }
}

function stored(address: string, resource: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  const { primary } = resource
  const attributes = isMembers(primary) ? primary.attributes : undefined
  return {
    mode: address.startsWith('data.') ? 'data' : 'managed',
    type: resource.type ?? '',
    provider: resource.provider ?? '',
    instances: [{ attributes: isMembers(attributes) ? unflattened(attributes) : {} }],
  }
}

/** The values of `users.#`, `users.12`, `users.45` as the list `users`; of `member.7.name` as a list of records. */
function unflattened(attributes: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  const result: Record<string, Value> = Object.create(null) as Record<string, Value>
  const elements = new Map<string, Map<string, Record<string, Value>>>()
  for (const [name, value] of Object.entries(attributes)) {
    const [, list = '', key = '', member = ''] = /^([^.]+)\.([^.#%]+)(?:\.(.+))?$/.exec(name) ?? []
    if (/\.[#%]$/.test(name)) continue
    if (list === '') result[name] = value
    else if (`${list}.#` in attributes) {
      const own = elements.get(list) ?? new Map<string, Record<string, Value>>()
      elements.set(list, own)
      const element = own.get(key) ?? (Object.create(null) as Record<string, Value>)
      own.set(key, element)
      element[member] = textOf(value)
    }
  }
  for (const [list, own] of elements) {
    result[list] = [...own.values()].map((element) => ('' in element ? (element[''] ?? '') : element))
  }
  return result
}
