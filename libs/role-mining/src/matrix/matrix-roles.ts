import { failedPrecondition, invalidArgument } from '@assay/errors'
import { ordinalsOf, type ResidualRole, type Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import {
  type ExplainingRole,
  explainingRoles,
  explainingRolesVersion,
  mostOpen,
  type SavedPotentialRole,
  savedVersion,
} from '../insight/coverage/explaining-roles.ts'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import { newestCompletedModel, rolesOfModel } from '../role-models/model-roles.ts'
import { getRoleModel } from '../role-models/role-models.ts'

/** The roles that order a matrix. `best` takes the first of the other sources that has roles. */
export type MatrixRoleSource = 'best' | 'role_model' | 'suggestions' | 'none'

/** The name of a role. */
export type MatrixRoleName =
  | ExplainingRole
  | { readonly kind: 'model_role'; readonly number: number; readonly name: string }

/** A set of roles with its version. The roles themselves are read only when an order is made from them. */
interface MatrixRoleSet {
  readonly source: Exclude<MatrixRoleSource, 'best'>
  /** Empty when the source is not a role model. */
  readonly roleModelId: string
  /** The model was mined from other data. */
  readonly stale: boolean
  readonly version: string
  read(sql: TenantSql): Promise<{ readonly roles: readonly ResidualRole[]; readonly names: readonly MatrixRoleName[] }>
}

export type SavedRoles = (sql: TenantSql, limit: number) => Promise<readonly SavedPotentialRole[]>

/**
 * Finds the roles that order a matrix.
 * @throws not_found for a role model that does not exist; failed_precondition for one that has not completed, and when there is none;
 * invalid_argument for a role model together with another source
 */
export async function matrixRoleSet(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  { roles, roleModelId }: { readonly roles: MatrixRoleSource; readonly roleModelId: string },
  savedRoles: SavedRoles,
): Promise<MatrixRoleSet> {
  if (roleModelId !== '' && (roles === 'suggestions' || roles === 'none'))
    throw invalidArgument(
      'role_model_id',
      'is only for matrices that a role model orders; leave out role_model_id or roles',
    )
  if (roles === 'none') return noRoles
  if (roles === 'role_model' || roleModelId !== '') return modelRoles(loaded, await modelOf(sql, roleModelId))
  if (roles === 'best') {
    const newest = await newestCompletedModel(sql, loaded.importId)
    if (newest !== undefined) return modelRoles(loaded, newest)
  }
  return (await proposedRoles(sql, loaded, savedRoles)) ?? noRoles
}

const noRoles: MatrixRoleSet = {
  source: 'none',
  roleModelId: '',
  stale: false,
  version: 'none',
  read: async () => ({ roles: [], names: [] }),
}

interface Model {
  readonly id: string
  readonly importId: string
  readonly revision: number
}

async function modelOf(sql: TenantSql, id: string): Promise<Model> {
  if (id === '') {
    const newest = await newestCompletedModel(sql)
    if (newest !== undefined) return newest
    throw failedPrecondition('There is no role model that has completed; start one, or choose other roles.')
  }
  const model = await getRoleModel(sql, id)
  if (model.state === 'completed') return model
  throw failedPrecondition(
    `The role model "${model.id}" is ${model.state}; name one that has completed, or choose other roles.`,
  )
}

function modelRoles({ snapshot, importId }: LoadedSnapshot, model: Model): MatrixRoleSet {
  return {
    source: 'role_model',
    roleModelId: model.id,
    stale: model.importId !== importId,
    // The roles of a completed model change only with its revisions.
    version: `role model ${model.id} of ${model.importId}, revision ${model.revision}`,
    async read(sql) {
      const roles = await rolesOfModel(sql, model.id)
      return {
        roles: roles.map(({ identityKeys, entitlementKeys }) => ({
          members: ordinalsOf(snapshot.identityKey, identityKeys).ordinals,
          entitlements: ordinalsOf(snapshot.entitlementKey, entitlementKeys).ordinals,
        })),
        names: roles.map(({ number }) => ({ kind: 'model_role', number, name: `Role ${number}` })),
      }
    },
  }
}

/** For each snapshot, the last version of its roles, and whether there were any. */
const lookedFor = new WeakMap<Snapshot, { readonly version: string; readonly isEmpty: boolean }>()

/**
 * Accepted profiles and open candidates; undefined without any. When the version says that there are roles, they are read only for making
 * an order.
 */
async function proposedRoles(
  sql: TenantSql,
  { snapshot }: LoadedSnapshot,
  savedRoles: SavedRoles,
): Promise<MatrixRoleSet | undefined> {
  const saved = await savedRoles(sql, mostOpen)
  const version = JSON.stringify(['suggestions', await explainingRolesVersion(sql), savedVersion(saved)])
  const found = lookedFor.get(snapshot)
  const told = found?.version === version ? undefined : await explainingRoles(sql, snapshot, saved)
  const isEmpty = told === undefined ? found?.isEmpty : told.names.length === 0
  lookedFor.set(snapshot, { version, isEmpty: isEmpty === true })
  if (isEmpty === true) return undefined
  return {
    source: 'suggestions',
    roleModelId: '',
    stale: false,
    version,
    async read(scoped) {
      const { accepted, open, names } = told ?? (await explainingRoles(scoped, snapshot, saved))
      return { roles: [...accepted, ...open], names }
    },
  }
}
