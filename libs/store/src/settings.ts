/** A setting of PostgreSQL and its value, for one transaction. Neither comes from a client: see `tenantSettings`. */
export type Setting = readonly [name: string, value: string]

/** A query that the driver sends before another one, in the same transaction (docs/decisions/0007). */
export interface FirstQuery {
  readonly string: string
  readonly parameters: readonly string[]
}

/** The query that sets the settings; it is prepared once for each list of names. */
export function settingQuery(settings: readonly Setting[]): FirstQuery {
  let string = ''
  for (const [index, [name]] of settings.entries()) {
    string += `${index === 0 ? 'select' : ','} set_config('${name}', $${index + 1}, true)`
  }
  return { string, parameters: settings.map(([, value]) => value) }
}
