import {
  RequestCatalogEnrollmentBehavior as Enrollment,
  RequestCatalogType as Type,
  RequestCatalogUnenrollmentBehavior as Unenrollment,
  RequestCatalogUnenrollmentEntitlementBehavior as UnenrollmentOfEntitlements,
} from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_pb'
import { invalidArgument } from '@assay/errors'
import type { AccessProfile } from '@assay/profiles'

const enrollments: Readonly<Record<AccessProfile['enrollmentBehavior'], Enrollment>> = {
  '': Enrollment.UNSPECIFIED,
  bypass: Enrollment.BYPASS_ENTITLEMENT_REQUEST_POLICY,
  enforce: Enrollment.ENFORCE_ENTITLEMENT_REQUEST_POLICY,
}

const unenrollments: Readonly<Record<AccessProfile['unenrollmentBehavior'], Unenrollment>> = {
  '': Unenrollment.UNSPECIFIED,
  leave_as_is: Unenrollment.LEAVE_ACCESS_AS_IS,
  revoke_all: Unenrollment.REVOKE_ALL,
  revoke_unjustified: Unenrollment.REVOKE_UNJUSTIFIED,
}

const unenrollmentsOfEntitlements: Readonly<
  Record<AccessProfile['unenrollmentEntitlementBehavior'], UnenrollmentOfEntitlements>
> = {
  '': UnenrollmentOfEntitlements.UNSPECIFIED,
  bypass: UnenrollmentOfEntitlements.BYPASS,
  enforce: UnenrollmentOfEntitlements.ENFORCE,
}

const types: Readonly<Record<AccessProfile['purpose'], Type>> = {
  both: Type.CATALOG_AND_BUNDLE,
  requestable: Type.CATALOG,
  birthright: Type.BUNDLE,
}

/** The settings of a profile, as members of RequestCatalog. */
export function toCatalogSettings(profile: AccessProfile) {
  return {
    published: profile.published,
    visibleToEveryone: profile.visibleToEveryone,
    requestBundle: profile.requestBundle,
    enrollmentBehavior: enrollments[profile.enrollmentBehavior],
    unenrollmentBehavior: unenrollments[profile.unenrollmentBehavior],
    unenrollmentEntitlementBehavior: unenrollmentsOfEntitlements[profile.unenrollmentEntitlementBehavior],
    annotations: { ...profile.annotations },
    type: types[profile.purpose],
  }
}

export const fromEnrollment = (value: Enrollment) => meaningOf('enrollment_behavior', enrollments, value)
export const fromUnenrollment = (value: Unenrollment) => meaningOf('unenrollment_behavior', unenrollments, value)
export const fromUnenrollmentOfEntitlements = (value: UnenrollmentOfEntitlements) =>
  meaningOf('unenrollment_entitlement_behavior', unenrollmentsOfEntitlements, value)

/** UNSPECIFIED becomes `both`. @throws invalid_argument for the type's earlier name and for unknown numbers */
export function fromCatalogType(value: Type): AccessProfile['purpose'] {
  return value === Type.UNSPECIFIED ? 'both' : meaningOf('type', types, value)
}

/** @throws invalid_argument for keys that only the vendor's own server writes */
export function fromAnnotations(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const reserved = Object.keys(given).find((key) => key.startsWith('c1/'))
  if (reserved !== undefined)
    throw invalidArgument('annotations', `${JSON.stringify(reserved)} is reserved: keys must not begin with c1/`)
  return given
}

function meaningOf<Meaning extends string, Value>(
  field: string,
  values: Readonly<Record<Meaning, Value>>,
  value: Value,
): Meaning {
  for (const [meaning, known] of Object.entries(values)) if (known === value) return meaning as Meaning
  throw invalidArgument(field, `${String(value)} is not offered`)
}
