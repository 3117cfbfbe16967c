import {
  type RoleMiningManagementSuggestion,
  RoleMiningManagementSuggestionSchema,
} from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { type ListedSuggestion, suggestionsById } from '@assay/role-mining'
import { type CacheCounts, defaultAnswerCacheBytes, VersionedMessages } from '@assay/server'
import type { TenantSql } from '@assay/store'
import { describeSuggestions } from './describe-suggestions.ts'

/** Suggestions with their names, put together once: a message holds hundreds of entitlements. */
export class DescribedSuggestions {
  readonly #messages: VersionedMessages<typeof RoleMiningManagementSuggestionSchema>

  constructor(mostBytes: number = defaultAnswerCacheBytes) {
    this.#messages = new VersionedMessages(RoleMiningManagementSuggestionSchema, mostBytes)
  }

  get counts(): CacheCounts {
    return this.#messages.counts
  }

  /**
   * In the given order; one that is deleted meanwhile is left out.
   * @param read a transaction of the tenant's, for those that are not known yet
   */
  of(
    tenantId: number,
    listed: readonly ListedSuggestion[],
    read: <T>(work: (sql: TenantSql) => Promise<T>) => Promise<T>,
  ): Promise<RoleMiningManagementSuggestion[]> {
    return this.#messages.of(tenantId, listed, (ids) =>
      read(async (sql) => describeSuggestions(sql, await suggestionsById(sql, ids))),
    )
  }
}
