import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PolicySchema } from '@assay/contracts/assay/policy/v1/policy_pb'
import { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importFiles, startTestService, type TestService } from '../testing-service.ts'
import { policyService } from './policy-service.ts'

const page = readFileSync(join(import.meta.dirname, '../../../../docs/policies.md'), 'utf8')
const documented = (JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '[]') as JsonValue[]).map((json) =>
  fromJson(PolicySchema, json),
)

let running: TestService
let tenant: number

beforeAll(async () => {
  running = await startTestService((router, service) => router.service(PolicyService, policyService(service)))
  tenant = await running.database.tenantId()
  await importFiles(running.database.database.sql, tenant, {
    'identities.csv': `id\n${['u01', 'u02', 'u03', 'u04', 'u05'].join('\n')}`,
    'applications.csv': 'id\nerp\ncrm\n',
    'entitlements.csv': 'application_id,id,risk_level\nerp,pay,high\nerp,order,low\nerp,approve,low\n',
    'grants.csv': 'identity_id,entitlement_id\nu05,pay\n',
  })
})
afterAll(() => running?.stop())

test('the document has a policy of each kind', () => {
  const kinds = PolicySchema.oneofs.find(({ name }) => name === 'rule')?.fields.map(({ localName }) => localName)
  expect(documented.map(({ rule }) => rule.case)).toEqual(kinds)
})

test.each(documented)('the documented policy "$displayName" can be made', async (policy) => {
  const made = await running.client(PolicyService, tenant).createPolicy({ policy })
  expect(made.rule).toEqual(policy.rule)
})
