import type { ElementList } from './criteria.ts'
import { type FieldType, identityConstants, identityFields } from './fields.ts'
import type { QuerySubject } from './query-subject.ts'

/** Kinds of documents that a search may name. There are no documents of the last three. */
export const documentKinds = [
  'identities',
  'roles',
  'entitlements',
  'accessprofiles',
  'accountactivities',
  'events',
] as const

export type DocumentKind = (typeof documentKinds)[number]

/** Members that have the same value in every document of a kind. */
export const constantsOf = {
  identities: identityConstants,
  roles: {
    _type: 'role',
    type: 'role',
    _version: 'v2',
    requestCommentsRequired: false,
    dimensional: false,
    accessProfileCount: 0,
    segmentCount: 0,
  },
  entitlements: {
    _type: 'entitlement',
    type: 'entitlement',
    _version: 'v2',
    'source.type': 'DelimitedFile',
    requestable: false,
    cloudGoverned: false,
    containsDataAccess: false,
    segmentCount: 0,
  },
} as const satisfies Partial<Record<DocumentKind, Readonly<Record<string, string | number | boolean>>>>

/** Fields whose values differ between documents. Times are texts in the form of documents. */
export const roleFields = {
  id: 'text',
  name: 'text',
  description: 'text',
  created: 'text',
  modified: 'text',
  synced: 'text',
  enabled: 'boolean',
  requestable: 'boolean',
  'owner.id': 'text',
  'owner.name': 'text',
  'owner.email': 'text',
  'entitlements.id': 'text',
  'entitlements.name': 'text',
  entitlementCount: 'number',
} as const satisfies Readonly<Record<string, FieldType>>

export const entitlementFields = {
  id: 'text',
  name: 'text',
  displayName: 'text',
  description: 'text',
  synced: 'text',
  attribute: 'text',
  value: 'text',
  schema: 'text',
  sourceSchemaObjectType: 'text',
  privileged: 'boolean',
  'source.id': 'text',
  'source.name': 'text',
} as const satisfies Readonly<Record<string, FieldType>>

/** Fields that a query may name and that have no value here; `x.*` means all fields below x. */
const emptyFields: Readonly<Record<DocumentKind, string>> = {
  identities: `created modified processingState processingDetails.* identityProfile.* source.type lifecycleState.* tags
    visibleSegments visibleSegments.* pod org manager.email`,
  roles: `displayName owner.type accessProfiles.* segments segments.* tags dimensions dimensions.* dimensionSchemaAttributes
    dimensionSchemaAttributes.* dimensionSchemaAttributeCount pod org source.* attributes.*`,
  entitlements: `created modified hash owner.* permissions permissions.* segments segments.* tags tagCount attributes.*
    manuallyUpdatedFields manuallyUpdatedFields.* truncatedAttributes identityCount pod org`,
  accessprofiles: `id name displayName description created modified synced enabled requestable requestCommentsRequired owner.*
    source.* entitlements.* entitlementCount segments segments.* segmentCount tags apps apps.* type _type _version pod org`,
  accountactivities: `id action created modified synced stage origin status requester.* recipient.* trackingNumber errors
    warnings approvals approvals.* originalRequests originalRequests.* expansionItems expansionItems.* accountRequests
    accountRequests.* sources type _type _version pod org`,
  events: `id name action type actor.* target.* stack trackingNumber ipAddress details attributes.* objects operation status
    technicalName created synced _type _version pod org`,
}

const emptyElementFields: Readonly<Record<ElementList, string>> = {
  accounts: `id source.type passwordLastSet entitlementAttributes.* accountAttributes.* created userId`,
  access: 'owner.* disabled revocable standalone schema requestable',
  apps: 'account.* source.type description',
}

const tables: Readonly<Partial<Record<DocumentKind, Readonly<Record<string, FieldType>>>>> = {
  identities: { ...identityFields, ownsCount: 'number' as const, ...typesOf(constantsOf.identities) },
  roles: { ...roleFields, ...typesOf(constantsOf.roles) },
  entitlements: { ...entitlementFields, ...typesOf(constantsOf.entitlements) },
}

const wholeTexts: ReadonlySet<string> = new Set(['id'])

/**
 * The fields that a query over documents of one kind may name: those of all kinds that are searched together. Fields without a
 * value in this kind match nothing.
 * @param freeText the fields that terms without a field search; this kind may lack some of them
 */
export function searchedSubject(
  parameter: string,
  kind: DocumentKind,
  together: readonly DocumentKind[],
  freeText?: readonly string[],
): QuerySubject {
  const types = tables[kind] ?? {}
  const isPeople = kind === 'identities'
  const subject = {
    parameter,
    types,
    known: [...new Set(together.flatMap((each) => namesOf(each)))].join(', '),
    hasAttributes: isPeople,
    wholeTexts,
    hasLists: isPeople,
    allowsLists: together.includes('identities'),
    isEmptyField: (field: string) => together.some((each) => isFieldOf(each, field)),
    isEmptyElementField: (list: ElementList, field: string) => isNamed(emptyElementFields[list], field),
    longest: 65_536,
    mostTerms: 1000,
  }
  if (freeText === undefined) return subject
  return { ...subject, freeText: freeText.filter((field) => isText(kind, field)) }
}

/** Whether a query may name the field when it searches documents of this kind. */
export function isFieldOf(kind: DocumentKind, field: string): boolean {
  const types = tables[kind] ?? {}
  if (Object.hasOwn(types, field) || isNamed(emptyFields[kind], field)) return true
  return kind === 'identities' && /^attributes\../.test(field)
}

/** The names of the fields that a query over documents of this kind may name, without attributes. */
function namesOf(kind: DocumentKind): string[] {
  return [...Object.keys(tables[kind] ?? {}), ...emptyFields[kind].split(/\s+/)]
}

function isText(kind: DocumentKind, field: string): boolean {
  if (kind === 'identities' && /^attributes\../.test(field)) return true
  const types = tables[kind] ?? {}
  return Object.hasOwn(types, field) && types[field] === 'text'
}

function isNamed(names: string, field: string): boolean {
  return names
    .split(/\s+/)
    .some((name) => name === field || (name.endsWith('.*') && field.startsWith(name.slice(0, -1))))
}

function typesOf(constants: Readonly<Record<string, string | number | boolean>>): Record<string, FieldType> {
  const typeOf = (value: unknown): FieldType =>
    typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'number' : 'text'
  return Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, typeOf(value)]))
}
