import { accountIdOf } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { AccountTexts, type Application } from './account-texts.ts'
import type { DocumentText } from './document-text.ts'
import type { BroughtAccount, HeldAccess, HeldEntitlement, HeldProfile } from './held-access.ts'
import type { DescribedIdentity } from './identity-attributes.ts'
import type { MemberChoice } from './member-choice.ts'

/** The identity whose access is written. */
type Holder = Pick<DescribedIdentity, 'id' | 'username' | 'displayName'> & { readonly key: number }

const none = new Int32Array()

/**
 * Writes the access of identities as texts of documents: entitlements by effective access, roles, accounts and applications. The counts
 * are those that search criteria use: assigned entitlements, and applications and accounts by effective access.
 */
export class AccessTexts {
  readonly #access: HeldAccess
  readonly #members: MemberChoice
  /** The position of each entitlement in the order of ids. */
  readonly #places: ReadonlyMap<number, number>
  readonly #inOrder: readonly HeldEntitlement[]
  readonly #accounts: AccountTexts
  /** Cached texts of things that are written in the same way for many identities. */
  readonly #texts = {
    applications: new Map<number, string>(),
    roles: new Map<string, string>(),
  }
  /** The same of entitlements, by their places: those that a person has directly and standalone, and all others. */
  readonly #own: (string | undefined)[]
  readonly #through: (string | undefined)[]

  constructor(access: HeldAccess, members: MemberChoice) {
    this.#access = access
    this.#members = members
    this.#accounts = new AccountTexts(members.below('accounts'))
    this.#inOrder = [...access.entitlements.values()]
    // Filled, because an array with large gaps is a slow map.
    this.#own = this.#inOrder.map(() => undefined)
    this.#through = this.#inOrder.map(() => undefined)
    this.#places = new Map(this.#inOrder.map(({ key }, place) => [key, place]))
  }

  addTo(document: DocumentText, holder: Holder): void {
    const { assigned, profileIds, accounts } = this.#access
    const own = this.#placesOf(assigned.get(holder.key) ?? none)
    const held = this.#effective(own)
    const profiles = (profileIds.get(holder.key) ?? []).flatMap((id) => this.#access.profiles.get(id) ?? [])
    const applications = this.#byApplication(held)
    const brought = accounts.get(holder.key) ?? []
    const derived = [...applications.keys()].filter((key) => !brought.some((account) => account.applicationKey === key))
    document
      .addList('accounts', () => this.#accountTexts(holder, applications, brought, derived))
      .add('accountCount', brought.length + derived.length)
      .addList('apps', () => Array.from(applications.values(), (of) => this.#applicationText(of)))
      .add('appCount', applications.size)
      .addList('access', () => [...this.#entitlementTexts(own, held, profiles), ...this.#roleTexts(profiles)])
      .add('accessCount', own.length + profiles.length)
      .add('entitlementCount', own.length)
      .add('roleCount', profiles.length)
  }

  /** Without entitlements that are unknown. */
  #placesOf(keys: Int32Array): number[] {
    const places: number[] = []
    for (const key of keys) {
      const place = this.#places.get(key)
      if (place !== undefined) places.push(place)
    }
    return places
  }

  /** The places of the assigned entitlements and of those that they give, ascending, each once. */
  #effective(own: readonly number[]): Int32Array {
    const { given } = this.#access
    const all = [...own]
    if (given.size > 0) {
      for (const place of own) {
        const { key } = itemAt(this.#inOrder, place)
        for (const more of this.#placesOf(given.get(key) ?? none)) all.push(more)
      }
    }
    const places = Int32Array.from(all).sort()
    let count = 0
    for (const place of places) if (count === 0 || place !== places[count - 1]) places[count++] = place
    return places.subarray(0, count)
  }

  /** Entitlements by the keys of their applications, in the order in which they occur. */
  #byApplication(held: Int32Array): ReadonlyMap<number, readonly HeldEntitlement[]> {
    const applications = new Map<number, HeldEntitlement[]>()
    for (const place of held) {
      const entitlement = itemAt(this.#inOrder, place)
      const same = applications.get(entitlement.applicationKey)
      if (same === undefined) applications.set(entitlement.applicationKey, [entitlement])
      else same.push(entitlement)
    }
    return applications
  }

  #applicationText(held: readonly HeldEntitlement[]): string {
    const { key, id, name } = applicationOf(held)
    return made(this.#texts.applications, key, () =>
      JSON.stringify(this.#members.below('apps').of({ id, name, source: { id, name } })),
    )
  }

  #entitlementTexts(own: readonly number[], held: Int32Array, profiles: readonly HeldProfile[]): string[] {
    const assigned = new Set(own)
    const isStandalone = (place: number) =>
      assigned.has(place) &&
      !profiles.some(({ entitlementKeys }) => entitlementKeys.has(itemAt(this.#inOrder, place).key))
    // Most people hold all their access by itself.
    const isPlain = profiles.length === 0 && held.length === assigned.size
    return Array.from(held, (place) => this.#entitlementText(place, isPlain || isStandalone(place)))
  }

  #entitlementText(place: number, isStandalone: boolean): string {
    const texts = isStandalone ? this.#own : this.#through
    texts[place] ??= JSON.stringify(
      this.#members.below('access').of(entitlementAccess(itemAt(this.#inOrder, place), isStandalone)),
    )
    return texts[place]
  }

  #roleTexts(profiles: readonly HeldProfile[]): string[] {
    const choice = this.#members.below('access')
    return profiles.map(({ id, name, description, enabled, owner }) =>
      made(this.#texts.roles, id, () =>
        JSON.stringify(
          choice.of({
            id,
            name,
            displayName: name,
            description: description || null,
            type: 'ROLE',
            owner,
            disabled: !enabled,
            revocable: false,
          }),
        ),
      ),
    )
  }

  #accountTexts(
    holder: Holder,
    applications: ReadonlyMap<number, readonly HeldEntitlement[]>,
    brought: readonly BroughtAccount[],
    derived: readonly number[],
  ): string[] {
    const heldIn = (key: number) => applications.get(key) ?? []
    return [
      ...brought.map((account) => {
        const { applicationKey: key, applicationId, applicationName, disabled } = account
        const application = { key, id: applicationId, name: applicationName || applicationId }
        const id = accountIdOf({ identityKey: holder.key, applicationKey: key, login: account.id })
        const { name, id: login } = account
        return this.#accounts.text({ id, application, name: name || login, login, isDisabled: disabled }, heldIn(key))
      }),
      ...derived.map((key) => {
        const name = holder.username || holder.displayName || holder.id
        const id = accountIdOf({ identityKey: holder.key, applicationKey: key, login: null })
        const login = holder.username || holder.id
        const application = applicationOf(heldIn(key))
        return this.#accounts.text({ id, application, name, login, isDisabled: false }, heldIn(key))
      }),
    ]
  }
}

/** @param held entitlements of one application */
function applicationOf(held: readonly HeldEntitlement[]): Application {
  const { applicationKey: key, applicationId: id, applicationName: name } = itemAt(held, 0)
  return { key, id, name }
}

function made<Key>(texts: Map<Key, string>, key: Key, make: () => string): string {
  const known = texts.get(key)
  if (known !== undefined) return known
  const text = make()
  texts.set(key, text)
  return text
}

function entitlementAccess(entitlement: HeldEntitlement, isStandalone: boolean) {
  const { id, name, description, applicationId, applicationName, attribute, privileged } = entitlement
  return {
    id,
    name,
    displayName: name,
    description: description || null,
    source: { id: applicationId, name: applicationName },
    type: 'ENTITLEMENT',
    privileged,
    attribute: attribute || null,
    value: id,
    standalone: isStandalone,
  }
}
