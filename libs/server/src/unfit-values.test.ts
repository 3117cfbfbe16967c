import { ListInForceRequestSchema } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { CreateAccessProfileFromCohortRequestSchema } from '@assay/contracts/c1/api/role_mining_management/v1/access_profile_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { ErrorInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { create, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf'
import { StructSchema } from '@bufbuild/protobuf/wkt'
import { Code, createClient, createRouterTransport } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { errorInterceptor } from './errors.ts'
import { Echo } from './testing.ts'
import { findUnfitValue, refuseUnfitValues } from './unfit-values.ts'

const row = <Desc extends DescMessage>(
  name: string,
  schema: Desc,
  message: MessageInitShape<Desc>,
  found: string | undefined,
) => [name, () => findUnfitValue(schema, create(schema, message))?.field, found] as const

test.each([
  row('nowhere', CreateAccessProfileFromCohortRequestSchema, { displayName: 'fine' }, undefined),
  row('a string', CreateAccessProfileFromCohortRequestSchema, { displayName: 'a\0b' }, 'display_name'),
  row(
    'a string of a list, in a list of messages',
    CreateAccessProfileFromCohortRequestSchema,
    { profileFilters: [{ values: ['x'] }, { values: ['x', '\0'] }] },
    'profile_filters[1].values[1]',
  ),
  row(
    'a oneof',
    CreateAccessProfileFromCohortRequestSchema,
    { accessScope: { scope: { case: 'appId', value: '\0' } } },
    'access_scope.app_id',
  ),
  row('the value of a map', ErrorInfoSchema, { metadata: { a: 'b', c: '\0' } }, 'metadata[c]'),
  row('the key of a map', ErrorInfoSchema, { metadata: { '\0': 'b' } }, 'metadata'),
  row(
    'free JSON',
    StructSchema,
    { fields: { a: { kind: { case: 'stringValue', value: '\0' } } } },
    'fields[a].string_value',
  ),
  row('half a surrogate pair', CreateAccessProfileFromCohortRequestSchema, { displayName: 'a\ud800' }, 'display_name'),
  row('no whole one', CreateAccessProfileFromCohortRequestSchema, { displayName: '😀' }, undefined),
  ...[Number.POSITIVE_INFINITY, Number.NaN].map((value) =>
    row(
      `${value} of free JSON`,
      StructSchema,
      { fields: { a: { kind: { case: 'listValue', value: { values: [{ kind: { case: 'numberValue', value } }] } } } } },
      'fields[a].list_value.values[0]',
    ),
  ),
  row(
    'no other number of free JSON',
    StructSchema,
    { fields: { a: { kind: { case: 'numberValue', value: Number.MAX_VALUE } } } },
    undefined,
  ),
  ...(
    [
      [253_402_300_800n, 0, 'as_of_time'],
      [1n << 60n, 0, 'as_of_time'],
      [-62_135_596_801n, 0, 'as_of_time'],
      [0n, -1, 'as_of_time'],
      [253_402_300_799n, 999_999_999, undefined],
      [-62_135_596_800n, 0, undefined],
    ] as const
  ).map(([seconds, nanos, found]) =>
    row(`the time ${seconds} ${nanos}`, ListInForceRequestSchema, { asOfTime: { seconds, nanos } }, found),
  ),
])('what cannot be stored or answered is found in %s', (_, find, found) => expect(find()).toBe(found))

test('a call with U+0000 is refused, alone or in the middle of a stream', async () => {
  const transport = createRouterTransport(
    (router) => {
      router.service(RoleMiningManagementService, { getSuggestion: () => ({}) })
      router.service(Echo, {
        async up(requests) {
          let value = ''
          for await (const request of requests) value += request.value
          return { value }
        },
      })
    },
    { router: { interceptors: [errorInterceptor(), refuseUnfitValues()] } },
  )
  const mining = createClient(RoleMiningManagementService, transport)
  await expect(mining.getSuggestion({ id: 'a\0' })).rejects.toMatchObject({
    code: Code.InvalidArgument,
    rawMessage: 'id: must not contain U+0000',
  })
  await expect(mining.getSuggestion({ id: 'a' })).resolves.toBeDefined()
  async function* values() {
    yield { value: 'fine' }
    yield { value: 'not\0' }
  }
  await expect(createClient(Echo, transport).up(values())).rejects.toMatchObject({
    code: Code.InvalidArgument,
    rawMessage: 'value: must not contain U+0000',
  })
})
