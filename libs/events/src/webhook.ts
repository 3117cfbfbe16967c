import { notFound } from '@assay/errors'
import { isUuid, type TenantSql } from '@assay/store'

/**
 * The reason why a webhook is disabled: a user did it, the receiver responded that it is gone, the receiver accepted nothing for days, or
 * too many deliveries wait.
 */
export type DisabledBecause = 'asked' | 'gone' | 'failing' | 'backlog'

/** An address to which events are delivered, without its secret. */
export interface Webhook {
  readonly id: string
  readonly url: string
  readonly description: string
  /** `suggestion.accept`, or `suggestion.*` for all kinds with that beginning; empty for all. */
  readonly eventTypes: readonly string[]
  readonly createdAt: Date
  /** The previous secret also signs until then. */
  readonly previousSecretEndsAt: Date | undefined
  readonly disabled: { readonly at: Date; readonly because: DisabledBecause } | undefined
  /** The time of the first failure since the last success. */
  readonly failingSince: Date | undefined
  /** A description of the newest failure, for people; may be empty. */
  readonly lastFailure: string
  readonly lastSuccessAt: Date | undefined
  /** Nothing is sent until then. */
  readonly quietUntil: Date | undefined
  readonly waitingCount: number
}

interface Row {
  readonly id: string
  readonly url: string
  readonly description: string
  readonly eventTypes: string[]
  readonly createdAt: Date
  readonly previousSecretEndsAt: Date | null
  readonly disabledAt: Date | null
  readonly disabledBecause: DisabledBecause | null
  readonly failingSince: Date | null
  readonly lastFailure: string
  readonly lastSuccessAt: Date | null
  readonly quietUntil: Date | null
  readonly waitingCount: number
}

/** The webhook at the end of a page. */
export type WebhookPosition = readonly [createdAt: string, id: string]

/** Oldest first. */
export async function listWebhooks(
  sql: TenantSql,
  { size, after }: { readonly size: number; readonly after?: WebhookPosition | undefined },
): Promise<{ readonly webhooks: readonly Webhook[]; readonly last: WebhookPosition | undefined }> {
  const rows = await sql<(Row & { position: string })[]>`
    select ${columns(sql)}, created_at::text as position from webhooks w
    ${after === undefined ? sql`` : sql`where (created_at, id) > (${after[0]}::text::timestamptz, ${after[1]}::uuid)`}
    order by created_at, id limit ${size + 1}`
  const shown = rows.slice(0, size)
  const end = rows.length > size ? shown.at(-1) : undefined
  return { webhooks: shown.map(webhookOf), last: end && [end.position, end.id] }
}

/** @throws not_found */
export async function getWebhook(sql: TenantSql, id: string): Promise<Webhook> {
  const [row] = isUuid(id) ? await sql<Row[]>`select ${columns(sql)} from webhooks w where id = ${id}` : []
  if (row === undefined) throw notFound('webhook', id)
  return webhookOf(row)
}

/** Prevents other changes of the webhook until the transaction ends. @throws not_found */
export async function lockWebhook(sql: TenantSql, id: string): Promise<Webhook> {
  if (isUuid(id)) await sql`select from webhooks where id = ${id} for update`
  return getWebhook(sql, id)
}

function columns(sql: TenantSql) {
  return sql`id, url, description, event_types as "eventTypes", created_at as "createdAt",
    case when previous_secret_ends_at > now() then previous_secret_ends_at end as "previousSecretEndsAt",
    disabled_at as "disabledAt", disabled_because as "disabledBecause", failing_since as "failingSince",
    last_failure as "lastFailure", last_success_at as "lastSuccessAt",
    case when quiet_until > now() then quiet_until end as "quietUntil",
    (select count(*)::integer from webhook_deliveries d where d.webhook_id = w.id and d.state = 'waiting') as "waitingCount"`
}

function webhookOf(row: Row): Webhook {
  const { disabledAt, disabledBecause, ...rest } = row
  return {
    ...rest,
    previousSecretEndsAt: row.previousSecretEndsAt ?? undefined,
    disabled: disabledAt === null ? undefined : { at: disabledAt, because: disabledBecause ?? 'asked' },
    failingSince: row.failingSince ?? undefined,
    lastSuccessAt: row.lastSuccessAt ?? undefined,
    quietUntil: row.quietUntil ?? undefined,
  }
}
