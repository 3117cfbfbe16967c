import { EntitlementReferenceSchema } from '@assay/contracts/assay/directory/v1/entitlement_reference_pb'
import { expect, test } from 'vitest'
import { limitsOf } from './field-limits.ts'

test('an entitlement is named by its id, and its application may be left out, as questions of insight allow', () => {
  const { applicationId, entitlementId } = EntitlementReferenceSchema.field
  expect(limitsOf(applicationId)).toBeUndefined()
  expect(limitsOf(entitlementId)).toMatchObject({ required: true, minLength: 1 })
})
