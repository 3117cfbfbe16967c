import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { commitImport, createImport, getImport, uploadImportFile } from '@assay/directory'
import { deliveryWork, enableWebhook } from '@assay/events'
import { jobs, type Queue, type Work } from '@assay/jobs'
import { CohortQuestions } from '@assay/mining'
import { defaultCircuitBreaker } from '@assay/profiles'
import { reminderQueue, reminderWork } from '@assay/reviews'
import {
  analysisWork,
  changeQueue,
  changeWork,
  customAnalysisWork,
  getCustomAnalysis,
  getReadiness,
  getRoleModel,
  importWork,
  listRuns,
  membershipQueue,
  membershipWork,
  populationWork,
  readinessWork,
  replacedGrantsQueue,
  replacedGrantsWork,
  roleModelWork,
  SnapshotCache,
  scheduledAnalysisQueue,
  scheduledAnalysisWork,
  startPopulationMining,
  startRoleModel,
  triggerAnalysis,
  triggerCustomAnalysis,
} from '@assay/role-mining'
import {
  calculationWork,
  createSession,
  databaseArchives,
  discoveryQueue,
  discoveryWork,
  expiryQueue,
  expiryWork,
  exportEverything,
  exportWork,
  getSession,
  type MineRoles,
  mailQueue,
  mailWork,
  provisionWork,
  requestExport,
  requestProvision,
} from '@assay/role-sessions'
import { generateOrganisation } from '@assay/sample-org'
import {
  askForComposition,
  beginLoad,
  commitNativeImport,
  compositionWork,
  createLoad,
  createSource,
  getLoad,
  linkFindings,
  loadWork,
  sourceKey,
  uploadLoadFile,
} from '@assay/source-loads'
import { pullWork, setPull } from '@assay/source-pulls'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { insertRole, insertSession } from '../../libs/role-sessions/src/testing-roles.ts'
import { filesOf } from '../platform/sample.ts'

type AnyWork = Work<object, unknown, never>

/** One kind of work, with something to do. */
export interface WorkCase {
  readonly work: AnyWork
  /** Requests the work as a caller does. @returns the key of its job */
  readonly ask: () => Promise<string>
  /** What people see of the last requested work. Absent for work without a row that people see. */
  readonly shown?: () => Promise<{ readonly state: string; readonly message: string }>
}

/** The states with which each kind of work ends. */
export const ends = {
  done: new Set(['completed', 'committed', 'staged', 'measured', 'POTENTIAL_ROLES_CREATED', 'COMPLETE', 'SUCCESS']),
  failed: new Set(['failed', 'FAILED', 'ERROR']),
}

const files = filesOf(generateOrganisation({ seed: 5, identityCount: 60 }))
const ada = { identityId: 'e-1', displayName: 'Ada' }

/** Mines nothing of interest, as the mining service would. */
const mine: MineRoles = async function* () {
  yield {
    kind: 'outline',
    outline: { importId: '1', identityCount: 5, prescribedTightness: 80, roleCount: 0, tightnessCurve: [] },
  }
  yield { kind: 'summary' }
}

async function* lines(...texts: readonly string[]) {
  yield Buffer.from(texts.join('\n'))
}

