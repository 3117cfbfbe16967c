import { ReaderScopeSchema } from '@assay/contracts/assay/client/v1/client_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { scopeIds, scopeText } from './texts.ts'

test('whom somebody sees is told by names, and by ids where the data have none', () => {
  const scope = create(ReaderScopeSchema, {
    filters: [{ attribute: 'manager', values: ['i1', 'i2'] }],
    managerId: 'i1',
    managerDisplayName: 'Ada',
    applicationIds: ['crm', 'gone'],
    applicationDisplayNames: { crm: 'Customers' },
    valueNames: [{ attribute: 'manager', value: 'i1', displayName: 'Ada' }],
  })
  expect(scopeText(scope)).toBe('manager: Ada or i2; Ada and everybody below; in Customers, gone')
  expect(scopeIds(scope)).toBe('manager: i1 or i2; i1 and everybody below; in crm, gone')
  expect([scopeText(undefined), scopeIds(undefined)]).toEqual(['everybody', 'everybody'])
})
