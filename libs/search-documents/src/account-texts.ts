import type { HeldEntitlement } from './held-access.ts'
import type { MemberChoice } from './member-choice.ts'
import { sourceType } from './shared-members.ts'

/** An application as it appears in documents. */
export interface Application {
  readonly key: number
  readonly id: string
  readonly name: string
}

interface Account {
  /** Hexadecimal digits. */
  readonly id: string
  readonly application: Application
  readonly name: string
  readonly login: string
  readonly isDisabled: boolean
}

/** JavaScript puts members with such names first, in numeric order, regardless of when they were added. */
const arrayIndex = /^(0|[1-9]\d*)$/

/**
 * Writes accounts as JSON. A page of complete identities has thousands of accounts. So when every member is shown, the text is composed
 * of cached parts; it equals the result of `JSON.stringify` for the members.
 */
export class AccountTexts {
  readonly #choice: MemberChoice
  readonly #quoted = new Map<string, string>()
  /** Ids of entitlements, by their keys, which are found faster than texts. */
  readonly #ids = new Map<number, string>()
  /** What an account with a single entitlement is granted, by the entitlement's key. */
  readonly #alone = new Map<number, string>()
  readonly #sources = new Map<number, { readonly name: string; readonly text: string }>()

  constructor(choice: MemberChoice) {
    this.#choice = choice
  }

  /** @param held the entitlements of the account */
  text(account: Account, held: readonly HeldEntitlement[]): string {
    const granted = this.#choice.isEverything ? this.#granted(held) : undefined
    if (granted === undefined) return JSON.stringify(this.#choice.of(accountMembers(account, held)))
    const { id, application, name, login, isDisabled } = account
    return (
      `{"id":"${id}","name":${this.#quote(name)},"accountId":${this.#quote(login)},"source":${this.#source(application)},` +
      `"disabled":${isDisabled},"locked":false,"privileged":${held.some(({ privileged }) => privileged)},` +
      `"manuallyCorrelated":false,"passwordLastSet":null,"entitlementAttributes":${granted},"accountAttributes":null,` +
      `"created":null,"supportsPasswordChange":false}`
    )
  }

  /** `valuesByAttribute` as a text; undefined when the members would be in another order. */
  #granted(held: readonly HeldEntitlement[]): string | undefined {
    const [first] = held
    // Most accounts have one entitlement.
    if (first !== undefined && held.length === 1) return this.#grantedAlone(first)
    const lists = new Map<string, string>()
    for (const entitlement of held) {
      const name = attributeOf(entitlement.attribute)
      const list = lists.get(name)
      const id = this.#id(entitlement)
      lists.set(name, list === undefined ? id : `${list},${id}`)
    }
    let text = ''
    for (const [name, list] of lists) {
      if (arrayIndex.test(name)) return undefined
      text += `${text === '' ? '' : ','}${this.#quote(name)}:[${list}]`
    }
    return `{${text}}`
  }

  #grantedAlone(entitlement: HeldEntitlement): string {
    const known = this.#alone.get(entitlement.key)
    if (known !== undefined) return known
    const text = JSON.stringify(valuesByAttribute([entitlement]))
    this.#alone.set(entitlement.key, text)
    return text
  }

  #id({ key, id }: HeldEntitlement): string {
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const text = JSON.stringify(id)
    this.#ids.set(key, text)
    return text
  }

  #source(application: Application): string {
    const { key, name } = application
    const known = this.#sources.get(key)
    // The name may come from an account or from an entitlement.
    if (known?.name === name) return known.text
    const text = JSON.stringify(sourceOf(application))
    this.#sources.set(key, { name, text })
    return text
  }

  /** Quotes a text, cached: a person's name occurs for each of their accounts. */
  #quote(text: string): string {
    const known = this.#quoted.get(text)
    if (known !== undefined) return known
    const quoted = JSON.stringify(text)
    this.#quoted.set(text, quoted)
    return quoted
  }
}

function accountMembers({ id, application, name, login, isDisabled }: Account, held: readonly HeldEntitlement[]) {
  return {
    id,
    name,
    accountId: login,
    source: sourceOf(application),
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

const sourceOf = ({ id, name }: Application) => ({ id, name, type: sourceType })

const attributeOf = (attribute: string) => attribute || 'entitlements'

/** The entitlements of an account, by the account's attribute that lists them. */
function valuesByAttribute(held: readonly HeldEntitlement[]): Record<string, readonly string[]> {
  const grouped = Map.groupBy(held, ({ attribute }) => attributeOf(attribute))
  return Object.fromEntries([...grouped].map(([attribute, of]) => [attribute, of.map(({ id }) => id)]))
}
