import type { Principal } from '@assay/auth'
import type { DescMethod } from '@bufbuild/protobuf'
import type { VerifyToken } from './authentication.ts'
import { createCallGate, type Gate } from './call-gate.ts'

/** Admits every call, without a caller. */
export const openGate: Gate = { expect: () => {}, enter: () => {} }

/** A caller with all rights in tenant 1. */
export const testPrincipal: Principal = {
  tenantId: 1,
  tenant: 'test',
  clientId: 'test',
  identityId: 'e',
  displayName: 'E',
  dialect: 'c1',
  role: 'admin',
}

/** Requires a token and no right; health and reflection are open, as in all servers. */
export function gateOfTokens(verify: VerifyToken): Gate {
  const isStandard = ({ parent }: DescMethod) => parent.typeName.startsWith('grpc.')
  return createCallGate({ verify, accessOf: (method) => (isStandard(method) ? 'everyone' : {}) })
}
