import { randomUUID } from 'node:crypto'
import { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { RoleModelService } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { SuggestionState } from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import type { Sql } from '@assay/store'
import { createClient, type Transport } from '@connectrpc/connect'

/** The state of acknowledged work. */
export type Standing = 'open' | 'done' | 'failed' | 'lost'

/** Work that the platform acknowledged. */
export interface Acknowledged {
  readonly kind: string
  /** The state of the work, read from the tables as their owner. */
  readonly standing: (owner: Sql) => Promise<Standing>
}

interface LoadTools {
  readonly owner: Sql
  readonly tenantId: number
  /** A client with the rights of ConductorOne's dialect. */
  readonly transport: Transport
  /** The same for another tenant, whose access data change all the time. */
  readonly importing: Transport
  /** A call of SailPoint's dialect; throws unless it is acknowledged. */
  readonly sailpoint: <T>(verb: string, path: string, body?: unknown) => Promise<T>
}

/** A kind of load. It makes one request, and throws when the request was not acknowledged. Undefined when there is nothing to request. */
type Load = () => Promise<Omit<Acknowledged, 'kind'> | undefined>

const done = new Set(['completed', 'committed', 'POTENTIAL_ROLES_CREATED', 'COMPLETE', 'SUCCESS'])
const failed = new Set(['failed', 'FAILED', 'ERROR', 'aborted'])

function standingOf(state: unknown): Standing {
  if (state === undefined) return 'lost'
  return done.has(String(state)) ? 'done' : failed.has(String(state)) ? 'failed' : 'open'
}

/** Fourteen kinds of load. */
export function loadsOf({ owner, tenantId, transport, importing, sailpoint }: LoadTools): Record<string, Load> {
  const mining = createClient(RoleMiningManagementService, transport)
  const imports = createClient(ImportService, importing)
  const models = createClient(RoleModelService, transport)
  const profiles = createClient(ProfileService, transport)

  const session =
    (body: object): Load =>
    async () => {
      const { id } = await sailpoint<{ id: string }>('POST', '/role-mining-sessions', body)
      return { standing: (sql) => stateOf(sql`select state from mining_sessions where id = ${id}`) }
    }
  const anySession = async () => {
    const [row] = await owner<{ id: string }[]>`
      select id from mining_sessions where tenant_id = ${tenantId} and state = 'POTENTIAL_ROLES_CREATED'
        and scoping_method = 'MANUAL' order by random() limit 1`
    return row?.id
  }
  const anyRole = async () => {
    const [row] = await owner<{ id: string; sessionId: string }[]>`
      select role.id, session_id as "sessionId" from potential_roles role join mining_sessions session
        on session.id = session_id and session.tenant_id = role.tenant_id
      where role.tenant_id = ${tenantId} and provision_state = 'POTENTIAL' and state = 'POTENTIAL_ROLES_CREATED'
        and scoping_method = 'MANUAL' and not role.saved and role.name is null order by random() limit 1`
    return row && { ...row, path: `/role-mining-sessions/${row.sessionId}/potential-roles/${row.id}` }
  }
  const replaced = (path: string, value: unknown) => [{ op: 'replace', path, value }]

  return {
    import: async () => {
      const { id } = await imports.createImport({})
      const people = Array.from({ length: 60 }, (_, i) => `p${i}-${id}`)
      const files = {
        'identities.csv': `id\n${people.join('\n')}\n`,
        'grants.csv': `identity_id,entitlement_id\n${people.map((one, i) => `${one},e${i % 7}`).join('\n')}\n`,
      }
      try {
        for (const [fileName, text] of Object.entries(files)) {
          const data = Buffer.from(text)
          await imports.uploadImportFile(
            (async function* () {
              yield { importId: id, fileName, content: { data } }
            })(),
          )
        }
        await imports.commitImport({ importId: id })
      } catch (error) {
        await imports.abortImport({ importId: id }).catch(() => {})
        throw error
      }
      return { standing: (sql) => stateOf(sql`select state from imports where id = ${Number(id)}`) }
    },
    analysis: async () => {
      const { runId } = await mining.triggerAnalysis({})
      return { standing: (sql) => stateOf(sql`select status as state from role_mining_runs where id = ${runId}`) }
    },
    'custom analysis': async () => {
      const { id } = await mining.triggerCustomAnalysis({
        profileFilters: [{ attribute: 'directory_status', values: ['enabled'] }],
      })
      return {
        // A run that a newer one replaced has ended correctly.
        standing: (sql) =>
          stateOf(sql`
            select case when terminal_reason = 'superseded' then 'completed' else status end as state
            from custom_analyses where id = ${id}`),
      }
    },
    'role model': async () => {
      const { id } = await models.startRoleModel({})
      return { standing: (sql) => stateOf(sql`select state from role_models where id = ${id}`) }
    },
    session: session({ minNumIdentitiesInPotentialRole: 5 }),
    'session of common access': session({ type: 'COMMON' }),
    'session by criteria': session({
      scope: { criteria: 'attributes.department:"Engineering"' },
      minNumIdentitiesInPotentialRole: 5,
    }),
    recalculation: async () => {
      const id = await anySession()
      if (id === undefined) return undefined
      await sailpoint('PATCH', `/role-mining-sessions/${id}`, replaced('/pruneThreshold', 70))
      return { standing: (sql) => stateOf(sql`select state from mining_sessions where id = ${id}`) }
    },
    'session name': async () => {
      const id = await anySession()
      if (id === undefined) return undefined
      const name = randomUUID()
      await sailpoint('PATCH', `/role-mining-sessions/${id}`, replaced('/name', name))
      // Another request may have changed the name since; it must be one of these names.
      return { standing: (sql) => kept(sql`select from mining_sessions where id = ${id} and name is not null`) }
    },
    'saved role': async () => {
      const role = await anyRole()
      if (role === undefined) return undefined
      await sailpoint('PATCH', `/role-mining-potential-roles/${role.id}`, replaced('/saved', true))
      return { standing: (sql) => kept(sql`select from potential_roles where id = ${role.id} and saved`) }
    },
    export: async () => {
      const role = await anyRole()
      if (role === undefined) return undefined
      // A saved role stays, so that its export exists at the end.
      await sailpoint('PATCH', `/role-mining-potential-roles/${role.id}`, replaced('/saved', true))
      const { exportId } = await sailpoint<{ exportId: string }>('POST', `${role.path}/export-async`, {})
      return { standing: (sql) => stateOf(sql`select state from potential_role_exports where id = ${exportId}`) }
    },
    provision: async () => {
      const role = await anyRole()
      if (role === undefined) return undefined
      await sailpoint('POST', `${role.path}/provision`, { roleName: `Provisioned ${role.id}` })
      return {
        standing: (sql) => stateOf(sql`select provision_state as state from potential_roles where id = ${role.id}`),
      }
    },
    'access profile': async () => {
      const { id } = await profiles.createAccessProfile({
        accessProfile: { displayName: `Made ${randomUUID()}` },
        requestId: randomUUID(),
      })
      return { standing: (sql) => kept(sql`select from access_profiles where id = ${id}`) }
    },
    decision: async () => {
      const { list: suggestions } = await mining.listSuggestions({ pageSize: 100 })
      const id = suggestions[Math.floor(Math.random() * suggestions.length)]?.id
      if (id === undefined) return undefined
      await mining.updateSuggestionState({ id, state: SuggestionState.DISMISSED })
      return {
        standing: (sql) => kept(sql`select from role_mining_suggestions where id = ${id} and state = 'dismissed'`),
      }
    },
  }
}

async function stateOf(rows: PromiseLike<readonly { state?: unknown }[]>): Promise<Standing> {
  return standingOf((await rows)[0]?.state)
}

async function kept(rows: PromiseLike<readonly object[]>): Promise<Standing> {
  return (await rows).length > 0 ? 'done' : 'lost'
}

/** The number of objects that exist twice although they were requested once. */
export async function doubled(owner: Sql): Promise<number> {
  const { count } = (
    await owner<{ count: number }[]>`
    select (select count(*) from (select from potential_roles group by session_id, identity_keys, entitlement_keys
              having count(*) > 1) twice)::integer
      + (select count(*) from (select from access_profiles where display_name like 'Provisioned %' group by display_name
              having count(*) > 1) twice)::integer as count`
  )[0]!
  return count
}
