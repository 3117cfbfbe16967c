import { identityKeys } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { refuse, requireShort } from './faults.ts'
import type { PolicyException } from './policy.ts'

const longestReason = 1_000
const mostExceptions = 1_000

/** An exception, by the key of the identity. */
export interface CheckedException {
  readonly key: number
  readonly reason: string
  readonly expiresAt: Date
}

/**
 * Checks the exceptions of a policy.
 * @param before the present exceptions of the policy: they may have expired
 * @throws invalid_argument for too many exceptions, a person who is unknown or named twice, and an end that has passed
 */
export async function checkExceptions(
  sql: TenantSql,
  exceptions: readonly PolicyException[],
  before: readonly PolicyException[],
): Promise<CheckedException[]> {
  const field = 'separation_of_duties.exceptions'
  if (exceptions.length === 0) return []
  if (exceptions.length > mostExceptions)
    throw invalidArgument(field, `at most ${mostExceptions} exceptions, not ${exceptions.length}`)
  const keys = await identityKeys(
    sql,
    exceptions.map(({ identityId }) => identityId),
  )
  const standing = new Set(before.map(({ identityId, expiresAt }) => `${expiresAt.getTime()} ${identityId}`))
  const seen = new Set<string>()
  refuse(
    exceptions.flatMap(({ identityId, expiresAt }, index) => {
      const at = `${field}[${index}]`
      const time = expiresAt.getTime()
      if (seen.has(identityId)) return { field: `${at}.identity_id`, description: `"${identityId}" stands twice` }
      seen.add(identityId)
      if (standing.has(`${time} ${identityId}`)) return []
      if (!keys.has(identityId))
        return { field: `${at}.identity_id`, description: `there is no identity "${identityId}"` }
      return time > Date.now()
        ? []
        : { field: `${at}.expire_time`, description: 'must be in the future: an exception ends on a day' }
    }),
  )
  return exceptions.flatMap(({ identityId, reason, expiresAt }, index) => {
    requireShort(`${field}[${index}].reason`, reason, longestReason)
    const key = keys.get(identityId)
    // A person who was removed since needs no exception.
    return key === undefined ? [] : { key, reason, expiresAt }
  })
}
