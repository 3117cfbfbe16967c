import { type AccessProfile, AccessProfileSchema } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { invalidArgument } from '@assay/errors'
import type { AccessProfileChange } from '@assay/profiles'
import type { FieldMask } from '@bufbuild/protobuf/wkt'

/** The members that callers may change, by their names in the proto. */
const changeable = {
  display_name: 'displayName',
  description: 'description',
  cel_expression: 'celExpression',
  automation_enabled: 'automationEnabled',
  create_tasks: 'createTasks',
  common_access: 'commonAccess',
  owner_id: 'ownerId',
} as const satisfies Record<string, keyof AccessProfileChange>

const mostNamed = 10
const longestNamed = 100

const known = new Set(AccessProfileSchema.fields.map(({ name }) => name))

/**
 * The members that an update names (AIP-134, AIP-161): with a mask, its members (all for `*`); without a mask, those that have a value.
 * Known members that cannot be changed are ignored, as AIP-203 says.
 * @throws invalid_argument naming the first unknown paths
 */
export function changeOf(profile: AccessProfile, mask: FieldMask | undefined): AccessProfileChange {
  const paths = mask?.paths ?? []
  const unknown = paths.filter((path) => path !== '*' && !known.has(path))
  if (unknown.length > 0) {
    const named = unknown.slice(0, mostNamed).map((path) => JSON.stringify(path.slice(0, longestNamed)))
    const names = named.join(', ') + (unknown.length > mostNamed ? ` and ${unknown.length - mostNamed} more` : '')
    throw invalidArgument(
      'update_mask',
      `an access profile has no ${names}; what can be changed is ${Object.keys(changeable).join(', ')}, or * for all`,
    )
  }
  const isNamed = (path: string, value: unknown) =>
    paths.length === 0 ? Boolean(value) : paths.includes('*') || paths.includes(path)
  const members = Object.entries(changeable).map(([path, member]) => [path, member, profile[member]] as const)
  return Object.fromEntries(
    members.filter(([path, , value]) => isNamed(path, value)).map(([, member, value]) => [member, value]),
  )
}
