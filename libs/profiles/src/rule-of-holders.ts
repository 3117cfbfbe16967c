import type { EntitlementReference } from '@assay/directory'
import { celFromFilters } from './cel-from-filters.ts'

/** The rule that selects the holders of any of the entitlements; empty for none. */
export function ruleOfHolders(entitlements: readonly EntitlementReference[]): string {
  return entitlements.map((entitlement) => celFromFilters([], entitlement)).join(' || ')
}
