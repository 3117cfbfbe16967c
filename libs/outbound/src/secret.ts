import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The credentials for another server. No log and no message shows them. */
export class Secret {
  readonly name: string
  readonly #authorization: string

  constructor(name: string, authorization: string) {
    this.name = name
    this.#authorization = authorization
  }

  /** The value of the `Authorization` header. */
  authorization(): string {
    return this.#authorization
  }

  /** Whether a text contains the secret: the token, or the user, the password or both in their encoded form. */
  isIn(text: string): boolean {
    return credentialsOf(this.#authorization).some((one) => one !== '' && text.includes(one))
  }
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/
const members: ReadonlySet<string> = new Set(['tenant', 'host', 'bearer', 'basic'])
const longestSecret = 16 * 1024

export function isSecretName(name: string): boolean {
  return nameForm.test(name)
}

/**
 * Reads `NAME.json` in the operator's folder: `{"tenant": "acme", "host": "idp.example.com", "bearer": "..."}`, or `basic` with `user` and
 * `password` instead of `bearer`. It is read for each use, so that a new secret counts at once. A secret of another tenant gives the same
 * error as a missing one.
 *
 * @param folder undefined when the operator has set none
 * @throws Error for people, which contains nothing from the file
 */
export async function readSecret(
  folder: string | undefined,
  name: string,
  { tenant, url }: { readonly tenant: string; readonly url: URL },
): Promise<Secret> {
  if (folder === undefined) {
    throw new Error(`The secret "${name}" cannot be read: ASSAY_SECRETS_DIRECTORY names no folder`)
  }
  if (!isSecretName(name)) {
    throw new Error('The name of a secret has 1 to 63 letters, digits, hyphens and underscores')
  }
  const missing = () => new Error(`There is no secret "${name}" of the tenant "${tenant}" in the folder of secrets`)
  const text = await readFile(join(folder, `${name}.json`), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw missing()
    throw new Error(`The secret "${name}" cannot be read (${cause.code})`)
  })
  const entry = parsed(text)
  if (entry === undefined) throw wrongForm(name)
  if (entry.tenant !== tenant) throw missing()
  if (entry.host !== url.host) {
    throw new Error(`The secret "${name}" is for the host "${entry.host}" and goes to no other, such as "${url.host}"`)
  }
  return new Secret(name, entry.authorization)
}

function wrongForm(name: string): Error {
  return new Error(
    `The secret "${name}" has not the form {"tenant": "acme", "host": "idp.example.com", "bearer": "..."}; instead of bearer it may hold "basic": {"user": "...", "password": "..."}`,
  )
}

interface Entry {
  readonly tenant: string
  readonly host: string
  readonly authorization: string
}

function parsed(text: string): Entry | undefined {
  if (text.length > longestSecret) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's message would contain a part of the secret.
    return undefined
  }
  if (!isObject(value) || Object.keys(value).some((key) => !members.has(key))) return undefined
  const { tenant, host, bearer, basic } = value
  if (typeof tenant !== 'string' || typeof host !== 'string' || host === '') return undefined
  const authorization = authorizationOf(bearer, basic)
  return authorization === undefined ? undefined : { tenant, host: host.toLowerCase(), authorization }
}

function authorizationOf(bearer: unknown, basic: unknown): string | undefined {
  if (typeof bearer === 'string' && basic === undefined) {
    return /^[\x21-\x7e]+$/.test(bearer) ? `Bearer ${bearer}` : undefined
  }
  if (bearer !== undefined || !isObject(basic)) return undefined
  const { user, password, ...more } = basic
  if (typeof user !== 'string' || typeof password !== 'string' || Object.keys(more).length > 0) return undefined
  if (user.includes(':')) return undefined
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function credentialsOf(authorization: string): readonly string[] {
  const at = authorization.indexOf(' ')
  const sent = authorization.slice(at + 1)
  if (authorization.slice(0, at) !== 'Basic') return [sent]
  const both = Buffer.from(sent, 'base64').toString()
  const colon = both.indexOf(':')
  return [sent, both.slice(0, colon), both.slice(colon + 1)]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
