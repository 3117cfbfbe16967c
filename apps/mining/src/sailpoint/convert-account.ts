import { type Account as AccountMessage, AccountSchema } from '@assay/contracts/sailpoint/accounts/v1/account_pb'
import type { Account } from '@assay/directory'
import { create, type JsonObject } from '@bufbuild/protobuf'
import { identityStateOf, lifecycleStateOf } from './convert-identity.ts'
import { reference } from './reference.ts'

/** @param isSlim without the entitlements of the account */
export function toAccountMessage(account: Account, isSlim: boolean): AccountMessage {
  const { id, name, login, disabled, identity, application, holdings } = account
  const cloudLifecycleState = lifecycleStateOf(identity)
  return create(AccountSchema, {
    id,
    name,
    nativeIdentity: login,
    sourceId: application.id,
    sourceName: application.displayName,
    identityId: identity.id,
    identity: reference('IDENTITY', identity.id, identity.displayName),
    ...(!isSlim && { attributes: attributesOf(holdings) }),
    disabled,
    hasEntitlements: holdings.size > 0,
    isMachine: identity.type !== 'human',
    ...(cloudLifecycleState !== undefined && { cloudLifecycleState }),
    identityState: identityStateOf(identity),
    connectionType: 'file',
    origin: 'AGGREGATED',
  })
}

/** The entitlements by the attribute that carries them; those without an attribute are under `entitlements`. */
function attributesOf(holdings: Account['holdings']): JsonObject {
  // A Map, since the names come from the access data and may be "constructor".
  const attributes = new Map<string, string[]>()
  for (const [attribute, ids] of holdings) {
    const name = attribute || 'entitlements'
    attributes.set(name, [...(attributes.get(name) ?? []), ...ids])
  }
  return Object.fromEntries(attributes)
}
