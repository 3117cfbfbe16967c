import { invalidArgument } from '@assay/errors'
import type { NodeRequest } from '@assay/server'

/** Under which version of SailPoint's API a path is; undefined for paths of other APIs (contract section 2). */
export function versionOf(path: string): string | undefined {
  const [, version] = /^\/(beta|v2024|v2025|v2026)(?:\/|$)/.exec(path) ?? []
  if (version !== undefined) return version
  return /^\/role-mining-(?:sessions|potential-roles)(?:\/|$)/.test(path) ? 'v1' : undefined
}

const experimentalHeader = 'X-SailPoint-Experimental'

/** @throws invalid_argument naming the header, which every version but beta needs (contract section 2) */
export function requireExperimentalHeader(request: NodeRequest, version: string): void {
  if (version === 'beta') return
  const given = request.headers[experimentalHeader.toLowerCase()]
  if (typeof given === 'string' && given.toLowerCase() === 'true') return
  throw invalidArgument(experimentalHeader, `these calls are experimental; send the header ${experimentalHeader}: true`)
}
