import { DocumentRow, type Row } from '../row.ts'
import { isMembers, listOf, type Value } from '../value.ts'
import type { Part, RowReading, Skeleton } from './part.ts'
import { TableRows } from './table-rows.ts'

/** The members of the resources of a state as Terraform stores it; `terraform show -json` writes them differently. */
export const stateSkeleton: Skeleton = new Map([
  ['', new Set(['terraform_version', 'resources'])],
  ['resources', new Set(['mode', 'type', 'name', 'provider', 'instances'])],
  ['resources.instances', new Set(['attributes'])],
])

/** Whether a document is the output of `terraform show -json` for a state. */
export function isTerraformShow(skeleton: Skeleton): boolean {
  const top = skeleton.get('')
  return (
    top?.has('format_version') === true &&
    top.has('terraform_version') &&
    top.has('values') &&
    skeleton.get('values')?.has('root_module') === true
  )
}

/** The same part with the resources of all modules in the form of a stored state. */
export function asTerraformState(part: Part): Part {
  return {
    ...part,
    look: `${part.look}, a state that terraform show has written`,
    skeleton: stateSkeleton,
    lists: new Set(['resources']),
    rows: (reading) => resourceRows(part, reading),
  }
}

async function* resourceRows(part: Part, { paths }: RowReading): AsyncGenerator<readonly Row[], void, undefined> {
  if (!paths.some(({ path }) => path === 'resources')) return
  const modules = { path: 'values.root_module', tree: { children: 'child_modules', name: 'address', separator: '/' } }
  for await (const batch of part.rows({ paths: [modules], synonyms: {} })) {
    if (batch instanceof TableRows) continue
    const rows = batch.flatMap((module) =>
      listOf(module.get('resources')).flatMap((resource, index) => {
        const at = `${module.at}.resources[${index}]`
        return isMembers(resource) ? [new DocumentRow(part.name, at, 'resources', stored(resource))] : []
      }),
    )
    if (rows.length > 0) yield rows
  }
}

function stored(resource: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  const { provider_name: provider, values, ...rest } = resource
  return { ...rest, provider, instances: [{ attributes: values }] }
}
