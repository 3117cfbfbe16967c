import { type Source, SourceSchema } from '@assay/contracts/assay/source/v1/source_pb'
import { invalidArgument } from '@assay/errors'
import type { SourceChange } from '@assay/source-loads'
import type { FieldMask } from '@bufbuild/protobuf/wkt'

const changeable = ['display_name', 'order', 'accounts_only', 'ready_map'] as const
const known = new Set(SourceSchema.fields.map(({ name }) => name))
const mostNamed = 10
const longestNamed = 100

/**
 * The members that an update names (AIP-134, AIP-161): with a mask, its members (all for `*`); without a mask, those that have a value.
 * Known members that cannot be changed are ignored, as AIP-203 says.
 * @throws invalid_argument naming the first unknown paths
 */
export function sourceChangeOf(source: Source, mask: FieldMask | undefined): SourceChange {
  const paths = mask?.paths ?? []
  const unknown = paths.filter((path) => path !== '*' && !known.has(path))
  if (unknown.length > 0) {
    const names = unknown.slice(0, mostNamed).map((path) => JSON.stringify(path.slice(0, longestNamed)))
    throw invalidArgument(
      'update_mask',
      `a source has no ${names.join(', ')}; what can be changed is ${changeable.join(', ')}, or * for all`,
    )
  }
  const isNamed = (path: string, value: unknown) =>
    paths.length === 0 ? Boolean(value) : paths.includes('*') || paths.includes(path)
  const { displayName, order, accountsOnly, readyMap } = source
  return {
    ...(isNamed('display_name', displayName) && { displayName }),
    ...(isNamed('order', order) && { order }),
    ...(isNamed('accounts_only', accountsOnly) && { definesPeople: !accountsOnly }),
    ...(isNamed('ready_map', readyMap) && { readyMap }),
  }
}
