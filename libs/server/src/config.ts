import { readFileSync } from 'node:fs'

/** One environment variable: how its text becomes a value, and the message for the operator when it cannot. */
export interface Setting<T> {
  readonly variable: string
  /** The accepted values, in words: `a whole number from 1 to 1000`. */
  readonly takes: string
  /** The default as one would write it; undefined for no default, or one that is not a text. */
  readonly standsIn?: string | undefined
  /** Whether the process refuses to start without it. */
  readonly isRequired?: boolean
  /** Whether the value must never be shown; it may also be in a file that `<VARIABLE>_FILE` names. */
  readonly isSecret?: boolean
  /** Gets undefined for an unset or empty variable. @throws Error whose message completes "VARIABLE ..." */
  readonly parse: (text: string | undefined) => T
}

/** All errors of the environment, one line for each variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

type Values<Spec> = { -readonly [Key in keyof Spec]: Spec[Key] extends Setting<infer T> ? T : never }

/**
 * Reads the environment once, at the start.
 * @throws one ConfigError that names every wrong variable and its remedy, so that the operator can correct all of them at once
 */
export function readConfig<Spec extends Readonly<Record<string, Setting<unknown>>>>(
  environment: Readonly<Record<string, string | undefined>>,
  spec: Spec,
): Values<Spec> {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(spec)) {
    const read = readSetting(environment, setting)
    if ('problem' in read) problems.push(read.problem)
    else values[name] = read.value
  }
  if (problems.length > 0) throw new ConfigError(`The environment is not usable:\n  ${problems.join('\n  ')}`)
  return values as Values<Spec>
}

/** @returns the value, or the fault of the variable in one line, with the variable and the remedy */
export function readSetting<T>(
  environment: Readonly<Record<string, string | undefined>>,
  setting: Setting<T>,
): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: setting.parse(givenText(environment, setting)) }
  } catch (error) {
    return { problem: `${setting.variable} ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** The largest file of a secret. */
const mostSecretBytes = 64 * 1024

/** @throws Error whose message completes "VARIABLE ..." */
function givenText(
  environment: Readonly<Record<string, string | undefined>>,
  { variable, isSecret }: Pick<Setting<unknown>, 'variable' | 'isSecret'>,
): string | undefined {
  const text = environment[variable] || undefined
  const path = isSecret === true ? environment[fileVariable(variable)] || undefined : undefined
  if (path === undefined) return text
  if (text !== undefined) throw new Error(`is set, and so is ${fileVariable(variable)}: give one of them`)
  let held: string
  try {
    held = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`cannot be read from the file "${path}" of ${fileVariable(variable)} (${code})`)
  }
  const value = held.trim()
  if (value === '' || held.length > mostSecretBytes) {
    throw new Error(`is not in the file "${path}" of ${fileVariable(variable)}: put the value alone into it`)
  }
  return value
}

/** The variable that names the file of a secret, as in container images of databases. */
export function fileVariable(variable: string): string {
  return `${variable}_FILE`
}

/** The default of an unset variable; without one, `remedy` tells the operator what to set. */
type Absence<T> = { readonly default: T } | { readonly remedy: string }

function described<T>(absence: Absence<T>): Pick<Setting<T>, 'standsIn' | 'isRequired'> {
  if (!('default' in absence)) return { isRequired: true }
  return absence.default === undefined ? {} : { standsIn: String(absence.default) }
}

function absent<T>(absence: Absence<T>): T {
  if ('default' in absence) return absence.default
  throw new Error(`is not set: ${absence.remedy}`)
}

export function text(variable: string, absence: Absence<string>): Setting<string> {
  return { variable, takes: 'text', ...described(absence), parse: (given) => given ?? absent(absence) }
}

/** A text; undefined when the variable is not set. */
export function optionalText(variable: string): Setting<string | undefined> {
  return { variable, takes: 'text', parse: (given) => given }
}

export function integer(
  variable: string,
  limits: Absence<number> & { readonly min: number; readonly max: number },
): Setting<number> {
  return {
    variable,
    takes: `a whole number from ${limits.min} to ${limits.max}`,
    ...described(limits),
    parse(given) {
      if (given === undefined) return absent(limits)
      const value = Number(given)
      if (/^-?\d+$/.test(given) && value >= limits.min && value <= limits.max) return value
      throw new Error(`is "${given}": give a whole number from ${limits.min} to ${limits.max}`)
    },
  }
}

/** The time for which a stopping process still serves, see `ServerOptions.drainPauseMs`; load balancers usually notice within it. */
export const stopPauseSeconds = (): Setting<number> =>
  integer('ASSAY_STOP_PAUSE_SECONDS', { default: 5, min: 0, max: 3600 })

/**
 * The time that a call waits for a database connection before it is refused. It covers a short burst, and keeps calls from accumulating.
 */
export const databaseWaitMs = (): Setting<number> =>
  integer('ASSAY_DATABASE_WAIT_MS', { default: 5_000, min: 10, max: 3_600_000 })

/** The connections of the queue's own pool, so that calls and jobs cannot prevent other jobs from being taken and completed. */
export const queueConnections = (): Setting<number> =>
  integer('ASSAY_QUEUE_CONNECTIONS', { default: 3, min: 1, max: 100 })

export function port(variable: string, absence: Absence<number>): Setting<number> {
  return integer(variable, { ...absence, min: 0, max: 65_535 })
}

export function flag<T = never>(variable: string, absence: Absence<boolean | T>): Setting<boolean | T> {
  return {
    variable,
    takes: 'true or false',
    ...described(absence),
    parse(given) {
      if (given === undefined) return absent(absence)
      if (given === 'true' || given === '1') return true
      if (given === 'false' || given === '0') return false
      throw new Error(`is "${given}": give true or false`)
    },
  }
}

/** An http or https URL without a path, as the base of calls to another service. */
export function baseUrl(variable: string, absence: Absence<string>): Setting<string> {
  return {
    variable,
    takes: 'a URL such as http://127.0.0.1:8081',
    ...described(absence),
    parse(given) {
      const value = given ?? absent(absence)
      if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
        throw new Error(`is "${value}": give a URL such as http://127.0.0.1:8081`)
      }
      return new URL(value).origin
    },
  }
}

