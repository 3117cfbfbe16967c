import { PolicyService } from '@assay/contracts'
import type { Calls } from '../tool.ts'

const { listPolicies, getRiskLevels } = PolicyService.method

/** Calls of `policiesInForce`. */
export const policyCalls = [listPolicies, getRiskLevels]

/** All policies by their ids and etags, and the order of risk levels: the inputs of a decision in addition to the data. */
export async function policiesInForce(calls: Calls): Promise<readonly string[]> {
  const found: string[] = []
  let pageToken = ''
  do {
    const page = await calls(listPolicies, { pageSize: 100, pageToken })
    found.push(...page.policies.map(({ id, etag }) => `${id} ${etag}`))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  const { levels } = await calls(getRiskLevels, {})
  return [...found, ...levels]
}
