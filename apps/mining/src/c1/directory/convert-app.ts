import { type App, AppSchema } from '@assay/contracts/c1/api/app/v1/app_pb'
import { type Application, applicationsByKey } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { countApplicationUsers, type LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'

/** Applications as ConductorOne shows them, in the order of the argument. */
export async function toApps(
  loaded: LoadedSnapshot | undefined,
  applications: readonly Application[],
): Promise<readonly App[]> {
  const counts = await countApplicationUsers(
    loaded,
    applications.map(({ key }) => key),
  )
  return applications.map(({ id, displayName, description }, place) =>
    create(AppSchema, { id, displayName, description, userCount: BigInt(itemAt(counts, place)) }),
  )
}

/** Applications by id; keys without an application are left out. */
export async function appsByKey(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  keys: readonly number[],
): Promise<ReadonlyMap<string, App>> {
  const applications = await applicationsByKey(sql, [...new Set(keys)])
  const apps = await toApps(loaded, [...applications.values()])
  return new Map(apps.map((app) => [app.id, app]))
}
