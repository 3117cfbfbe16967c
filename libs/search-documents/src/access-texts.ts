import { accountIdOf } from '@assay/directory'
import { itemAt } from '@assay/errors'
import type { DocumentText } from './document-text.ts'
import type { BroughtAccount, HeldAccess, HeldEntitlement } from './held-access.ts'
import type { DescribedIdentity } from './identity-attributes.ts'
import type { MemberChoice } from './member-choice.ts'
import { sourceType } from './shared-members.ts'

/** The identity whose access is written. */
type Holder = Pick<DescribedIdentity, 'id' | 'username' | 'displayName'> & { readonly key: number }

interface Application {
  readonly key: number
  readonly id: string
  readonly name: string
}

const none = new Int32Array()

/**
 * What identities hold, as texts of documents: entitlements by effective access, roles, accounts and applications. What search
 * criteria count is counted: entitlements that are assigned, applications and accounts by effective access.
 */
export class AccessTexts {
  readonly #access: HeldAccess
  readonly #members: MemberChoice
  /** The place of each entitlement in the order of ids. */
  readonly #places: ReadonlyMap<number, number>
  readonly #inOrder: readonly HeldEntitlement[]
  readonly #texts = new Map<string, string>()

  constructor(access: HeldAccess, members: MemberChoice) {
    this.#access = access
    this.#members = members
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

  /** The assigned ones and what they give, in the order of ids. */
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

  /** Made once of each thing that is written in the same way for many. */
  #text(key: string, make: () => string): string {
    const known = this.#texts.get(key)
    if (known !== undefined) return known
    const text = make()
    this.#texts.set(key, text)
    return text
  }

  #applicationText({ key, id, name }: Application): string {
    return this.#text(`app ${key}`, () =>
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
      return this.#text(`${isStandalone ? 'own' : 'through'} ${one.key}`, () =>
        JSON.stringify(choice.of(entitlementAccess(one, isStandalone))),
      )
    })
    const roles = profiles.map(({ id, name, description, enabled, owner }) =>
      this.#text(`role ${id}`, () =>
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
    const choice = this.#members.below('accounts')
    const ofApplication = Map.groupBy(held, ({ applicationKey }) => applicationKey)
    const made = (account: Account) =>
      JSON.stringify(choice.of(accountMembers(account, ofApplication.get(account.application.key) ?? [])))
    return [
      ...brought.map((account) => {
        const { applicationKey: key, applicationId, applicationName, disabled } = account
        const application = { key, id: applicationId, name: applicationName || applicationId }
        const id = accountIdOf({ identityKey: holder.key, applicationKey: key, login: account.id })
        return made({ id, application, name: account.name || account.id, login: account.id, isDisabled: disabled })
      }),
      ...derived.flatMap((key) => {
        const application = applications.get(key)
        const name = holder.username || holder.displayName || holder.id
        if (application === undefined) return []
        const id = accountIdOf({ identityKey: holder.key, applicationKey: key, login: null })
        return made({ id, application, name, login: holder.username || holder.id, isDisabled: false })
      }),
    ]
  }
}

interface Account {
  readonly id: string
  readonly application: Application
  readonly name: string
  readonly login: string
  readonly isDisabled: boolean
}

function accountMembers({ id, application, name, login, isDisabled }: Account, held: readonly HeldEntitlement[]) {
  return {
    id,
    name,
    accountId: login,
    source: { id: application.id, name: application.name, type: sourceType },
    disabled: isDisabled,
    locked: false,
    privileged: held.some(({ privileged }) => privileged),
    manuallyCorrelated: false,
    passwordLastSet: null,
    entitlementAttributes: valuesByAttribute(held),
    accountAttributes: null,
    created: null,
    supportsPasswordChange: false,
  }
}

/** What an account holds, by the attribute of the account that says so. */
function valuesByAttribute(held: readonly HeldEntitlement[]): Record<string, readonly string[]> {
  const grouped = Map.groupBy(held, ({ attribute }) => attribute || 'entitlements')
  return Object.fromEntries([...grouped].map(([attribute, of]) => [attribute, of.map(({ id }) => id)]))
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
