import { invalidArgument } from '@assay/errors'
import type { NodeRequest } from '@assay/server'
import type { JsonObject } from '@bufbuild/protobuf'

/** The version of the API by the first segment of a path (contract section 2). */
export const versions = {
  beta: 'beta',
  v2024: 'v2024',
  v2025: 'v2025',
  v2026: 'v2026',
  'role-mining-sessions': 'v1',
  'role-mining-potential-roles': 'v1',
}

const experimentalHeader = 'X-SailPoint-Experimental'

/** @throws invalid_argument naming the header, which every version but beta needs (contract section 2) */
export function requireExperimentalHeader(request: NodeRequest, version: string): void {
  if (version === 'beta') return
  const given = request.headers[experimentalHeader.toLowerCase()]
  if (typeof given === 'string' && given.toLowerCase() === 'true') return
  throw invalidArgument(experimentalHeader, `these calls are experimental; send the header ${experimentalHeader}: true`)
}

/** The header as an OpenAPI parameter of the calls on a path. */
export function headersOf(path: string): readonly JsonObject[] {
  if (path.startsWith('/beta/')) return []
  return [
    {
      name: experimentalHeader,
      in: 'header',
      required: true,
      description: 'The calls are experimental; who makes them says so.',
      schema: { type: 'string', enum: ['true'] },
    },
  ]
}