/** Every kind of work of the platform, each for another tenant. */
export async function everyWork(sql: Sql, newTenant: () => Promise<number>): Promise<WorkCase[]> {
  const snapshots = new SnapshotCache(sql)
  const archives = databaseArchives(sql)
  const kind = async <Payload extends object, Task, Progress>(
    work: Work<Payload, Task, Progress>,
    describe: (about: {
      readonly tenantId: number
      readonly within: <T>(change: (scoped: TenantSql) => Promise<T>) => Promise<T>
    }) => Omit<WorkCase, 'work'>,
  ): Promise<WorkCase> => {
    const tenantId = await newTenant()
    await importSample(sql, tenantId, files)
    const within = <T>(change: (scoped: TenantSql) => Promise<T>) => inTenant(sql, tenantId, change)
    return { work: work as unknown as AnyWork, ...describe({ tenantId, within }) }
  }
  /** Work without a row that people look at. */
  const unseen =
    <Payload extends object>(queue: Queue<Payload>, payload: (tenantId: number, key: string) => Payload) =>
    ({ tenantId, within }: Parameters<Parameters<typeof kind>[1]>[0]) => ({
      ask: async () => {
        const key = randomUUID()
        await within((scoped) => jobs.enqueue(scoped, queue, payload(tenantId, key), key))
        return key
      },
    })

  const temporaryDirectory = tmpdir()
  const imports = importWork({
    sql,
    commit: (tenantId, importId, choices) =>
      commitNativeImport({ sql, temporaryDirectory }, tenantId, importId, choices),
    followUp: async () => {},
    onCommitted() {},
    onPausedRules() {},
    onUncheckedRules() {},
  })
  return [
    await kind(imports, ({ tenantId, within }) => {
      let importId = ''
      return {
        ask: async () => {
          importId = await uploadSample(sql, tenantId, files)
          await within(async (scoped) => {
            await scoped`update imports set state = 'committing' where id = ${Number(importId)}`
            await jobs.enqueue(scoped, imports.queue, { tenantId, importId }, importId)
          })
          return importId
        },
        shown: async () => {
          const { state, errorMessage: message } = await getImport(sql, tenantId, importId)
          return { state, message }
        },
      }
    }),
    await kind(loadWork({ sql, temporaryDirectory }), ({ tenantId, within }) => {
      let id = ''
      return {
        ask: async () => {
          const source = `s-${randomUUID()}`
          await within((scoped) => createSource(scoped, tenantId, source, {}, 'e-1'))
          const load = { createdBy: 'e-1', skipInvalid: false, reading: {} }
          id = (await within((scoped) => createLoad(scoped, tenantId, source, load))).id
          await uploadLoadFile(sql, tenantId, id, 'pairs.csv', lines('user,entitlement', 'ana,crm'))
          await within((scoped) => beginLoad(scoped, tenantId, id))
          return id
        },
        shown: async () => {
          const { state, errorMessage: message } = await getLoad(sql, tenantId, id)
          return { state, message }
        },
      }
    }),
    await kind(
      compositionWork({
        sql,
        temporaryDirectory,
        participants: [],
        analyse: async () => {},
        onComposed() {},
      }),
      ({ tenantId, within }) => ({
        ask: async () => {
          await within((scoped) => askForComposition(scoped, tenantId))
          return `tenant-${tenantId}`
        },
      }),
    ),
    await kind(analysisWork({ sql, jobs, threads: 1 }), ({ tenantId, within }) => ({
      ask: async () => {
        await within((scoped) => triggerAnalysis(scoped, jobs, tenantId, 'manual', 'a test'))
        return `tenant-${tenantId}`
      },
      shown: async () => {
        const { runs } = await within((scoped) => listRuns(scoped, { size: 1 }))
        return { state: runs[0]?.status ?? '', message: runs[0]?.errorMessage ?? '' }
      },
    })),
    await kind(customAnalysisWork({ sql, snapshots, questions: new CohortQuestions() }), ({ tenantId, within }) => {
      let id = ''
      return {
        ask: async () => {
          const subject = {
            filters: [{ attribute: 'directory_status', values: ['enabled'] }],
            accessScope: undefined,
            resourceScope: [],
          }
          id = await within((scoped) => triggerCustomAnalysis(scoped, jobs, tenantId, randomUUID(), subject))
          return id
        },
        shown: async () => {
          const { status: state, errorMessage: message } = await within((scoped) => getCustomAnalysis(scoped, id))
          return { state, message }
        },
      }
    }),
    await kind(roleModelWork({ sql, snapshots }), ({ tenantId, within }) => {
      let id = ''
      return {
        ask: async () => {
          await within((scoped) => scoped`delete from role_models`)
          id = (await within((scoped) => startRoleModel(scoped, jobs, tenantId, 'e-1', {}))).id
          return id
        },
        shown: async () => {
          const { state, errorMessage: message } = await within((scoped) => getRoleModel(scoped, id))
          return { state, message }
        },
      }
    }),
    await kind(populationWork({ sql, snapshots, threads: 1 }), ({ tenantId, within }) => {
      let id = ''
      return {
        ask: async () => {
          const wanted = { identityKeys: undefined, settings: { type: 'SPECIALIZED' as const } }
          id = await within((scoped) => startPopulationMining(scoped, jobs, tenantId, wanted))
          return id
        },
        shown: async () => {
          const [row] = await within(
            (scoped) => scoped`select state, error_message as message from population_minings where id = ${id}`,
          )
          return { state: String(row?.state), message: String(row?.message ?? '') }
        },
      }
    }),
    await kind(readinessWork({ sql, snapshots, linkFindings }), ({ tenantId, within }) => ({
      ask: async () => {
        await within((scoped) => scoped`delete from readiness_reports`)
        return (await within((scoped) => getReadiness(scoped, jobs, tenantId))).importId
      },
      shown: async () => {
        const { state, errorMessage: message } = await within((scoped) => getReadiness(scoped, jobs, tenantId))
        return { state, message }
      },
    })),
    await kind(
      changeWork({
        sql,
        snapshots,
        questions: new CohortQuestions(),
        savedRoles: async () => [],
        orphanRows: async () => 0,
      }),
      unseen(changeQueue, (tenantId) => ({ tenantId })),
    ),
    await kind(
      membershipWork({
        sql,
        snapshots: new SnapshotCache(sql),
        threads: 1,
        breaker: defaultCircuitBreaker,
        onApplied: () => {},
      }),
      unseen(membershipQueue, (tenantId) => ({ tenantId })),
    ),
    await kind(
      scheduledAnalysisWork({ sql }),
      unseen(scheduledAnalysisQueue, (tenantId) => ({ tenantId })),
    ),
    await kind(
      replacedGrantsWork({ sql }),
      unseen(replacedGrantsQueue, (tenantId) => ({ tenantId })),
    ),
    await kind(calculationWork({ sql, mine, endMining: async () => {} }), ({ tenantId, within }) => {
      let id = ''
      return {
        ask: async () => {
          id = await within((scoped) => createSession(scoped, jobs, tenantId, ada, {}))
          return id
        },
        shown: async () => {
          const { state, errorMessage: message } = await within((scoped) => getSession(scoped, id))
          return { state, message }
        },
      }
    }),
    await kind(
      discoveryWork({ sql }),
      unseen(discoveryQueue, (tenantId, importId) => ({ tenantId, importId })),
    ),
    await kind(exportWork({ sql, archives }), ({ tenantId, within }) => {
      let id = ''
      return {
        ask: async () => {
          await within(async (scoped) => {
            const role = await insertRole(scoped, tenantId, await insertSession(scoped, tenantId))
            id = (await requestExport(scoped, jobs, tenantId, { id: role }, exportEverything)).id
          })
          return id
        },
        shown: async () => {
          const [row] = await within(
            (scoped) => scoped`select state, error_message as message from potential_role_exports where id = ${id}`,
          )
          return { state: String(row?.state), message: String(row?.message ?? '') }
        },
      }
    }),
    await kind(
      expiryWork({ sql, archives }),
      unseen(expiryQueue, () => ({})),
    ),
    await kind(provisionWork({ sql, makeProfile: async () => randomUUID() }), ({ tenantId, within }) => {
      let id = ''
      return {
        ask: async () => {
          await within(async (scoped) => {
            id = await insertRole(scoped, tenantId, await insertSession(scoped, tenantId))
            const plain = { name: undefined, description: undefined, ownerId: undefined, requestedBy: ada.identityId }
            await requestProvision(scoped, jobs, tenantId, { id }, { ...plain, ...provisionDefaults })
          })
          return id
        },
        shown: async () => {
          const [row] = await within(
            (scoped) =>
              scoped`select provision_state as state, provision_error as message from potential_roles where id = ${id}`,
          )
          return { state: String(row?.state), message: String(row?.message ?? '') }
        },
      }
    }),
    await kind(
      pullWork({ sql, temporaryDirectory: tmpdir(), secretsDirectory: undefined, networks: [] }),
      ({ tenantId, within }) => ({
        ask: () =>
          within(async (scoped) => {
            const name = `idp-${randomUUID()}`
            await createSource(scoped, tenantId, name, {}, 'test')
            const settings = { address: 'https://127.0.0.1', secret: '', intervalMinutes: 0 }
            await setPull(scoped, tenantId, name, settings, 'test')
            return `source-${await sourceKey(scoped, name)}`
          }),
      }),
    ),
    await kind(deliveryWork({ sql, networks: [], open: async () => 'whsec_c2VjcmV0' }), ({ tenantId, within }) => ({
      ask: () =>
        within(async (scoped) => {
          const id = randomUUID()
          await scoped`
            insert into webhooks (tenant_id, id, url, description, event_types, secret, disabled_at)
            values (${tenantId}, ${id}, 'https://example.com', '', '{}', '{}', now())`
          await enableWebhook(scoped, tenantId, id)
          return id
        }),
    })),
    await kind(
      mailWork({ sql, send: undefined, onUnsent() {} }),
      unseen(mailQueue, (tenantId, sessionId) => ({ tenantId, sessionId, calculation: 1 })),
    ),
    await kind(
      reminderWork({ sql, send: undefined, onUnsent() {} }),
      unseen(reminderQueue, (tenantId, reviewId) => ({ tenantId, reviewId, kind: 'before' as const })),
    ),
  ]
}

const provisionDefaults = {
  includeIdentities: false,
  includeCommonAccess: true,
  minEntitlementPopularity: 0,
}

async function uploadSample(sql: Sql, tenantId: number, content: Record<string, string>): Promise<string> {
  const { id } = await createImport(sql, tenantId, { createdBy: 'test', skipInvalid: false })
  for (const [name, text] of Object.entries(content)) {
    const pieces = async function* () {
      yield Buffer.from(text)
    }
    await uploadImportFile(sql, tenantId, id, name, pieces())
  }
  return id
}

async function importSample(sql: Sql, tenantId: number, content: Record<string, string>): Promise<void> {
  await commitImport(sql, tenantId, await uploadSample(sql, tenantId, content))
}
