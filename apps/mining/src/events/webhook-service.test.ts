import { SealedTexts } from '@assay/auth'
import { Delivery_State, Webhook_State, WebhookService } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { eventQueues } from '@assay/events'
import { prepareQueues } from '@assay/jobs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureOf, startTestService, type TestService } from '../testing-service.ts'
import { webhookService } from './webhook-service.ts'

let running: TestService
beforeAll(async () => {
  running = await startTestService((router, service) => router.service(WebhookService, webhookService(service)))
  await prepareQueues(running.database.ownerUrl, eventQueues)
})
afterAll(() => running?.stop())

const nowhere = '00000000-0000-4000-8000-000000000000'

test('an administrator makes, changes, tests, replays and deletes webhooks; others of the tenant see their hosts', async () => {
  const { database } = running
  const tenantId = await database.tenantId()
  const client = running.client(WebhookService, tenantId)
  const webhook = { url: 'https://example.com/hook', eventTypes: ['assay.run.*'] }
  expect(await failureOf(client.createWebhook({ webhook }))).toMatch(/^FailedPrecondition: /)
  await new SealedTexts(database.database.sql, { encryptionKey: new Uint8Array(32).fill(1) }, 'worker').publish()

  const made = await client.createWebhook({ webhook })
  expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const webhookId = made.webhook?.id ?? ''
  expect(made.webhook).toMatchObject({ ...webhook, state: Webhook_State.ENABLED, waitingCount: 0 })
  expect((await client.listWebhooks({})).webhooks).toHaveLength(1)
  const changed = await client.updateWebhook({ webhook: { id: webhookId, description: 'For the ticket system' } })
  expect(changed).toMatchObject({ ...webhook, description: 'For the ticket system' })
  const rotated = await client.rotateWebhookSecret({ webhookId })
  expect(rotated.secret).not.toBe(made.secret)
  expect(rotated.webhook?.previousSecretEndTime).toBeDefined()
  expect((await client.testWebhook({ webhookId })).eventId).toMatch(/^[0-9a-f-]{36}$/)

  await database.owner.sql`
    insert into webhook_deliveries (tenant_id, webhook_id, position, event_id, event_type, subject, state)
    values (${tenantId}, ${webhookId}, 7, ${nowhere}, 'run.ask', 'run/r1', 'failed')`
  await database.owner
    .sql`update webhook_deliveries set last_answer = 'Cannot POST /hook' where webhook_id = ${webhookId}`
  await database.owner.sql`update webhooks set last_failure = 'redirects to /hook/' where id = ${webhookId}`
  const failed = await client.listDeliveries({ webhookId, state: Delivery_State.FAILED, eventType: 'assay.run.ask' })
  expect(failed.deliveries).toMatchObject([
    { eventId: nowhere, eventType: 'assay.run.ask', position: 7n, lastAnswer: 'Cannot POST /hook' },
  ])
  expect(await client.replayDelivery({ webhookId, eventId: nowhere })).toMatchObject({
    state: Delivery_State.WAITING,
    replayCount: 1,
  })
  const replayed = await client.replayEvents({ webhookId, since: { case: 'sincePosition', value: 0n } })
  expect(replayed).toMatchObject({ queuedCount: 0, nextPosition: 0n })
  expect((await client.disableWebhook({ webhookId })).state).toBe(Webhook_State.DISABLED)
  expect((await client.enableWebhook({ webhookId })).state).toBe(Webhook_State.ENABLED)

  const other = running.client(WebhookService, await database.tenantId())
  expect(await failureOf(other.getWebhook({ webhookId }))).toMatch(/^NotFound: /)
  const auditor = running.client(WebhookService, tenantId, 'auditor')
  expect((await auditor.listWebhooks({})).webhooks).toMatchObject([
    { id: webhookId, url: 'https://example.com', lastFailure: '' },
  ])
  expect((await auditor.listDeliveries({ webhookId })).deliveries).toMatchObject([{ lastAnswer: '', lastFault: '' }])
  expect(await failureOf(auditor.testWebhook({ webhookId }))).toMatch(/^PermissionDenied: /)
  const { eventTypes } = await auditor.listEventTypes({})
  expect(eventTypes.find(({ type }) => type === 'assay.suggestion.accept')?.example).toMatchObject({
    specversion: '1.0',
  })
  await client.deleteWebhook({ webhookId })
  expect(await failureOf(client.getWebhook({ webhookId }))).toMatch(/^NotFound: /)
})
