import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

/** How long an address is left alone that could not be connected to. */
const restMs = 1_000
/** Processes come and go behind a name. */
const lookUpEveryMs = 5_000

/**
 * Where the processes of a service are: one URL for each, in turn. A name that stands for several addresses, as in a cluster, is
 * looked up again from time to time, and each of its addresses is one.
 */
export class ServiceAddresses {
  readonly #named: readonly string[]
  readonly #resolve: typeof lookupAll
  readonly #resting = new Map<string, number>()
  /** By the URL that was named: where it led when it was last found. */
  readonly #found = new Map<string, readonly string[]>()
  readonly #timer: NodeJS.Timeout | undefined
  #urls: readonly string[]
  #turn = 0

  constructor(urls: readonly string[], resolve = lookupAll) {
    this.#named = urls
    this.#urls = urls
    this.#resolve = resolve
    // The certificate of a server names the host: behind https the name stays.
    if (!urls.some((url) => isNamedPlainly(url))) return
    void this.lookUp()
    this.#timer = setInterval(() => void this.lookUp(), lookUpEveryMs).unref()
  }

  /** All that are known now. */
  get all(): readonly string[] {
    return this.#urls
  }

  /** The next one; those that were away a moment ago come last. */
  next(): string {
    const now = performance.now()
    for (let tries = 0; tries < this.#urls.length; tries++) {
      const url = this.#urls[this.#turn++ % this.#urls.length]
      if (url !== undefined && (this.#resting.get(url) ?? 0) <= now) return url
    }
    return this.#urls[this.#turn++ % this.#urls.length] ?? ''
  }

  /** It could not be connected to: others are asked for a moment. */
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

  /** A name that was never found stays as it is: a call says so then. One that is not found for a while leads where it led. */
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
      // The server of names is away, or the service is: those that are known are asked.
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
