import type { Principal } from '@assay/auth'
import type { DescMethod } from '@bufbuild/protobuf'
import type { VerifyToken } from './authentication.ts'
import { createCallGate, type Gate } from './call-gate.ts'

/** Lets every call in, of anybody. */
export const openGate: Gate = { expect: () => {}, enter: () => {} }

/** Somebody who may do everything in tenant 1. */
export const testPrincipal: Principal = {
  tenantId: 1,
  tenant: 'test',
  clientId: 'test',
  identityId: 'e',
  displayName: 'E',
  dialect: 'c1',
  role: 'admin',
}

/** Asks for a token and for no right; health and reflection are open, as everywhere. */
export function gateOfTokens(verify: VerifyToken): Gate {
  const isStandard = ({ parent }: DescMethod) => parent.typeName.startsWith('grpc.')
  return createCallGate({ verify, accessOf: (method) => (isStandard(method) ? 'everyone' : {}) })
}
