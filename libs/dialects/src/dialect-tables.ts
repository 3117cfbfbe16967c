import type { Access } from '@assay/auth'
import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { allDialects } from './all-dialects.ts'
import type { ApiDialect } from './api-dialect.ts'
import { type CallAccess, fullNameOf } from './call-access.ts'
import { internalCalls } from './platform/internal.ts'
import { openCalls, openConsolePaths, openPlatformPaths } from './platform/open.ts'

/** What a list of dialects says of each call, service and path, by look-up. */
interface DialectTables {
  /** Every call of the dialects, in the order of the documents. */
  readonly publicCalls: readonly CallAccess[]
  /** What a call of the public port needs; undefined for a call without an entry, which must not be served there. */
  publicAccess(method: DescMethod): Access | undefined
  /** What a call needs of a service behind the gateway, which also serves what only our own processes may call. */
  internalAccess(method: DescMethod): Access | undefined
  /** Whether a path besides the calls is meant to answer without a token. */
  isOpenPath(path: string): boolean
  /** How the API of a service names the domain's fields in errors; undefined where the names are the same. */
  fieldNamesOf(service: DescService): ApiDialect['fieldName']
  /** The API that a service belongs to, in one lower-case word; `internal` between our own processes, undefined for what every server has. */
  dialectOf(service: DescService): string | undefined
}

/** @throws Error for a call that two dialects have, and for a scope that two dialects name alike */
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

/** The tables of all APIs, for the services behind the gateway and for documents. */
export const { publicCalls, publicAccess, internalAccess, isOpenPath, fieldNamesOf, dialectOf } =
  dialectTables(allDialects)

/** A scope opens calls by its name alone, so one name must not mean different things in two dialects. */
function unlimitedScopes(dialects: readonly ApiDialect[]): readonly string[] {
  const scopes = dialects.flatMap(({ clients }) => clients?.scopes ?? [])
  const known = scopes.flatMap((each) => [...new Set([...each.known, each.unlimited])])
  const twice = known.find((scope, at) => known.indexOf(scope) !== at)
  if (twice !== undefined) throw new Error(`Two dialects have the scope "${twice}"; give them names of their own`)
  return scopes.map((each) => each.unlimited)
}

/** Every call is opened by the scopes without limits too, whichever dialect they are of. */
function openedBy(unlimited: readonly string[], access: Access): Access {
  return access === 'everyone' ? access : { ...access, scopes: [...(access.scopes ?? []), ...unlimited] }
}

/** By the method itself, so that the question at each call is one look-up. */
function tableOf(calls: readonly CallAccess[]): ReadonlyMap<DescMethod, Access> {
  const table = new Map<DescMethod, Access>()
  for (const { method, access } of calls) {
    if (table.has(method)) throw new Error(`${fullNameOf(method)} is in the table of access twice`)
    table.set(method, access)
  }
  return table
}
