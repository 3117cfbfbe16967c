import { expect, test } from 'vitest'
import { describeWebhooks } from './describe-webhooks.ts'

const one = { enabled: 1, failing: 0, disabled: 0, waiting: 1 }

test('the webhooks of all tenants are counted, and fine while none fails and none was disabled by failures', () => {
  expect(describeWebhooks([one])).toEqual({
    says: 'enabled: 1, of these failing: 0; disabled because of failures: 0; waiting events: 1',
    areFine: true,
  })
  expect(describeWebhooks([one, { ...one, failing: 1 }])).toEqual({
    says: 'enabled: 2, of these failing: 1; disabled because of failures: 0; waiting events: 2',
    areFine: false,
  })
  expect(describeWebhooks([one, { ...one, disabled: 1 }]).areFine).toBe(false)
})
