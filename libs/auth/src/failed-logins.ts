import { createHash } from 'node:crypto'
import { ExpiringCache } from './expiring-cache.ts'

interface FailedLoginLimits {
  /** The most failures of one client from one address in a window; 0 for no limits. */
  readonly mostOfClient: number
  /** The most failures from one address in a window, of all clients together. */
  readonly mostOfAddress: number
  readonly windowSeconds: number
}

/** A caller who claims to be a client. */
export interface LoginAttempt {
  /** The source of the call, in any form that distinguishes callers. */
  readonly address: string
  readonly clientId: string
  /** Undefined if the proof differs each time, such as a signature. */
  readonly secret?: string
}

interface Window {
  failures: number
  readonly endsAt: number
}

/** About 200 bytes each. When there are more, the oldest are removed; a removed limit refuses no caller. */
const mostKeys = 50_000
/** Longer than a client uses a token, so that it is remembered from one login to the next. */
const provenForMs = 48 * 60 * 60 * 1000

/**
 * Counts failed logins in the memory of this process, by client and address and by address. So a caller that sends wrong
 * secrets for another client blocks only itself. Credentials that were right before are always checked, so that a caller behind
 * the same proxy cannot lock a client out.
 *
 * Keys are digests, so the size of an entry does not depend on the length of the client id. Times are of `Date.now()`.
 */
export class FailedLogins {
  readonly #limits: FailedLoginLimits
  readonly #ofClient = new ExpiringCache<string, Window>(mostKeys)
  readonly #ofAddress = new ExpiringCache<string, Window>(mostKeys)
  readonly #proven = new ExpiringCache<string, true>(mostKeys)

  constructor(limits: FailedLoginLimits) {
    this.#limits = limits
  }

  /** The seconds until the attempt is allowed; undefined if it is allowed now. */
  secondsToWait(attempt: LoginAttempt, now: number): number | undefined {
    const { mostOfClient, mostOfAddress } = this.#limits
    if (mostOfClient === 0 || this.#isProven(attempt.secret && keyOfSecret(attempt), now)) return undefined
    const client = keyOfClient(attempt)
    const exceeded = [
      full(this.#ofClient.get(client, now), mostOfClient),
      this.#isProven(client, now) ? undefined : full(this.#ofAddress.get(keyOf(attempt.address), now), mostOfAddress),
    ].filter((window) => window !== undefined)
    if (exceeded.length === 0) return undefined
    return Math.max(1, Math.ceil((Math.max(...exceeded.map(({ endsAt }) => endsAt)) - now) / 1000))
  }

  /** @returns the limit that this failure reached, if any: the next attempt will be refused */
  failed(attempt: LoginAttempt, now: number): 'client' | 'address' | undefined {
    const ofClient = this.#count(this.#ofClient, keyOfClient(attempt), now)
    const ofAddress = this.#count(this.#ofAddress, keyOf(attempt.address), now)
    if (ofAddress === this.#limits.mostOfAddress) return 'address'
    return ofClient === this.#limits.mostOfClient ? 'client' : undefined
  }

  succeeded(attempt: LoginAttempt, now: number): void {
    const client = keyOfClient(attempt)
    this.#ofClient.delete(client)
    this.#proven.set(client, true, now + provenForMs)
    if (attempt.secret !== undefined) this.#proven.set(keyOfSecret(attempt), true, now + provenForMs)
  }

  #count(windows: ExpiringCache<string, Window>, key: string, now: number): number {
    const endsAt = now + this.#limits.windowSeconds * 1000
    const window = windows.get(key, now) ?? { failures: 0, endsAt }
    window.failures++
    windows.set(key, window, window.endsAt)
    return window.failures
  }

  #isProven(key: string | undefined, now: number): boolean {
    return key !== undefined && this.#proven.get(key, now) !== undefined
  }
}

function full(window: Window | undefined, most: number): Window | undefined {
  return window !== undefined && window.failures >= most ? window : undefined
}

const keyOfClient = ({ address, clientId }: LoginAttempt) => keyOf(address, clientId)
/** Without the address, because a client may move. */
const keyOfSecret = ({ clientId, secret = '' }: LoginAttempt) => keyOf('secret', clientId, secret)

function keyOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}
