import { parseFilter, parseSorters } from '@assay/collection-query'
import { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import { describe, expect, test } from 'vitest'
import * as lists from './list-fields.ts'

interface Published {
  readonly call: keyof typeof RoleMiningService.method
  readonly list: lists.ListFields
  /** From the tables of the contract (section 5). */
  readonly filters: Readonly<Record<string, string>>
  readonly sorters: string
  /** Examples of SailPoint's documentation. */
  readonly examples: readonly { readonly filters?: string; readonly sorters?: string }[]
}

const published: readonly Published[] = [
  {
    call: 'getRoleMiningSessions',
    list: lists.sessionList,
    filters: { saved: 'eq', name: 'eq, sw' },
    sorters: 'createdBy, createdDate',
    examples: [{ filters: 'saved eq "true" and name sw "RM Session"', sorters: 'createdBy,createdDate' }],
  },
  {
    call: 'getPotentialRoleSummaries',
    list: lists.sessionSummaryList,
    filters: {
      createdById: 'eq, sw, co',
      createdByName: 'eq, sw, co',
      description: 'sw, co',
      endDate: 'le, lt',
      freshness: 'eq, ge, gt, le, lt',
      name: 'eq, sw, co',
      quality: 'eq, ge, gt, le, lt',
      startDate: 'ge, gt',
      saved: 'eq',
      type: 'eq',
    },
    sorters: 'createdDate',
    examples: [
      {
        filters:
          '(createdByName co "int")and (createdById sw "2c9180907")and (type eq "COMMON")and ((name co "entt")or (saved eq true))',
        sorters: 'createdDate',
      },
    ],
  },
  {
    call: 'getAllPotentialRoleSummaries',
    list: lists.summaryList,
    filters: {
      createdById: 'eq, sw, co',
      createdByName: 'eq, sw, co',
      description: 'sw, co',
      endDate: 'le, lt',
      freshness: 'eq, ge, gt, le, lt',
      name: 'eq, sw, co, ge, gt, le, lt',
      quality: 'eq, ge, gt, le, lt',
      startDate: 'ge, gt',
      saved: 'eq',
      type: 'eq, ge, gt, le, lt',
      scopingMethod: 'eq',
      sessionState: 'eq',
      identityAttribute: 'co',
    },
    sorters: 'createdDate, identityCount, entitlementCount, freshness, quality',
    examples: [
      {
        filters:
          '(createdByName co "int")and (createdById sw "2c9180907")and (type eq "COMMON")and ((name co "entt")or (saved eq true))',
      },
    ],
  },
  {
    call: 'getPotentialRoleApplications',
    list: lists.applicationList,
    filters: { applicationName: 'sw' },
    sorters: '',
    examples: [{ filters: 'applicationName sw "test"' }],
  },
  {
    call: 'getPotentialRoleEntitlements',
    list: lists.entitlementList,
    filters: { 'entitlementRef.name': 'sw' },
    sorters: '',
    examples: [{ filters: 'entitlementRef.name sw "test"' }],
  },
  {
    call: 'getEntitlementsPotentialRole',
    list: lists.popularityList,
    filters: { applicationName: 'sw', 'entitlementRef.name': 'sw' },
    sorters: 'popularity, entitlementName, applicationName',
    examples: [{ filters: 'applicationName sw "AD"' }],
  },
  {
    call: 'getExcludedEntitlementsPotentialRole',
    list: lists.excludedEntitlementList,
    filters: { applicationName: 'sw', 'entitlementRef.name': 'sw' },
    sorters: 'popularity',
    examples: [],
  },
  {
    call: 'getIdentitiesPotentialRole',
    list: lists.identityList,
    filters: { name: 'sw' },
    sorters: 'name',
    examples: [],
  },
  {
    call: 'getSavedPotentialRoles',
    list: lists.savedRoleList,
    filters: {},
    sorters: 'modified',
    examples: [],
  },
  {
    call: 'getPotentialRoleSourceIdentityUsage',
    list: lists.sourceUsageList,
    filters: {},
    sorters: 'displayName, email, usageCount',
    examples: [{ sorters: '-usageCount' }],
  },
]

describe.each(published)('$call', ({ call, list, filters, sorters, examples }) => {
  test('filters by the published fields, each with its operators', () => {
    const given = Object.entries(list.filters).map(([name, field]) => [name, field.operators.join(', ')])
    expect(Object.fromEntries(given)).toEqual(filters)
  })

  test('sorts by the published names', () => {
    expect(list.sorters.join(', ')).toBe(sorters)
  })

  test('has the query parameters that go with them, and no others', () => {
    const parameters = RoleMiningService.method[call].input.fields.map(({ name }) => name)
    expect(parameters.includes('filters')).toBe(Object.keys(filters).length > 0)
    expect(parameters.includes('sorters')).toBe(sorters !== '')
  })

  test.each(examples)("takes SailPoint's own example: $filters $sorters", (example) => {
    parseFilter(example.filters, list.filters)
    parseSorters(example.sorters, list.sorters)
  })
})

test('every list of the service is held to the contract', () => {
  expect(new Set(published.map(({ list }) => list))).toEqual(new Set(Object.values(lists)))
  const paged = RoleMiningService.methods.filter(({ input }) => input.fields.some(({ name }) => name === 'offset'))
  expect(published.map(({ call }) => call).toSorted()).toEqual(paged.map(({ localName }) => localName).toSorted())
})

const of = (filter: string) => parseFilter(filter, lists.summaryList.filters)

test.each([
  ['saved eq "true"', { operator: 'eq', value: true }],
  ['type ge "common"', { operator: 'ge', value: 'common' }],
  ['sessionState eq "FAILED"', { operator: 'eq', value: 'FAILED' }],
  ['scopingMethod eq AUTO_RM', { operator: 'eq', value: 'AUTO_RM' }],
  ['startDate ge 2021', { operator: 'ge', value: new Date('2021-01-01T00:00:00Z') }],
  ['quality ge 70', { operator: 'ge', value: 70 }],
  ['identityAttribute co "Sales"', { operator: 'co', value: 'Sales' }],
])('%s is read by type', (filter, expected) => {
  expect(of(filter)).toMatchObject(expected)
})

test.each([
  ['saved eq "perhaps"', 'column 10: "perhaps" is not true or false, as "saved" needs it'],
  ['type eq "BUSINESS"', 'column 9: "BUSINESS" is not one of SPECIALIZED, COMMON, as "type" needs it'],
  ['startDate le 2021', 'column 11: "le" is not supported for "startDate"; it supports ge, gt'],
  ['identityAttribute eq "Sales"', 'column 19: "eq" is not supported for "identityAttribute"; it supports co'],
])('%s is refused', (filter, description) => {
  expect(() => of(filter)).toThrow(`filters: ${description}`)
})
