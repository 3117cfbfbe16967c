import {
  type RoleMiningManagementSuggestion,
  RoleMiningManagementSuggestionSchema,
} from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { type ListedSuggestion, suggestionsById } from '@assay/role-mining'
import { type CacheCounts, defaultAnswerCacheBytes, VersionedMessages } from '@assay/server'
import type { TenantSql } from '@assay/store'
import { describeSuggestions } from './describe-suggestions.ts'

/** A cache of suggestion messages with names, because a message holds hundreds of entitlements. */
export class DescribedSuggestions {
  readonly #messages: VersionedMessages<typeof RoleMiningManagementSuggestionSchema>

  constructor(mostBytes: number = defaultAnswerCacheBytes) {
    this.#messages = new VersionedMessages(RoleMiningManagementSuggestionSchema, mostBytes)
  }

  get counts(): CacheCounts {
    return this.#messages.counts
  }

  /**
   * The messages, in the order of `listed`; a suggestion that was deleted in the meantime is left out.
   * @param read runs its argument in a transaction of the tenant, to read the suggestions that are not cached
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
