import type { Access } from '@assay/auth'
import type { DescMethod } from '@bufbuild/protobuf'
import { allDialects } from './all-dialects.ts'
import { type CallAccess, fullNameOf } from './call-access.ts'
import { internalCalls } from './platform/internal.ts'
import { openCalls, openPlatformPaths } from './platform/open.ts'

const publicTable = tableOf([...allDialects.flatMap(({ calls }) => calls), ...openCalls])
const internalTable = tableOf([...allDialects.flatMap(({ calls }) => calls), ...internalCalls, ...openCalls])

/** What a call of the public port needs; undefined for a call without an entry, which must not be served there. */
export function publicAccess(method: DescMethod): Access | undefined {
  return publicTable.get(method)
}

/** What a call needs of a service behind the gateway, which also serves what only our own processes may call. */
export function internalAccess(method: DescMethod): Access | undefined {
  return internalTable.get(method)
}

const openPaths = [...openPlatformPaths, ...allDialects.flatMap((dialect) => dialect.openPaths)]
const openPatterns = openPaths.map((path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`))

/** Whether a path besides the calls is meant to answer without a token. */
export function isOpenPath(path: string): boolean {
  return openPatterns.some((pattern) => pattern.test(path))
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
