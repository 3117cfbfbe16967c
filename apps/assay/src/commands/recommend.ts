import { setTimeout as sleep } from 'node:timers/promises'
import {
  RecommendationService,
  type RecommendForCohortResponse,
  type RecommendForIdentityResponse,
  RecommendationState as State,
} from '@assay/contracts/assay/insight/v1/recommendation_service_pb'
import { createClient } from '@connectrpc/connect'
import { Command, InvalidArgumentError } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'

interface Filter {
  readonly attribute: string
  readonly values: string[]
}

interface Options {
  readonly where: readonly Filter[]
  readonly limit: number
  readonly json?: boolean
}

/** `assay recommend`: entitlements that a person, or the people of a cohort, probably lack. */
export function recommendCommand(print: (line: string) => void): Command {
  return new Command('recommend')
    .description('print entitlements that a person, or the people of a cohort, probably lack')
    .argument('[person]', 'the id of the person')
    .option('--where <attribute=value>', 'ask for everybody with this value instead; may be repeated', addFilter, [])
    .option('--limit <count>', 'how many, up to 100', resultCount, 10)
    .option('--json', 'print one line of JSON for each')
    .action(async (person: string | undefined, { where, limit, json = false }: Options) => {
      if ((person === undefined) === (where.length === 0)) throw new Error('Give the id of a person, or --where.')
      const client = createClient(RecommendationService, (await connectToPlatform(readSettings())).transport)
      if (person !== undefined) {
        const ask = () => client.recommendForIdentity({ identityId: person, maxResults: limit })
        const { recommendations } = await learnt(ask)
        if (recommendations.length === 0 && !json) print(`There is nothing to recommend for ${person}.`)
        for (const one of recommendations) print(json ? factsOf(one) : describe(one))
        return
      }
      const { recommendations, cohortSize } = await learnt(() =>
        client.recommendForCohort({ filters: [...where], maxResults: limit }),
      )
      if (recommendations.length === 0 && !json) print(`There is nothing to recommend for these ${cohortSize} people.`)
      for (const one of recommendations) print(json ? factsOf(one) : describe(one))
    })
}

/** Asks again while the model is being learnt. */
async function learnt<Response extends RecommendForIdentityResponse | RecommendForCohortResponse>(
  ask: () => Promise<Response>,
): Promise<Response> {
  for (;;) {
    const response = await ask()
    if (response.state !== State.LEARNING) return response
    await sleep(500)
  }
}

type Recommendation = (RecommendForIdentityResponse | RecommendForCohortResponse)['recommendations'][number]

/** `git repo-7  Repository 7  (62 %)`, and a line for each reason. */
function describe({ applicationId, entitlementId, displayName, probability, reasons }: Recommendation): string {
  const name = displayName === entitlementId ? '' : `  ${displayName}`
  const first = `${applicationId} ${entitlementId}${name}  (${Math.round(100 * probability)} %)`
  return [first, ...reasons.map((reason) => `  - ${reason}`)].join('\n')
}

function factsOf({ applicationId, entitlementId, displayName, probability, reasons }: Recommendation): string {
  return JSON.stringify({
    application: applicationId,
    entitlement: entitlementId,
    name: displayName,
    probability,
    reasons,
  })
}

function addFilter(text: string, before: readonly Filter[]): Filter[] {
  const at = text.indexOf('=')
  if (at <= 0 || at === text.length - 1)
    throw new InvalidArgumentError('Give attribute=value, such as department=Sales.')
  const [attribute, value] = [text.slice(0, at), text.slice(at + 1)]
  const same = before.find((filter) => filter.attribute === attribute)
  if (same === undefined) return [...before, { attribute, values: [value] }]
  return before.map((filter) => (filter === same ? { attribute, values: [...filter.values, value] } : filter))
}

function resultCount(text: string): number {
  const count = Number(text)
  if (!/^\d{1,3}$/.test(text) || count < 1 || count > 100)
    throw new InvalidArgumentError('Give a number from 1 to 100.')
  return count
}
