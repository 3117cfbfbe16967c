import { entitlementsByKey } from '@assay/directory'
import type { Suggestion } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { toSuggestionMessage } from './convert-suggestion.ts'

/** Suggestions with the names of their entitlements; all names are read at once. */
export async function describeSuggestions(sql: TenantSql, suggestions: readonly Suggestion[]) {
  const keys = new Set(suggestions.flatMap((suggestion) => suggestion.entitlements.map((one) => one.key)))
  const entitlements = await entitlementsByKey(sql, [...keys])
  return suggestions.map((suggestion) => toSuggestionMessage(suggestion, entitlements))
}
