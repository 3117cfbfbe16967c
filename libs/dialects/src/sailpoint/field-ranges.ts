import type { DescField } from '@bufbuild/protobuf'

const percentage = 'must be a whole number from 0 to 100'
const count = 'must be a whole number from 1'

/** By the names of the proto; a name means the same in every message. */
const ranges: Readonly<Record<string, string>> = {
  prune_threshold: percentage,
  min_entitlement_popularity: percentage,
  min_num_identities_in_potential_role: count,
  limit: 'must be a whole number from 0 to 250',
  offset: 'must be a whole number from 0',
  session: 'must be a JSON object; {} means everybody in the organisation',
  operations: 'must be a JSON array of patch operations',
  edit: 'must be a JSON object such as {"ids":["..."],"exclude":true}',
}

/** Describes what a value of SailPoint's API must be if that is narrower than its type (contract sections 4.1 and 5.17). */
export function rangeOf({ name, parent }: DescField): string | undefined {
  if (name === 'limit' && parent.typeName === 'sailpoint.search.v1.SearchPostRequest')
    return 'must be a whole number from 0 to 10000'
  return Object.hasOwn(ranges, name) ? ranges[name] : undefined
}
