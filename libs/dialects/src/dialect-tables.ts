import type { Access } from '@assay/auth'
import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { allDialects } from './all-dialects.ts'
import type { ApiDialect } from './api-dialect.ts'
import { type CallAccess, fullNameOf } from './call-access.ts'
import { internalCalls } from './platform/internal.ts'
import { openCalls, openConsolePaths, openPlatformPaths } from './platform/open.ts'

/** Look-up tables of a list of dialects, by call, service and path. */
interface DialectTables {
  /** Every call of the dialects, in the order of the documents. */
  readonly publicCalls: readonly CallAccess[]
  /**
   * The access that a call of the public port requires; undefined for a call without an entry, which must not be served there.
   */
  publicAccess(method: DescMethod): Access | undefined
  /**
   * The access that a call of a service behind the gateway requires. Such a service also serves calls that only our own
   * processes may make.
   */
  internalAccess(method: DescMethod): Access | undefined
  /** Whether a path, other than those of calls, is served without a token. */
  isOpenPath(path: string): boolean
  /** The function that gives the API's names for the domain's fields in errors; undefined if the names are the same. */
  fieldNamesOf(service: DescService): ApiDialect['fieldName']
  /**
   * The API of a service, as one lower-case word; `internal` for calls between our own processes, undefined for services of
   * every server.
   */
  dialectOf(service: DescService): string | undefined
}

/** @throws Error for a call or a scope that two dialects have */
export function dialectTables(dialects: readonly ApiDialect[]): DialectTables {
  const unlimited = unlimitedScopes(dialects)
  const publicCalls = dialects
    .flatMap(({ services }) => services)
    .flatMap(({ calls }) => calls)
    .map(({ method, access }) => ({ method, access: openedBy(unlimited, access) }))
  const publicTable = tableOf([...publicCalls, ...openCalls])
  const internalTable = tableOf([
    ...publicCalls,
    ...internalCalls.map(({ method, access }) => ({ method, access: openedBy(unlimited, access) })),
    ...openCalls,
  ])
  const namings = new Map<DescService, ApiDialect['fieldName']>(
    dialects.flatMap(({ services, fieldName }) => services.map(({ service }) => [service, fieldName] as const)),
  )
  const titles = new Map<DescService, string>([
    ...internalCalls.map(({ method }) => [method.parent, 'internal'] as const),
    ...dialects.flatMap(({ services, title }) =>
      services.map(({ service }) => [service, title.toLowerCase()] as const),
    ),
  ])
  const openPaths = [
    ...openPlatformPaths,
    ...openConsolePaths,
    ...dialects.flatMap(({ endpoints }) => endpoints.map(({ path }) => path)),
  ]
  const patterns = openPaths.map((path) => new RegExp(`^${RegExp.escape(path).replaceAll('\\*', '[^/]+')}$`))
  return {
    publicCalls,
    publicAccess: (method) => publicTable.get(method),
    internalAccess: (method) => internalTable.get(method),
    isOpenPath: (path) => patterns.some((pattern) => pattern.test(path)),
    fieldNamesOf: (service) => namings.get(service),
    dialectOf: (service) => titles.get(service),
  }
}

/** The tables of all APIs, for the services behind the gateway and for the documents. */
export const { publicCalls, publicAccess, internalAccess, isOpenPath, fieldNamesOf, dialectOf } =
  dialectTables(allDialects)

/** A scope allows calls by its name only, so one name must not mean different things in two dialects. */
function unlimitedScopes(dialects: readonly ApiDialect[]): readonly string[] {
  const scopes = dialects.flatMap(({ clients }) => clients?.scopes ?? [])
  const known = scopes.flatMap((each) => [...new Set([...each.known, each.unlimited])])
  const twice = known.find((scope, at) => known.indexOf(scope) !== at)
  if (twice !== undefined) throw new Error(`Two dialects have the scope "${twice}"; give them different names`)
  return scopes.map((each) => each.unlimited)
}

/** Adds the unlimited scopes of all dialects to the scopes of a call. */
function openedBy(unlimited: readonly string[], access: Access): Access {
  return access === 'everyone' ? access : { ...access, scopes: [...(access.scopes ?? []), ...unlimited] }
}

/** Keyed by the method itself, so that each call needs one look-up. */
function tableOf(calls: readonly CallAccess[]): ReadonlyMap<DescMethod, Access> {
  const table = new Map<DescMethod, Access>()
  for (const { method, access } of calls) {
    if (table.has(method)) throw new Error(`${fullNameOf(method)} is in the table of access twice`)
    table.set(method, access)
  }
  return table
}
