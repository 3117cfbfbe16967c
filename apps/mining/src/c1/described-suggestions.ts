import {
  type RoleMiningManagementSuggestion,
  RoleMiningManagementSuggestionSchema,
} from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { type ListedSuggestion, suggestionsById } from '@assay/role-mining'
import { keepEncoded } from '@assay/server'
import type { TenantSql } from '@assay/store'
import { describeSuggestions } from './describe-suggestions.ts'

/** A few tenants' worth; one takes some 25 kB, its bytes included. */
const mostKept = 2_000

interface Kept {
  readonly version: string
  readonly message: RoleMiningManagementSuggestion
}

/**
 * Messages of suggestions, kept as long as nothing of them changes: people look through the same list again and again,
 * and putting one together (hundreds of entitlements with their names) costs far more than looking up its version.
 */
export class DescribedSuggestions {
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept>()

  /** In the given order; one that is deleted meanwhile is left out. `listed` was read in this transaction. */
  async of(
    sql: TenantSql,
    tenantId: number,
    listed: readonly ListedSuggestion[],
  ): Promise<RoleMiningManagementSuggestion[]> {
    const keyOf = (id: string) => `${tenantId}/${id}`
    const found = new Map<string, RoleMiningManagementSuggestion>()
    for (const { id, version } of listed) {
      const kept = this.#kept.get(keyOf(id))
      if (kept?.version === version) found.set(id, kept.message)
    }
    const missing = listed.map(({ id }) => id).filter((id) => !found.has(id))
    if (missing.length > 0) {
      for (const message of await describeSuggestions(sql, await suggestionsById(sql, missing))) {
        keepEncoded(RoleMiningManagementSuggestionSchema, message)
        found.set(message.id, message)
      }
    }
    return listed.flatMap(({ id, version }) => {
      const message = found.get(id)
      if (message === undefined) return []
      this.#keep(keyOf(id), { version, message })
      return [message]
    })
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    if (this.#kept.size <= mostKept) return
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest)
      return
    }
  }
}
