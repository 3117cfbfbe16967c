import { type Reference, ReferenceSchema } from '@assay/contracts/sailpoint/shared/v1/reference_pb'
import { create } from '@bufbuild/protobuf'

/** The kinds of objects that are referred to. */
type ReferredType = 'IDENTITY' | 'SOURCE' | 'ENTITLEMENT' | 'ACCESS_PROFILE' | 'ROLE'

export function reference(type: ReferredType, id: string, name: string | null): Reference {
  return create(ReferenceSchema, { type, id, ...(name !== null && { name }) })
}

/** Of an owner or whoever else is not known: clients read such an object, and refuse null. */
export function nobodyKnown(): Reference {
  return create(ReferenceSchema, { type: 'IDENTITY' })
}
