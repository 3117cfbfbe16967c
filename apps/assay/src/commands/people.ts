import { eraseFromClients, withNamesOfIssuers } from '@assay/auth'
import { eraseFromCandidates } from '@assay/candidates'
import { eraseFromDirectory, personToErase } from '@assay/directory'
import { notFound } from '@assay/errors'
import { eraseFromWebhooks } from '@assay/events'
import { eraseValues, recordEntry } from '@assay/ledger'
import { eraseFromPolicies } from '@assay/policies'
import { eraseFromProfiles } from '@assay/profiles'
import { eraseFromPublications } from '@assay/publications'
import { eraseFromReviews } from '@assay/reviews'
import { eraseFromMining } from '@assay/role-mining'
import { eraseFromSessions } from '@assay/role-sessions'
import { eraseFromViews } from '@assay/saved-views'
import { eraseFromLoads } from '@assay/source-loads'
import { eraseFromPulls } from '@assay/source-pulls'
import { inTenant, type Sql } from '@assay/store'
import { Command } from 'commander'
import { tenantNamed } from '../tenant-named.ts'
import { asOwner, tenantOption } from './clients.ts'
import { addAccessCommands } from './people-access.ts'

/** `assay people ...`: the people who sign in to the console; `erase` removes the data of a person who is in no load. */
export function peopleCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  const people = new Command('people').description('manage who signs in to the console; erase the data of people')
  addAccessCommands(people, print)
  people
    .command('erase')
    .description(
      'erase the data of a person who is in no load any more; the entries of the ledger stay, without these data',
    )
    .argument('<id>', 'the id of the person, as the load had it')
    .addOption(tenantOption('the tenant whose person is meant'))
    .action((id: string, options: { tenant: string }) =>
      asOwner(environment, async (sql) => {
        const { values, rows } = await erasePerson(sql, await tenantNamed(sql, options.tenant), id)
        print(
          `Erased: ${values} values of the ledger, ${rows} other rows. The ledger has an entry about it, without the id.`,
        )
      }),
    )
  return people
}

/**
 * Erases all data of a person in one transaction. @throws not_found when there are no data of the person; the errors of `personToErase` and
 * `eraseFromClients`
 */
export function erasePerson(
  ownerSql: Sql,
  tenantId: number,
  id: string,
): Promise<{ readonly values: number; readonly rows: number }> {
  return inTenant(ownerSql, tenantId, async (sql) => {
    const person = await withNamesOfIssuers(sql, tenantId, await personToErase(sql, tenantId, id))
    let rows = 0
    for (const erase of [
      eraseFromClients,
      eraseFromSessions,
      eraseFromMining,
      eraseFromCandidates,
      eraseFromReviews,
      eraseFromViews,
      eraseFromPolicies,
      eraseFromProfiles,
      eraseFromPublications,
      eraseFromWebhooks,
      eraseFromLoads,
      eraseFromPulls,
      eraseFromDirectory,
    ]) {
      rows += await erase(sql, tenantId, person)
    }
    const values = await eraseValues(sql, tenantId, person)
    if (rows + values === 0) throw notFound('identity', id)
    // The key no longer leads to a person, so the entry may have it.
    const subject = { type: 'identity', id: person.key === undefined ? 'unknown' : `key ${person.key}` }
    await recordEntry(sql, { kind: 'person.erase', subject, after: { values, rows } })
    return { values, rows }
  })
}
