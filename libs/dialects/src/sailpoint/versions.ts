import { invalidArgument } from '@assay/errors'
import type { NodeRequest } from '@assay/server'
import type { JsonObject } from '@bufbuild/protobuf'

/**
 * Versions that are the first segment of a path (`/v2025/roles`); in paths of `v1` the version follows the area (`/roles/v1`).
 */
const prefixes = ['v3', 'beta', 'v2024', 'v2025', 'v2026'] as const

/**
 * Areas whose calls are experimental. Clients must confirm that by a header, except under `/beta` and `/v3` (contract section 2
 * of each of the two contracts).
 */
const experimentalAreas = [
  'role-mining-sessions',
  'role-mining-potential-roles',
  'role-insights',
  'common-access',
  'outliers',
  'outlier-summaries',
  'outlier-feature-summaries',
  'peer-group-strategies',
  'recommendations',
]

const otherAreas = [
  'access-profiles',
  'account-activities',
  'account-usages',
  'accounts',
  'auth-users',
  'campaigns',
  'certifications',
  'entitlements',
  'identities',
  'identity-attributes',
  'identity-profiles',
  'public-identities',
  'roles',
  'search',
  'segments',
  'sod-policies',
  'sod-violations',
  'source-apps',
  'source-usages',
  'sources',
  'task-status',
  'tenant',
  'transforms',
  'workflows',
  'workgroups',
]

/** The version of the API by the first segment of a path. */
export const versions: Readonly<Record<string, string>> = Object.fromEntries([
  ...prefixes.map((prefix) => [prefix, prefix]),
  ...[...experimentalAreas, ...otherAreas].map((area) => [area, 'v1']),
])

const experimentalHeader = 'X-SailPoint-Experimental'

/** `roles` of `/v2025/roles/x` and of `/roles/v1/x`. */
function areaOf(path: string): string {
  const [, first = '', second = ''] = path.split('/')
  return versions[first] === 'v1' ? first : second
}

function needsHeader(path: string): boolean {
  return !/^\/(beta|v3)\//.test(path) && experimentalAreas.includes(areaOf(path))
}

/** Whether all calls of an area are served, so that any other method does not exist at SailPoint either. */
export function isWhollyServed(path: string): boolean {
  return areaOf(path).startsWith('role-mining-')
}

/** @throws invalid_argument if the header is missing that experimental calls need under every version except beta and v3 */
export function requireExperimentalHeader(request: NodeRequest, _version: string, path: string): void {
  if (!needsHeader(path)) return
  const given = request.headers[experimentalHeader.toLowerCase()]
  if (typeof given === 'string' && given.toLowerCase() === 'true') return
  throw invalidArgument(experimentalHeader, `these calls are experimental; send the header ${experimentalHeader}: true`)
}

/** The header as an OpenAPI parameter of the calls on a path. */
export function headersOf(path: string): readonly JsonObject[] {
  if (!needsHeader(path)) return []
  return [
    {
      name: experimentalHeader,
      in: 'header',
      required: true,
      description: 'The calls are experimental; clients must confirm that by this header.',
      schema: { type: 'string', enum: ['true'] },
    },
  ]
}
