import { type Reference, ReferenceSchema } from '@assay/contracts/sailpoint/shared/v1/reference_pb'
import { create } from '@bufbuild/protobuf'

/** The types of objects that references have. */
type ReferredType = 'IDENTITY' | 'SOURCE' | 'ENTITLEMENT' | 'ACCESS_PROFILE' | 'ROLE'

export function reference(type: ReferredType, id: string, name: string | null): Reference {
  return create(ReferenceSchema, { type, id, ...(name !== null && { name }) })
}

/** A reference for an unknown owner or creator: clients read its members, and fail on null. */
export function nobodyKnown(): Reference {
  return create(ReferenceSchema, { type: 'IDENTITY' })
}
