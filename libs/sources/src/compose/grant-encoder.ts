import { type CodedEntitlement, type CodedHolder, encodedBlock, type StoredGrantBlock } from '../read/grant-codes.ts'
import type { GrantRecord } from './records.ts'

const blockLength = 16_384
/** With more texts, or more characters in them, numbering begins again. */
const most = { texts: 2 ** 19, characters: 2 ** 25 }

/**
 * Writes grants as numbers of their texts, since holders, entitlements and days repeat. A composition then resolves each text once,
 * and needs no text for a grant.
 */
export class GrantEncoder {
  readonly #most: typeof most
  readonly #codes = {
    holder: new Uint32Array(blockLength),
    entitlement: new Uint32Array(blockLength),
    grantedAt: new Uint32Array(blockLength),
    lastUsedAt: new Uint32Array(blockLength),
    ends: new Uint32Array(blockLength),
  }
  #rows = 0
  #begins = true
  #texts: Texts

  constructor(limits = most) {
    this.#most = limits
    this.#texts = new Texts(limits)
  }

  /**
   * Adds a grant. Returns a block when it is full.
   * @param form among the forms of the load
   */
  add(grant: GrantRecord, form: number): StoredGrantBlock | undefined {
    const texts = this.#texts
    const codes = this.#codes
    const at = this.#rows++
    codes.holder[at] = texts.holder(form, grant)
    codes.entitlement[at] = texts.entitlement(form, grant)
    codes.grantedAt[at] = texts.time(grant.grantedAt)
    codes.lastUsedAt[at] = texts.time(grant.lastUsedAt)
    codes.ends[at] = texts.end(grant.ends)
    return this.#rows === blockLength || texts.isFull ? this.rest() : undefined
  }

  /** The rest, which may be less than a block; undefined for nothing. */
  rest(): StoredGrantBlock | undefined {
    const rows = this.#rows
    if (rows === 0) return undefined
    const block = encodedBlock(this.#codes, rows, this.#texts.takeAdded(), this.#begins)
    this.#rows = 0
    this.#begins = this.#texts.isFull
    if (this.#begins) this.#texts = new Texts(this.#most)
    return block
  }
}

class Texts {
  readonly #most: typeof most
  #added = noTexts()
  readonly #holders = new Map<string, Map<string, number>>()
  readonly #entitlements = new Map<string, Map<string, number>>()
  readonly #times = new Map<string, number>()
  readonly #ends = new Map<string, number>()
  #holderCount = 0
  #entitlementCount = 0
  #characters = 0
  /** The last holder and entitlement: most exports are grouped, and name one application. */
  #lastForm = -1
  #lastApplication = ''
  #lastHolderApplication = ''
  #holdersOfLast = new Map<string, number>()
  #entitlementsOfLast = new Map<string, number>()
  #lastHolder = ''
  #lastHolderCode = -1

  constructor(limits: typeof most) {
    this.#most = limits
  }

  get isFull(): boolean {
    const { texts, characters } = this.#most
    return (
      this.#holderCount + this.#entitlementCount + this.#times.size + this.#ends.size >= texts ||
      this.#characters >= characters
    )
  }

  holder(form: number, { holder, holderApplication, application }: GrantRecord): number {
    this.#begin(form, application, holderApplication)
    if (this.#lastHolderCode >= 0 && holder === this.#lastHolder) return this.#lastHolderCode
    let code = this.#holdersOfLast.get(holder)
    if (code === undefined) {
      code = this.#holderCount++
      this.#holdersOfLast.set(holder, code)
      this.#added.holders.push([form, ...stored(holder, holderApplication, application)])
      this.#characters += holder.length + holderApplication.length + application.length
    }
    this.#lastHolder = holder
    this.#lastHolderCode = code
    return code
  }

  /** To be called after `holder` for the same grant. */
  entitlement(form: number, { application, entitlement }: GrantRecord): number {
    let code = this.#entitlementsOfLast.get(entitlement)
    if (code === undefined) {
      code = this.#entitlementCount++
      this.#entitlementsOfLast.set(entitlement, code)
      this.#added.entitlements.push([form, ...stored(application, entitlement)])
      this.#characters += application.length + entitlement.length
    }
    return code
  }

  time(text: string): number {
    return this.#codeOf(this.#times, this.#added.times, text)
  }

  end(text: string): number {
    return this.#codeOf(this.#ends, this.#added.ends, text)
  }

  takeAdded() {
    const added = this.#added
    this.#added = noTexts()
    return added
  }

  #codeOf(codes: Map<string, number>, added: string[], text: string): number {
    let code = codes.get(text)
    if (code === undefined) {
      code = codes.size
      codes.set(text, code)
      added.push(text.toWellFormed())
      this.#characters += text.length
    }
    return code
  }

  #begin(form: number, application: string, holderApplication: string): void {
    if (
      form === this.#lastForm &&
      application === this.#lastApplication &&
      holderApplication === this.#lastHolderApplication
    ) {
      return
    }
    this.#lastForm = form
    this.#lastApplication = application
    this.#lastHolderApplication = holderApplication
    this.#lastHolderCode = -1
    this.#holdersOfLast = codesOf(this.#holders, `${form}\0${application}\0${holderApplication}`)
    this.#entitlementsOfLast = codesOf(this.#entitlements, `${form}\0${application}`)
  }
}

function noTexts() {
  return {
    holders: [] as CodedHolder[],
    entitlements: [] as CodedEntitlement[],
    times: [] as string[],
    ends: [] as string[],
  }
}

function codesOf(maps: Map<string, Map<string, number>>, key: string): Map<string, number> {
  const known = maps.get(key)
  if (known !== undefined) return known
  const codes = new Map<string, number>()
  maps.set(key, codes)
  return codes
}

/** As PostgreSQL stores them: without lone surrogates. */
function stored<const T extends readonly string[]>(...texts: T): { readonly [K in keyof T]: string } {
  return texts.map((text) => text.toWellFormed()) as { readonly [K in keyof T]: string }
}
