import type { RequestCatalogManagementServiceCreateRequest } from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_management_service_pb'
import {
  RequestCatalogEnrollmentBehavior as Enrollment,
  type RequestCatalogChange,
  RequestCatalogChangeSchema,
  RequestCatalogSchema,
  RequestCatalogType as Type,
  RequestCatalogUnenrollmentBehavior as Unenrollment,
  RequestCatalogUnenrollmentEntitlementBehavior as UnenrollmentOfEntitlements,
} from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_pb'
import { invalidArgument, listed } from '@assay/errors'
import type { AccessProfileChange, ProfileSettings } from '@assay/profiles'
import type { FieldMask } from '@bufbuild/protobuf/wkt'
import {
  fromAnnotations,
  fromCatalogType,
  fromEnrollment,
  fromUnenrollment,
  fromUnenrollmentOfEntitlements,
} from './convert-catalog-settings.ts'

/** The settings of a new profile, from the request that creates it. @throws invalid_argument */
export function settingsOf(request: RequestCatalogManagementServiceCreateRequest): ProfileSettings {
  return {
    published: request.published,
    visibleToEveryone: request.visibleToEveryone,
    requestBundle: request.requestBundle,
    enrollmentBehavior: fromEnrollment(request.enrollmentBehavior),
    unenrollmentBehavior: fromUnenrollment(request.unenrollmentBehavior),
    unenrollmentEntitlementBehavior: fromUnenrollmentOfEntitlements(request.unenrollmentEntitlementBehavior),
    purpose: fromCatalogType(request.type),
    annotations: fromAnnotations(request.annotations),
  }
}

/** The change for each path of a mask; a member that the message lacks is cleared. */
const changes: Readonly<Record<string, (catalog: RequestCatalogChange) => AccessProfileChange>> = {
  display_name: ({ displayName = '' }) => ({ displayName }),
  description: ({ description = '' }) => ({ description }),
  published: ({ published = false }) => ({ published }),
  visible_to_everyone: ({ visibleToEveryone = false }) => ({ visibleToEveryone }),
  request_bundle: ({ requestBundle = false }) => ({ requestBundle }),
  enrollment_behavior: ({ enrollmentBehavior = Enrollment.UNSPECIFIED }) => ({
    enrollmentBehavior: fromEnrollment(enrollmentBehavior),
  }),
  unenrollment_behavior: ({ unenrollmentBehavior = Unenrollment.UNSPECIFIED }) => ({
    unenrollmentBehavior: fromUnenrollment(unenrollmentBehavior),
  }),
  unenrollment_entitlement_behavior: ({
    unenrollmentEntitlementBehavior = UnenrollmentOfEntitlements.UNSPECIFIED,
  }) => ({ unenrollmentEntitlementBehavior: fromUnenrollmentOfEntitlements(unenrollmentEntitlementBehavior) }),
  annotations: ({ annotations }) => ({ annotations: fromAnnotations(annotations) }),
  type: ({ type = Type.UNSPECIFIED }) => ({ purpose: fromCatalogType(type) }),
}

/** Members that an update ignores, also when the mask names them. */
const outputOnly = new Set(
  RequestCatalogSchema.fields.map(({ name }) => name).filter((name) => !Object.hasOwn(changes, name)),
)

/**
 * The change that an update asks for. With a mask, these are exactly the members that it names; without a mask, the members that have a
 * value, except the type, which changes only when the mask names it.
 * @throws invalid_argument naming the paths of the mask that no profile has
 */
export function catalogChangeOf(catalog: RequestCatalogChange, mask: FieldMask | undefined): AccessProfileChange {
  const named = (mask?.paths ?? []).map((path) => path.replace(/^catalog\./, '')).filter((path) => path !== '')
  const paths = named.length === 0 ? presentIn(catalog) : named.flatMap((path) => (isAll(path) ? all : path))
  const unknown = paths.filter((path) => !Object.hasOwn(changes, path) && !outputOnly.has(path))
  if (unknown.length > 0)
    throw invalidArgument(
      'update_mask',
      `a catalog has no ${listed(unknown.map((path) => JSON.stringify(path)))}; what can be changed is ${Object.keys(changes).join(', ')}`,
    )
  return Object.assign({}, ...paths.map((path) => changes[path]?.(catalog) ?? {}))
}

const all = Object.keys(changes).filter((path) => path !== 'type')
const isAll = (path: string) => path === '*' || path === 'catalog'

function presentIn(catalog: RequestCatalogChange): string[] {
  return RequestCatalogChangeSchema.fields
    .filter(({ name, localName, fieldKind }) => {
      if (!Object.hasOwn(changes, name) || name === 'type') return false
      const value = catalog[localName as keyof RequestCatalogChange]
      return fieldKind === 'map' ? Object.keys(value as object).length > 0 : value !== undefined
    })
    .map(({ name }) => name)
}
