import { type DatabaseAddress, driverOptions, serviceSettings } from './database.ts'
import { openDriver } from './driver.ts'
import type { Sql } from './handles.ts'
import { loginCheck } from './login-check.ts'
import { domainErrorFrom } from './postgres-errors.ts'

export interface ListeningOptions extends DatabaseAddress {
  readonly applicationName: string
  readonly channel: string
  /** Called with the payload of each notification. */
  readonly onMessage: (payload: string) => void
  /** Called after each connect: earlier notifications may be lost, so the caller must read the present state. */
  readonly onConnected: () => void
  /** The interval in which the connection is checked, and opened again if it broke; default 2 seconds. */
  readonly checkMs?: number
}

/**
 * One connection that listens to a channel of PostgreSQL and may also run small statements. It connects to the server itself when `url` is
 * that of a pooler. When it breaks, the next check or statement opens another one; the pool's way of replacing connections would lose the
 * subscription. A notification is only a hint and may be lost, so code that must not miss a change also reads the state at intervals.
 */
export class ListeningConnection {
  readonly #options: ListeningOptions
  readonly #timer: NodeJS.Timeout
  #connected: Promise<Sql> | undefined
  #isClosed = false

  constructor(options: ListeningOptions) {
    this.#options = options
    const check = () => void this.use((sql) => sql`select 1`).catch(() => {})
    this.#timer = setInterval(check, options.checkMs ?? 2000)
    check()
  }

  /** @throws unavailable while the database does not answer, and the other errors of `domainErrorFrom` */
  async use<T>(work: (sql: Sql) => PromiseLike<T>): Promise<T> {
    if (this.#isClosed) throw new Error('the listening connection is closed')
    this.#connected ??= this.#connect()
    try {
      return await work(await this.#connected)
    } catch (error) {
      throw domainErrorFrom(error)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    const connected = await this.#connected?.catch(() => undefined)
    await connected?.end({ timeout: 1 })
  }

  #connect(): Promise<Sql> {
    const { url, directUrl, service, applicationName, channel, onMessage, onConnected } = this.#options
    const options = {
      ...driverOptions,
      max: 1,
      idle_timeout: undefined,
      max_lifetime: null,
      connection: serviceSettings(applicationName),
      onnotify: (_: string, payload: string) => onMessage(payload),
      onclose: () => forget(),
    }
    const sql = openDriver(directUrl ?? url, options, loginCheck(service))
    const forget = () => {
      if (this.#connected !== connected) return
      this.#connected = undefined
      void sql.end({ timeout: 0 })
    }
    const listen = async () => {
      try {
        await sql`listen ${sql(channel)}`
      } catch (error) {
        forget()
        throw error
      }
      if (!this.#isClosed) onConnected()
      return sql
    }
    const connected = listen()
    connected.catch(() => {})
    return connected
  }
}
