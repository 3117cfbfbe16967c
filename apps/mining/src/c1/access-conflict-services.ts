import {
  type AccessConflictService,
  type AppEntitlementMonitorBindingService,
  type ConflictMonitor as ConflictMonitorMessage,
  ConflictMonitorSchema,
  EntitlementGroup,
  type NotificationConfig,
} from '@assay/contracts/c1/api/accessconflict/v1/access_conflict_service_pb'
import { invalidArgument } from '@assay/errors'
import {
  addConflictEntitlement,
  type ConflictMonitor,
  type ConflictNotifications,
  type ConflictSet,
  createConflictMonitor,
  deleteConflictMonitor,
  getConflictEntitlement,
  getConflictMonitor,
  removeConflictEntitlement,
  updateConflictMonitor,
} from '@assay/policies'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'

/** Monitors of conflicting access: policies of separation of duties that are switched off until somebody switches them on. */
export function accessConflictService(service: ServiceContext): ServiceImpl<typeof AccessConflictService> {
  return {
    createMonitor: ({ displayName, description, notificationConfig }, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) => {
        const notifications = fromNotifications(notificationConfig)
        const request = { displayName, description, notifications }
        return toMonitorMessage(await createConflictMonitor(sql, tenantId, identityId, request))
      }),

    getMonitor: ({ id }, context) =>
      asCaller(service, context, async (sql) => toMonitorMessage(await getConflictMonitor(sql, id))),

    updateMonitor: ({ id, displayName, description, negateGroupB, notificationConfig }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const change = {
          ...(displayName !== undefined && { displayName }),
          ...(description !== undefined && { description }),
          ...(negateGroupB !== undefined && { negatesSecond: negateGroupB }),
          ...(notificationConfig && { notifications: fromNotifications(notificationConfig) }),
        }
        return toMonitorMessage(await updateConflictMonitor(sql, tenantId, id, change))
      }),

    deleteMonitor: ({ id }, context) =>
      asCaller(service, context, async (sql) => {
        await deleteConflictMonitor(sql, id)
        return {}
      }),
  }
}

interface Binding {
  readonly monitorId: string
  readonly appId: string
  readonly appEntitlementId: string
  readonly entitlementGroup: EntitlementGroup
}

/** The entitlements of monitors. */
export function monitorBindingService(
  service: ServiceContext,
): ServiceImpl<typeof AppEntitlementMonitorBindingService> {
  return {
    createAppEntitlementMonitorBinding: (binding, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const set = setOf(binding)
        const monitor = await addConflictEntitlement(sql, tenantId, binding.monitorId, set, nameOf(binding))
        return toBindingMessage(binding, monitor)
      }),

    getAppEntitlementMonitorBinding: (binding, context) =>
      asCaller(service, context, async (sql) =>
        toBindingMessage(
          binding,
          await getConflictEntitlement(sql, binding.monitorId, setOf(binding), nameOf(binding)),
        ),
      ),

    deleteAppEntitlementMonitorBinding: (binding, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        await removeConflictEntitlement(sql, tenantId, binding.monitorId, setOf(binding), nameOf(binding))
        return {}
      }),
  }
}

function toMonitorMessage({ policy, negatesSecond, notifications }: ConflictMonitor): ConflictMonitorMessage {
  const { email, channel } = notifications
  return create(ConflictMonitorSchema, {
    id: policy.id,
    displayName: policy.displayName,
    description: policy.description,
    enabled: policy.enabled,
    negateGroupB: negatesSecond,
    entitlementSetAId: `${policy.id}-a`,
    entitlementSetBId: `${policy.id}-b`,
    ...((email || channel) && {
      notificationConfig: {
        ...(email && {
          emailNotifications: { enabled: email.enabled, identityUserIds: [...email.identityIds] },
        }),
        ...(channel && { slackNotifications: { channelId: channel.id, channelName: channel.name } }),
      },
    }),
    createdAt: timestampFromDate(policy.createdAt),
    updatedAt: timestampFromDate(policy.updatedAt),
  })
}

/** @throws invalid_argument for notifications by mail or Slack that Assay does not send */
function fromNotifications(config: NotificationConfig | undefined): ConflictNotifications {
  const { emailNotifications: email, slackNotifications: slack } = config ?? {}
  if (slack?.enabled)
    throw invalidArgument(
      'notification_config.slack_notifications',
      'must not be enabled: there is no connection to Slack',
    )
  return {
    ...(email && { email: { enabled: email.enabled, identityIds: email.identityUserIds } }),
    ...(slack && { channel: { id: slack.channelId, name: slack.channelName } }),
  }
}

function toBindingMessage(
  { monitorId, appId, appEntitlementId, entitlementGroup }: Binding,
  { policy }: ConflictMonitor,
) {
  const times = { createdAt: timestampFromDate(policy.createdAt), updatedAt: timestampFromDate(policy.updatedAt) }
  return { monitorId, appId, appEntitlementId, entitlementGroup, ...times }
}

function nameOf({ appId, appEntitlementId }: Binding) {
  return { applicationId: appId, entitlementId: appEntitlementId }
}

/** @throws invalid_argument for an unspecified group */
function setOf({ entitlementGroup }: Binding): ConflictSet {
  if (entitlementGroup === EntitlementGroup.A) return 'first'
  if (entitlementGroup === EntitlementGroup.B) return 'second'
  throw invalidArgument('entitlement_group', 'must be ENTITLEMENT_GROUP_A or ENTITLEMENT_GROUP_B')
}
