import { accountIdOf } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { AccountTexts, type Application } from './account-texts.ts'
import type { DocumentText } from './document-text.ts'
import type { BroughtAccount, HeldAccess, HeldEntitlement } from './held-access.ts'
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
    own: new Map<number, string>(),
    through: new Map<number, string>(),
    roles: new Map<string, string>(),
  }

  constructor(access: HeldAccess, members: MemberChoice) {
    this.#access = access
    this.#members = members
    this.#accounts = new AccountTexts(members.below('accounts'))
    this.#inOrder = [...access.entitlements.values()]
    this.#places = new Map(this.#inOrder.map(({ key }, place) => [key, place]))
  }

  addTo(document: DocumentText, holder: Holder): void {
    const { assigned, profileIds, accounts } = this.#access
    const own = this.#known(assigned.get(holder.key) ?? none)
    const held = this.#effective(own)
    const profiles = (profileIds.get(holder.key) ?? []).filter((id) => this.#access.profiles.has(id))
    const applications = this.#applicationsOf(held)
    const brought = accounts.get(holder.key) ?? []
    const derived = [...applications.keys()].filter((key) => !brought.some((account) => account.applicationKey === key))
    document
      .addList('accounts', () => this.#accountTexts(holder, held, applications, brought, derived))
      .add('accountCount', brought.length + derived.length)
      .addList('apps', () => [...applications.values()].map((application) => this.#applicationText(application)))
      .add('appCount', applications.size)
      .addList('access', () => this.#accessTexts(own, held, profiles))
      .add('accessCount', own.length + profiles.length)
      .add('entitlementCount', own.length)
      .add('roleCount', profiles.length)
  }

  #known(keys: Int32Array): number[] {
    return [...keys].filter((key) => this.#places.has(key))
  }

  /** The assigned entitlements and those that they give, in the order of ids. */
  #effective(own: readonly number[]): readonly HeldEntitlement[] {
    const { given } = this.#access
    const keys = new Set(own)
    for (const key of own) for (const more of this.#known(given.get(key) ?? none)) keys.add(more)
    const places = Int32Array.from(keys, (key) => this.#places.get(key) ?? 0).sort()
    return Array.from(places, (place) => itemAt(this.#inOrder, place))
  }

  #applicationsOf(held: readonly HeldEntitlement[]): ReadonlyMap<number, Application> {
    const applications = new Map<number, Application>()
    for (const { applicationKey: key, applicationId: id, applicationName: name } of held) {
      if (!applications.has(key)) applications.set(key, { key, id, name })
    }
    return applications
  }

  #applicationText({ key, id, name }: Application): string {
    return made(this.#texts.applications, key, () =>
      JSON.stringify(this.#members.below('apps').of({ id, name, source: { id, name } })),
    )
  }

  #accessTexts(own: readonly number[], held: readonly HeldEntitlement[], profileIds: readonly string[]): string[] {
    const profiles = profileIds.flatMap((id) => this.#access.profiles.get(id) ?? [])
    const assigned = new Set(own)
    const choice = this.#members.below('access')
    const entitlements = held.map((one) => {
      const isStandalone =
        assigned.has(one.key) && !profiles.some(({ entitlementKeys }) => entitlementKeys.has(one.key))
      return made(isStandalone ? this.#texts.own : this.#texts.through, one.key, () =>
        JSON.stringify(choice.of(entitlementAccess(one, isStandalone))),
      )
    })
    const roles = profiles.map(({ id, name, description, enabled, owner }) =>
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
    return [...entitlements, ...roles]
  }

  #accountTexts(
    holder: Holder,
    held: readonly HeldEntitlement[],
    applications: ReadonlyMap<number, Application>,
    brought: readonly BroughtAccount[],
    derived: readonly number[],
  ): string[] {
    const ofApplication = Map.groupBy(held, ({ applicationKey }) => applicationKey)
    const heldIn = (key: number) => ofApplication.get(key) ?? []
    return [
      ...brought.map((account) => {
        const { applicationKey: key, applicationId, applicationName, disabled } = account
        const application = { key, id: applicationId, name: applicationName || applicationId }
        const id = accountIdOf({ identityKey: holder.key, applicationKey: key, login: account.id })
        const { name, id: login } = account
        return this.#accounts.text({ id, application, name: name || login, login, isDisabled: disabled }, heldIn(key))
      }),
      ...derived.flatMap((key) => {
        const application = applications.get(key)
        const name = holder.username || holder.displayName || holder.id
        if (application === undefined) return []
        const id = accountIdOf({ identityKey: holder.key, applicationKey: key, login: null })
        const login = holder.username || holder.id
        return this.#accounts.text({ id, application, name, login, isDisabled: false }, heldIn(key))
      }),
    ]
  }
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