/** One base URL of a service, or several for its processes. */
export function baseUrls(variable: string, absence: Absence<string>): Setting<readonly string[]> {
  const { parse } = baseUrl(variable, absence)
  return {
    variable,
    takes: 'a URL such as http://127.0.0.1:8081, or several separated by commas, one for each process',
    ...described(absence as Absence<readonly string[]>),
    parse(given) {
      const urls = (given ?? parse(undefined))
        .split(',')
        .map((url) => url.trim())
        .filter(Boolean)
      return urls.length === 0 ? [parse(given)] : urls.map((url) => parse(url))
    },
  }
}

/** At least 32 bytes, as base64, base64url or hex; no message repeats the value. */
export function secret(variable: string, absence: { readonly remedy: string }): Setting<Uint8Array> {
  return {
    variable,
    takes: 'at least 32 random bytes as hex, base64 or base64url',
    isRequired: true,
    isSecret: true,
    parse(given) {
      if (given === undefined) return absent<Uint8Array>(absence)
      const bytes = /^([0-9a-f]{2})+$/i.test(given) ? Buffer.from(given, 'hex') : Buffer.from(given, 'base64url')
      if (bytes.length < 32) {
        throw new Error(
          `holds ${bytes.length} bytes: give at least 32, for example the output of "openssl rand -hex 32"`,
        )
      }
      return bytes
    },
  }
}

/** As `secret`; undefined when the variable is not set. */
export function optionalSecret(variable: string): Setting<Uint8Array | undefined> {
  const { takes, isSecret = true, parse } = secret(variable, { remedy: '' })
  return { variable, takes, isSecret, parse: (given) => (given === undefined ? undefined : parse(given)) }
}

/** The address of the process's metrics. Loopback by default, since any client that can connect reads them without a token. */
export const metricsSettings = {
  metricsHost: text('ASSAY_METRICS_HOST', { default: '127.0.0.1' }),
  metricsPort: {
    variable: 'ASSAY_METRICS_PORT',
    takes: 'a port number from 0 (any free one) to 65535, or off',
    standsIn: 'off',
    parse(given) {
      if (given === undefined || given === 'off') return undefined
      if (/^\d+$/.test(given) && Number(given) <= 65_535) return Number(given)
      throw new Error(`is "${given}": give a port number from 0 (any free one) to 65535, or off`)
    },
  } satisfies Setting<number | undefined>,
}

/** The database of a service, and the pooler before it. */
export const databaseSettings = () => ({
  databaseUrl: postgresUrl('DATABASE_URL', {
    remedy: 'give the URL of a migrated PostgreSQL database, with the login that `npm run assay -- logins create` made',
  }),
  /** The database's own address, when a pooler gives each transaction another connection. */
  databaseDirectUrl: postgresUrl<string | undefined>('ASSAY_DATABASE_DIRECT_URL', { default: undefined }),
  /** Undefined: yes, unless there is a pooler. */
  databasePrepares: flag<undefined>('ASSAY_DATABASE_PREPARE', { default: undefined }),
})

/** Only the scheme is checked; the driver parses the rest. The value is never repeated, since it may contain a password. */
function postgresUrl<T extends string | undefined = string>(variable: string, absence: Absence<T>): Setting<T> {
  return {
    variable,
    takes: 'a URL such as postgres://user:password@127.0.0.1:5432/assay',
    ...described(absence),
    isSecret: true,
    parse(given) {
      if (given === undefined) return absent(absence)
      if (/^postgres(ql)?:\/\//.test(given)) return given as T
      throw new Error('is not a URL of PostgreSQL: give one such as postgres://user:password@127.0.0.1:5432/assay')
    },
  }
}

/** The settings in the form that pools and connections take. */
export function databaseAddressOf<Service extends string>(
  config: Values<ReturnType<typeof databaseSettings>>,
  service: Service,
) {
  const { databaseUrl: url, databaseDirectUrl: directUrl, databasePrepares } = config
  return { url, directUrl, prepares: databasePrepares ?? directUrl === undefined, service }
}
