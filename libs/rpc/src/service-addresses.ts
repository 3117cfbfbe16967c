import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

/** How long an address is not tried after it could not be reached. */
const restMs = 1_000
/** The processes behind a name may change. */
const lookUpEveryMs = 5_000

/**
 * The addresses of the processes of a service: one URL for each, used in turn. A name with several addresses, as in a cluster,
 * is looked up again from time to time, and each of its addresses counts as a process.
 */
export class ServiceAddresses {
  readonly #named: readonly string[]
  readonly #resolve: typeof lookupAll
  readonly #resting = new Map<string, number>()
  /** The last addresses that were found for each configured URL. */
  readonly #found = new Map<string, readonly string[]>()
  readonly #timer: NodeJS.Timeout | undefined
  #urls: readonly string[]
  #turn = 0

  constructor(urls: readonly string[], resolve = lookupAll) {
    this.#named = urls
    this.#urls = urls
    this.#resolve = resolve
    // The certificate of a server contains the host name, so with https the name must stay.
    if (!urls.some((url) => isNamedPlainly(url))) return
    void this.lookUp()
    this.#timer = setInterval(() => void this.lookUp(), lookUpEveryMs).unref()
  }

  /** All addresses that are known now. */
  get all(): readonly string[] {
    return this.#urls
  }

  /** The next address; addresses that were unreachable a moment ago come last. */
  next(): string {
    const now = performance.now()
    for (let tries = 0; tries < this.#urls.length; tries++) {
      const url = this.#urls[this.#turn++ % this.#urls.length]
      if (url !== undefined && (this.#resting.get(url) ?? 0) <= now) return url
    }
    return this.#urls[this.#turn++ % this.#urls.length] ?? ''
  }

  /** Marks an address as unreachable, so that others are used for a moment. */
  rest(url: string): void {
    this.#resting.set(url, performance.now() + restMs)
  }

  async lookUp(): Promise<void> {
    const found = await Promise.all(
      this.#named.map(async (url) => (isNamedPlainly(url) ? await this.#addressesOf(url) : [url])),
    )
    this.#urls = [...new Set(found.flat())]
    for (const url of this.#resting.keys()) if (!this.#urls.includes(url)) this.#resting.delete(url)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /**
   * A name that was never found stays as it is, and a call then reports the error. A name that is temporarily not found keeps
   * its last addresses.
   */
  async #addressesOf(url: string): Promise<readonly string[]> {
    const parsed = new URL(url)
    try {
      const addresses = await this.#resolve(parsed.hostname)
      const urls = addresses.sort().map((address) => {
        parsed.hostname = isIP(address) === 6 ? `[${address}]` : address
        return parsed.origin
      })
      this.#found.set(url, urls.length < 2 ? [url] : urls)
    } catch {
      // The name server or the service is unavailable: the known addresses are used.
    }
    return this.#found.get(url) ?? [url]
  }
}

function isNamedPlainly(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && isIP(hostname.replace(/^\[|\]$/g, '')) === 0 && hostname !== 'localhost'
}

async function lookupAll(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address)
}
